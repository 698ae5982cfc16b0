"""Standard Webhooks, both ways: events pushed to partners and to our own services, and events pushed to us.

UnsafeEndpoint, EndpointNotFound, UnusableSecret      when an endpoint is managed
BadSignature, StaleMessage, NotAnEvent                when an event comes in
"""

from kit.webhooks import endpoints
from kit.webhooks.guard import Guard
from kit.webhooks.inbox import Inbox
from kit.webhooks.log import Delivery, DeliveryQuery, deliveries, replay
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
    "Delivery",
    "DeliveryQuery",
    "EndpointNotFound",
    "Guard",
    "Inbox",
    "NotAnEvent",
    "StaleMessage",
    "UnsafeEndpoint",
    "UnsafeHost",
    "UnusableSecret",
    "deliveries",
    "endpoints",
    "new_key_pair",
    "new_secret",
    "public_key",
    "replay",
    "sign",
    "verify",
]
