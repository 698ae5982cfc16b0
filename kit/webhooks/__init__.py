"""Standard Webhooks, both ways: events pushed to partners and to our own services, and events pushed to us.

UnsafeEndpoint, EndpointNotFound, UnusableSecret      when an endpoint is managed
BadSignature, StaleMessage, NotAnEvent                when an event comes in
"""

from kit.webhooks.inbox import Inbox
from kit.webhooks.problems import (
    BadSignature,
    EndpointNotFound,
    NotAnEvent,
    StaleMessage,
    UnsafeEndpoint,
    UnsafeHost,
    UnusableSecret,
)
from kit.webhooks.signatures import new_key_pair, new_secret, public_key, sign, verify

__all__ = [
    "BadSignature",
    "EndpointNotFound",
    "Inbox",
    "NotAnEvent",
    "StaleMessage",
    "UnsafeEndpoint",
    "UnsafeHost",
    "UnusableSecret",
    "new_key_pair",
    "new_secret",
    "public_key",
    "sign",
    "verify",
]
