"""Text from people: normalised on the way in, folded for search."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_BREAK = re.compile(r"[\n\t\u2028\u2029\x85]")
_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[\W_]+")
_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def _composed(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("contains a control character")
    return unicodedata.normalize("NFC", text)


def _one_line(text: str) -> str:
    if _BREAK.search(text):
        raise ValueError("contains a line break")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
    AfterValidator(_composed),
]
"""One line for people to read: NFC, 1 to 200 characters, no control characters."""

Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(lambda text: _composed(text.replace("\r\n", "\n"))),
]
"""Several lines for people to read: NFC, 1 to 4000 characters."""


def fold(text: str) -> str:
    """Return `text` without accents, case and punctuation, as search compares it.

    >>> fold("Lò Thị Đôi"), fold("H'Mông"), fold("Hoà") == fold("Hòa")
    ('lo thi doi', 'h mong', True)
    """
    plain = unicodedata.normalize("NFD", text.translate(_D).casefold())
    return _NOT_WORD.sub(" ", _MARKS.sub("", plain)).strip()
