"""Text from people: normalised on the way in, folded for search."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

# Written so that Rust (pydantic), Python and ECMA-262 (whoever reads the contract) read the same: no look-around, and
# `\s` only beside the characters on which the three disagree.
_SPACE = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK = r"\u2028\u2029"
_HIDDEN = r"\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_OFF_LINE = rf"\u0000-\u001f{_BREAK}{_HIDDEN}"
_OFF_PARAGRAPH = rf"\u0000-\u0008\u000b-\u001f{_HIDDEN}"

LINE = rf"^[{_SPACE}]*[^\s{_OFF_LINE}][^{_OFF_LINE}]*$"
"""Something to read, and no control character, no character that hides or turns others, no break."""
REASON = rf"^[{_SPACE}]*[^\s{_OFF_LINE}][^{_OFF_LINE}]{{8,}}[^\s{_OFF_LINE}][{_SPACE}]*$"
"""The same with ten characters at least, spaces at the ends not counted."""
PARAGRAPH = rf"^(?:[{_SPACE}\t\n{_BREAK}]|\r\n)*[^\s{_OFF_PARAGRAPH}](?:[^{_OFF_PARAGRAPH}]|\r\n)*$"
"""Something to read over several lines, with tabs."""
_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[\W_]+")
_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def _kept(longest: int) -> AfterValidator:
    """Take spaces off both ends and compose (NFC), which makes a few rare letters longer."""

    def kept(text: str) -> str:
        composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").strip())
        if len(composed) > longest:
            raise PydanticCustomError("string_too_long", "at most {max_length} characters", {"max_length": longest})
        return composed

    return AfterValidator(kept)


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE), _kept(200)]
"""One line for people to read: 1 to 200 characters of `LINE`; kept as NFC, without spaces at either end."""

Reason = Annotated[str, StringConstraints(min_length=10, max_length=200, pattern=REASON), _kept(200)]
"""A line that says why: ten characters at least from the first that is no space to the last."""

Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=PARAGRAPH), _kept(4000)]
"""Several lines for people to read: 1 to 4000 characters of `PARAGRAPH`, kept in the same way."""


def fold(text: str) -> str:
    """Return `text` without accents, case and punctuation, as search compares it.

    >>> fold("Lò Thị Đôi"), fold("H'Mông"), fold("Hoà") == fold("Hòa")
    ('lo thi doi', 'h mong', True)
    """
    plain = unicodedata.normalize("NFD", text.translate(_D).casefold())
    return _NOT_WORD.sub(" ", _MARKS.sub("", plain)).strip()
