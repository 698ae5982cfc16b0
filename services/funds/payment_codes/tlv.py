"""EMVCo's form of a payment code: fields of two digits of name, two of length, and a value; a checksum at the end."""

import re
from typing import Final

from services.funds.payment_codes.errors import CodeChecksumWrong, CodeStructureBroken

LONGEST: Final = 99
_SEALED: Final = "6304"
_CHECKSUM: Final = 4
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{4}", re.ASCII)


def checksum(text: str) -> str:
    """Return CRC-16 (polynomial 1021, start FFFF, nothing reflected) of ASCII `text`, as four capital hex digits."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def field(name: str, value: str) -> str:
    return f"{name}{len(value):02}{value}"


def sealed(text: str) -> str:
    """Return `text` with its checksum as field 63, which covers its own name and length too."""
    return f"{text}{_SEALED}{checksum(text + _SEALED)}"


def unsealed(text: str) -> str:
    """Return what stands before the checksum. Errors: CodeStructureBroken, CodeChecksumWrong."""
    body, seal = text[:-_CHECKSUM], text[-_CHECKSUM:]
    if not _PRINTABLE.fullmatch(text):
        raise CodeStructureBroken(place="?")
    if not body.endswith(_SEALED):
        raise CodeStructureBroken(place="63")
    if checksum(body) != seal:
        raise CodeChecksumWrong
    return body.removesuffix(_SEALED)


def fields(text: str, inside: str = "") -> dict[str, str]:
    """Return the fields of `text` in their order, each whole and there once.

    inside: the name of the field that holds them, for the refusal. A right checksum says nothing about this.
    Errors: CodeStructureBroken, with the place.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        place = f"{inside}{'.' if inside else ''}{head[:2]}"
        if not _DIGITS.fullmatch(head):
            raise CodeStructureBroken(place=place)
        name, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if not length or len(value) != length or name in found:
            raise CodeStructureBroken(place=place)
        found[name] = value
        at += 4 + length
    return found
