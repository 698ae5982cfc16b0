import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.crypto.errors import Undecipherable, UnknownKey, WrongKeySize
from kit.settings import Settings

_FORMAT: Final = 1
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_LONGEST_KEY_ID: Final = 64


class Vault:
    """Encryption at rest with key ids, and a keyed index for equality.

    A sealed value is ``format (1) | length of key id (1) | key id | nonce (12) | ciphertext and tag``
    under AES-256-GCM. It names its own key, so old keys stay in `keys` until `needs_rotation` is
    false everywhere, and rotation needs no downtime.

    Everything before the nonce, and `context` (say ``people.identity_number:<row id>``), is
    authenticated: a value copied into another row or column does not open.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str, index_key: bytes) -> None:
        if any(len(key) != _KEY_BYTES for key in (*keys.values(), index_key)):
            raise WrongKeySize("every key has 32 bytes")
        if any(not 0 < len(key_id.encode()) <= _LONGEST_KEY_ID for key_id in keys):
            raise UnknownKey("a key id has 1 to 64 bytes")
        if current not in keys:
            raise UnknownKey("the current key id names no key")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._index_key = index_key

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(settings.encryption_key_bytes, settings.encryption_key_id, settings.index_key_bytes)

    def __repr__(self) -> str:
        return f"<Vault of {len(self._ciphers)} keys>"

    def seal(self, plaintext: str, *, context: str) -> bytes:
        """Encrypt under the current key; two seals of one value differ."""
        return self.seal_bytes(plaintext.encode(), context=context)

    def open(self, blob: bytes, *, context: str) -> str:
        """Decrypt; UnknownKey or Undecipherable otherwise, with nothing of the value in them."""
        return self.open_bytes(blob, context=context).decode()

    def seal_bytes(self, plaintext: bytes, *, context: str) -> bytes:
        """Seal what is no text: a piece of a file."""
        header = _header(self._current)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plaintext, _bound(header, context))
        return header + nonce + sealed

    def open_bytes(self, blob: bytes, *, context: str) -> bytes:
        """Errors: UnknownKey, Undecipherable."""
        key_id, header, rest = _split(blob)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey("sealed under a key that is not in the vault")
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound(header, context))
        except InvalidTag:
            raise Undecipherable("altered, or opened under another context") from None

    def index(self, value: str, *, context: str) -> bytes:
        """32 bytes that are equal for equal values of one `context` (a column, not a row).

        HMAC-SHA256 with a key of its own, because identity and phone numbers are few enough to be
        tried out against a plain hash. The caller normalises `value` first.
        """
        name = context.encode()
        message = len(name).to_bytes(4, "big") + name + value.encode()
        return hmac.digest(self._index_key, message, hashlib.sha256)

    def needs_rotation(self, blob: bytes) -> bool:
        """Whether `blob` was sealed under any key but the current one."""
        return _split(blob)[0] != self._current


def _header(key_id: str) -> bytes:
    name = key_id.encode()
    return bytes((_FORMAT, len(name))) + name


def _bound(header: bytes, context: str) -> bytes:
    return header + context.encode()


def _split(blob: bytes) -> tuple[str, bytes, bytes]:
    """Return key id, header, and nonce with ciphertext."""
    blob = bytes(blob)
    start = 2 + blob[1] if len(blob) > 1 else 0
    if start == 0 or blob[0] != _FORMAT or len(blob) < start + _NONCE_BYTES + _TAG_BYTES:
        raise Undecipherable("not a sealed value")
    try:
        key_id = blob[2:start].decode()
    except UnicodeDecodeError:
        raise Undecipherable("not a sealed value") from None
    return key_id, blob[:start], blob[start:]
