"""Villages and the ways in which people write them."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.text import fold
from services.beneficiaries.errors import DatesDisagree

KINDS: Final = ("bản", "thôn", "tiểu khu", "xóm", "ấp", "buôn", "làng", "khu phố", "tổ dân phố")
_FOLDED_KINDS: Final = {fold(kind): kind for kind in KINDS}


class Village(Model):
    """A village from a day until before another.

    area_id: the commune unit it was listed in; where it lies later follows that unit, or the part of it that a split
    named. folded: kind and name, unique in a commune. keys: folded, every way of writing it that is understood.
    """

    __tablename__ = "villages"

    id: Mapped[Id]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    name: Mapped[str]
    kind: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    folded: Mapped[str]
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]
    changed_at: Mapped[RecordedAt]

    def call(self, name: str, kind: str, aliases: Iterable[str]) -> None:
        """Take a name and its other spellings; the name itself is none of them."""
        self.name, self.kind = name, kind
        self.aliases = [alias for alias in dict.fromkeys(aliases) if alias != name]
        self.folded = folded(name, kind)
        self.keys = sorted({self.folded, *(key for text in (name, *self.aliases) for key in _keys(text, kind))})

    def rename(self, name: str, kind: str, aliases: Iterable[str]) -> None:
        """Take another name; the former stays understood, since households were recorded under it."""
        self.call(name, kind, [*aliases, self.name])

    def end_on(self, day: date) -> None:
        """Errors: DatesDisagree."""
        if day <= self.valid_from:
            raise DatesDisagree(what="valid_to", first=self.valid_from, second=day)
        self.valid_to = day


def folded(name: str, kind: str) -> str:
    """Return kind and name as they are compared.

    >>> folded("Bản Mé", "bản"), folded("Mé", "bản")
    ('ban me', 'ban me')
    """
    return f"{fold(kind)} {_apart(name)[1] or fold(name)}"


def kind_of(name: str) -> str | None:
    """Return the kind that a full name begins with."""
    return _FOLDED_KINDS.get(_apart(name)[0])


def _apart(text: str) -> tuple[str, str]:
    """Return the folded kind that `text` begins with ("" without one) and what follows it."""
    whole = fold(text)
    for kind in sorted(_FOLDED_KINDS, key=len, reverse=True):
        if whole.startswith(f"{kind} "):
            return kind, whole[len(kind) + 1 :]
    return "", whole


def _keys(text: str, kind: str) -> set[str]:
    """Return `text` folded, with and without its kind; under another kind's word only as it stands."""
    whole = fold(text)
    if not whole:
        return set()
    said, bare = _apart(text)
    return {whole, bare, f"{fold(kind)} {bare}"} if said in {"", fold(kind)} else {whole}
