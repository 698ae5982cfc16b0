"""What can go wrong with secrets, told without telling the secret.

CryptoError
├── WrongKeySize      a key is not 32 bytes
├── UnknownKey        sealed under a key that is not in the vault
└── Undecipherable    truncated, altered, or opened under another context
"""


class CryptoError(Exception):
    """Base of all; never carries key, plaintext, ciphertext or context."""


class WrongKeySize(CryptoError):  # noqa: N818 - named for what is wrong, like every refusal
    pass


class UnknownKey(CryptoError):  # noqa: N818
    pass


class Undecipherable(CryptoError):  # noqa: N818
    pass
