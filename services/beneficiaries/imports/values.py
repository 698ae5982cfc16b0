"""What people write in cells, as the registry writes it: days, relations, groups, telephones. Nothing is guessed."""

import re
from collections.abc import Mapping
from typing import Final

from kit.values.text import fold

_SEX: Final = {
    "female": ("female", "nữ", "f", "femme", "féminin", "woman"),
    "male": ("male", "nam", "m", "homme", "masculin", "man"),
}
# `cháu` alone may be a grandchild or a nephew, `khác` may be related or not: neither is taken.
_RELATION: Final = {
    "head": ("head", "chủ hộ", "chef"),
    "spouse": ("spouse", "vợ", "chồng", "vợ/chồng", "vợ hoặc chồng", "conjoint", "conjointe"),
    "child": ("child", "con", "con đẻ", "con nuôi", "con trai", "con gái", "enfant"),
    "child_in_law": ("child_in_law", "con dâu", "con rể", "gendre", "belle-fille"),
    "parent": ("parent", "bố", "mẹ", "cha", "bố đẻ", "mẹ đẻ", "bố mẹ", "père", "mère"),
    "parent_in_law": ("parent_in_law", "bố vợ", "mẹ vợ", "bố chồng", "mẹ chồng", "beau-parent"),
    "grandparent": ("grandparent", "ông", "bà", "ông nội", "bà nội", "ông ngoại", "bà ngoại", "grand-parent"),
    "grandchild": ("grandchild", "cháu nội", "cháu ngoại", "petit-enfant"),
    "sibling": ("sibling", "anh", "chị", "em", "anh trai", "chị gái", "em trai", "em gái", "frère", "sœur"),
    "other_relative": ("other_relative", "họ hàng khác", "autre parent"),
    "not_related": ("not_related", "không họ hàng", "không quan hệ họ hàng", "sans lien"),
}


def _by_word(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(word): name for name, group in words.items() for word in group}


_BY_SEX: Final = _by_word(_SEX)
_BY_RELATION: Final = _by_word(_RELATION)
_WRITTEN: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_MONTH: Final = re.compile(r"(?:([0-9]{4})-([0-9]{2})|([0-9]{1,2})[/.]([0-9]{4}))", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_DOMESTIC: Final = re.compile(r"0[0-9]{9}", re.ASCII)
_BETWEEN: Final = str.maketrans("", "", " .-")


def sex(text: str) -> str:
    return _BY_SEX.get(fold(text), text)


def relation(text: str) -> str:
    return _BY_RELATION.get(fold(text), text)


def day(text: str) -> str:
    """Return 31/01/2024 as 2024-01-31; anything else as it stands."""
    found = _WRITTEN.fullmatch(text)
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text


def birth(text: str) -> tuple[str, str]:
    """Return a day and how much of it is known: `day`, `month` or `year`."""
    if _YEAR.fullmatch(text):
        return f"{text}-01-01", "year"
    found = _MONTH.fullmatch(text)
    if found:
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        return f"{year}-{month:0>2}-01", "month"
    return day(text), "day"


def phone(text: str) -> str:
    """Return a number of Vietnam in the form of E.164; anything else as it stands, spaces and dots taken out."""
    bare = text.translate(_BETWEEN)
    return f"+84{bare[1:]}" if _DOMESTIC.fullmatch(bare) else bare


def ethnicity(text: str, groups: Mapping[str, str]) -> str:
    """Return the code of a group named as in the list, or of one digit."""
    if text.isascii() and text.isdigit():
        return text.zfill(2)
    return groups.get(fold(text), text)
