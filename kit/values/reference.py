"""Reference codes: short, spoken over the telephone, typed from a receipt, checked before they are looked up."""

import secrets
from hashlib import blake2b
from uuid import UUID

# Crockford's alphabet: no I, L, O, U; what is misread is read as its neighbour.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_BODY = 9


def check_character(body: str) -> str:
    """Return the check character of `body` (ISO/IEC 7064 MOD N, N+1 over 32 letters).

    It catches every single wrong character. Of swaps of two neighbours it misses 1 in 496, each of two letters that
    stand side by side in the alphabet, 0 and Z among them.
    """
    size = len(_ALPHABET)
    carry = size
    for letter in body:
        carry = (carry + _ALPHABET.index(letter)) % size or size
        carry = carry * 2 % (size + 1)
    return _ALPHABET[(size + 1 - carry) % size]


def new_reference(prefix: str) -> str:
    """Return a fresh code such as `DN-7K3QX2M9AC`: prefix, nine random characters, one check character.

    45 random bits: a stranger cannot guess one; a unique constraint settles the rest.
    """
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_BODY))
    return f"{prefix}-{body}{check_character(body)}"


def reference_of(prefix: str, of: UUID) -> str:
    """Return the code that belongs to a row, the same at every call: as hard to guess as the row's id."""
    number = int.from_bytes(blake2b(of.bytes, person=prefix.encode()).digest())
    body = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_BODY))
    return f"{prefix}-{body}{check_character(body)}"


def read_reference(text: str, prefix: str) -> str | None:
    """Return the code as it is stored, or None where `text` cannot be one (wrong form or check character)."""
    head, _, tail = text.strip().upper().partition("-")
    tail = tail.replace("-", "").replace(" ", "").translate(_MISREAD)
    if head != prefix or len(tail) != _BODY + 1 or any(letter not in _ALPHABET for letter in tail):
        return None
    return f"{prefix}-{tail}" if check_character(tail[:-1]) == tail[-1] else None
