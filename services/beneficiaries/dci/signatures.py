"""Signatures of the envelope: `{"signature": …, "header": {…}, "message": {…}}`.

The standard names the parts and leaves two things open; here they are: the digest is BLAKE2b of 64 bytes over the
header followed by the message, each as JSON with sorted keys, no spaces, in UTF-8; and what is signed is

    (created): 1606970629
    (expires): 1607030629
    digest: BLAKE-512=<base64 of the digest>

Wrong in any way, a signature is `err.signature.invalid`: nothing tells in which.
"""

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.beneficiaries.dci.refusals import MessageRefused

_PART: Final = re.compile(r'\s*([A-Za-z]+)="([^"]*)"\s*(?:,|$)')
_SKEW: Final = 60
_LIFE: Final = 300
_LONGEST: Final = 2000
_PARTS: Final = {"namespace", "kidId", "algorithm", "created", "expires", "headers", "signature"}
_NAMESPACES: Final = {"dci", "spdci"}


def is_unsigned(signature: str | None) -> bool:
    """Whether a message says that it is not signed: no signature, none in it, or the word for that."""
    return signature is None or not signature.strip() or signature.strip().casefold().startswith("unsigned")


def _signed_text(created: str, expires: str, header: Any, message: Any) -> bytes:
    digest = hashlib.blake2b(_plain(header) + _plain(message), digest_size=64).digest()
    told = base64.b64encode(digest).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: BLAKE-512={told}".encode()


def _plain(part: Any) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)


def check(
    signature: str, header: Any, message: Any, *, sender_id: str, keys: Mapping[str, str], now: float | None = None
) -> None:
    """Refuse a signature that none of the sender's keys made just now over exactly this.

    keys: base64 of Ed25519 public keys by key id. Errors: MessageRefused (err.signature.invalid).
    """
    wrong = MessageRefused("err.signature.invalid", "the signature does not hold")
    if len(signature) > _LONGEST:
        raise wrong
    parts = dict(_PART.findall(signature.strip().removeprefix("Signature:")))
    sender, _, rest = parts.get("kidId", "").partition("|")
    key_id, _, algorithm = rest.partition("|")
    moment = time.time() if now is None else now
    if (
        parts.keys() < _PARTS
        or parts["namespace"] not in _NAMESPACES
        or (sender, algorithm, parts["algorithm"]) != (sender_id, "ed25519", "ed25519")
        or parts["headers"].split() != ["(created)", "(expires)", "digest"]
        or not _in_time(parts["created"], parts["expires"], moment)
        or key_id not in keys
    ):
        raise wrong
    text = _signed_text(parts["created"], parts["expires"], header, message)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[key_id], validate=True))
        key.verify(base64.b64decode(parts["signature"], validate=True), text)
    except (InvalidSignature, ValueError, binascii.Error):
        raise wrong from None


def _in_time(created: str, expires: str, now: float) -> bool:
    if not all(part.isascii() and part.isdigit() and len(part) < _SKEW for part in (created, expires)):
        return False
    return int(created) <= now + _SKEW and now <= int(expires) + _SKEW and int(created) <= int(expires)


@dataclass(frozen=True)
class Signer:
    """Our own key: what we send is signed under `sender_id`."""

    key: Ed25519PrivateKey
    key_id: str
    sender_id: str

    @classmethod
    def derived(cls, secret: bytes, sender_id: str) -> Self:
        """Return the signer whose key follows from a secret of ours and serves for nothing else."""
        seed = HKDF(SHA256(), 32, salt=None, info=b"forthepoor dci signing key 1").derive(secret)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(key, hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16], sender_id)

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, header: Any, message: Any, *, now: float | None = None, life: int = _LIFE) -> str:
        created = str(int(time.time() if now is None else now))
        expires = str(int(created) + life)
        made = base64.b64encode(self.key.sign(_signed_text(created, expires, header, message))).decode()
        return (
            f'Signature: namespace="dci", kidId="{self.sender_id}|{self.key_id}|ed25519", algorithm="ed25519",'
            f' created="{created}", expires="{expires}", headers="(created) (expires) digest", signature="{made}"'
        )
