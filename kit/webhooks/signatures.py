"""Standard Webhooks signatures: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

Signed is ``<id>.<timestamp>.<body>``. A secret ``whsec_…`` gives ``v1`` (HMAC-SHA256), a private key
``whsk_…`` gives ``v1a`` (Ed25519), checked with its public ``whpk_…``. Several of each may be in use while
one is being replaced: the header then carries several signatures, and one that fits is enough.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import time
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kit.webhooks.problems import BadSignature, StaleMessage, UnusableSecret

_SHORTEST: Final = 24
_LONGEST: Final = 64
_KEY: Final = 32
_MOST_SIGNATURES: Final = 16
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)

Secrets = str | Sequence[str]


def new_secret() -> str:
    """A fresh shared secret for `v1`."""
    return "whsec_" + base64.b64encode(os.urandom(_KEY)).decode()


def new_key_pair() -> tuple[str, str]:
    """A fresh private and public key for `v1a`."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    seed = private.private_bytes_raw()
    return "whsk_" + base64.b64encode(seed).decode(), "whpk_" + base64.b64encode(public).decode()


def public_key(private_key: str) -> str:
    """What the receiver needs to check signatures of `whsk_…`."""
    public = Ed25519PrivateKey.from_private_bytes(_material(private_key, "whsk_")[:_KEY]).public_key()
    return "whpk_" + base64.b64encode(public.public_bytes_raw()).decode()


def sign(secrets: Secrets, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers; one signature for each secret. Errors: UnusableSecret."""
    message = _message(message_id, str(timestamp), body)
    signatures = [_signature(secret, message) for secret in _each(secrets)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(
    secrets: Secrets,
    headers: Mapping[str, str],
    body: bytes,
    tolerance: int = 300,
    *,
    now: float | None = None,
) -> str:
    """Return the message's id if one of its signatures fits one of `secrets` (``whsec_…``, ``whpk_…``).

    tolerance: seconds between signing and `now`, either way.
    Errors: BadSignature, StaleMessage, UnusableSecret.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not _TIMESTAMP.fullmatch(timestamp):
        raise BadSignature
    message = _message(message_id, timestamp, body)
    signatures = given.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not any(_fits(secret, signature, message) for secret in _each(secrets) for signature in signatures):
        raise BadSignature
    # Only after the signature: what an unsigned message says of its age is nobody's business.
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        raise StaleMessage
    return message_id


def check_signing_secret(secret: str) -> None:
    """Refuse what `sign` could not use: UnusableSecret."""
    _signature(secret, b"")


def _each(secrets: Secrets) -> Sequence[str]:
    return [secrets] if isinstance(secrets, str) else secrets


def _message(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass") + body


def _signature(secret: str, message: bytes) -> str:
    if secret.startswith("whsk_"):
        key = Ed25519PrivateKey.from_private_bytes(_material(secret, "whsk_")[:_KEY])
        return "v1a," + base64.b64encode(key.sign(message)).decode()
    digest = hmac.digest(_material(secret, "whsec_"), message, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def _fits(secret: str, signature: str, message: bytes) -> bool:
    version, _, encoded = signature.partition(",")
    if secret.startswith("whpk_"):
        return version == "v1a" and _fits_key(_material(secret, "whpk_"), encoded, message)
    expected = _signature(secret, message)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))


def _fits_key(key: bytes, encoded: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(encoded, validate=True), message)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _material(secret: str, prefix: str) -> bytes:
    try:
        material = base64.b64decode(secret.removeprefix(prefix), validate=True)
    except (ValueError, binascii.Error):
        raise UnusableSecret from None
    shortest, sizes = (_SHORTEST, range(_SHORTEST, _LONGEST + 1)) if prefix == "whsec_" else (_KEY, (_KEY, 2 * _KEY))
    if not secret.startswith(prefix) or len(material) < shortest or len(material) not in sizes:
        raise UnusableSecret
    return material
