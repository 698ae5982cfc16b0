"""Personal data at rest: encrypted with key ids, found by a keyed index, shown masked."""

from kit.crypto.errors import CryptoError, Undecipherable, UnknownKey, WrongKeySize
from kit.crypto.mask import mask
from kit.crypto.vault import Vault

__all__ = ["CryptoError", "Undecipherable", "UnknownKey", "Vault", "WrongKeySize", "mask"]
