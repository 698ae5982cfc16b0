"""Acts on areas. Units end and begin on one day; what they held is found again along the edges between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from services.beneficiaries.area_acts.errors import ActChangesNothing, AreaHasLaterAct, AreaNotACommune
from services.beneficiaries.areas.models import AreaVersion

_SOURCE: Final = "act"
CARRIED: Final = ("code", "name", "kind", "aliases", "urban", "parent_id", "latitude", "longitude")


class AreaAct(Model):
    """A decision that ended units and made others, or corrected how one is spelt.

    subject_id: the unit made by a merge, rename or reclassification, else the unit acted on.
    """

    __tablename__ = "area_acts"

    id: Mapped[Id]
    kind: Mapped[str]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    effective_on: Mapped[date]
    legal_basis: Mapped[str]
    subject_id: Mapped[UUID]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default="now()")


@dataclass(frozen=True)
class Shape:
    """What a unit is to be; its key follows from its code and its first day."""

    code: str
    name: str
    kind: str
    urban: bool
    aliases: Sequence[str]
    parent_id: UUID | None
    latitude: float | None = None
    longitude: float | None = None


def unit_id(code: str, valid_from: date) -> UUID:
    """Return the id that this version of a unit has on every machine."""
    return uuid5(NAMESPACE_URL, f"forthepoor/area/{code}/{valid_from}")


def must_be_open_on(unit: AreaVersion, day: date) -> None:
    """Refuse a unit that an act cannot change on `day`.

    Errors: AreaNotACommune, AreaNotInForce, AreaHasLaterAct where it was made on that very day or ends later.
    """
    if unit.level != "commune":
        raise AreaNotACommune
    unit.must_stand_on(day)
    if unit.valid_from == day or unit.valid_to is not None:
        raise AreaHasLaterAct(name=unit.name, valid_from=unit.valid_from, valid_to=unit.valid_to or "…", day=day)


def succeed(ended: Sequence[AreaVersion], shapes: Sequence[Shape], day: date, legal_basis: str) -> list[AreaVersion]:
    """End units on `day` and return those that begin on it; each of these succeeds each of those.

    Errors: those of `must_be_open_on`.
    """
    for unit in ended:
        must_be_open_on(unit, day)
    for unit in ended:
        unit.valid_to = day
    return [_made(shape, day, legal_basis) for shape in shapes]


def _made(shape: Shape, day: date, legal_basis: str) -> AreaVersion:
    return AreaVersion(
        id=unit_id(shape.code, day),
        code=shape.code,
        valid_from=day,
        valid_to=None,
        name=shape.name,
        kind=shape.kind,
        level="commune",
        aliases=list(shape.aliases),
        urban=shape.urban,
        parent_id=shape.parent_id,
        latitude=shape.latitude,
        longitude=shape.longitude,
        legal_basis=legal_basis,
        source=_SOURCE,
    )


def altered(unit: AreaVersion, *, name: str | None, kind: str | None, urban: bool | None) -> Shape:
    """Return what the same unit is under another name or class; what is None stays.

    Its former name is kept among the other spellings. Errors: ActChangesNothing.
    """
    new = Shape(
        code=unit.code,
        name=name or unit.name,
        kind=kind or unit.kind,
        urban=bool(unit.urban) if urban is None else urban,
        aliases=_with_former_name(unit, name),
        parent_id=unit.parent_id,
        latitude=unit.latitude,
        longitude=unit.longitude,
    )
    if (new.name, new.kind, new.urban) == (unit.name, unit.kind, unit.urban):
        raise ActChangesNothing
    return new


def _with_former_name(unit: AreaVersion, name: str | None) -> list[str]:
    if name is None or name == unit.name:
        return list(unit.aliases)
    return [alias for alias in dict.fromkeys([*unit.aliases, unit.name]) if alias != name]


def correct_aliases(unit: AreaVersion, aliases: Sequence[str], day: date) -> None:
    """Errors: AreaNotInForce, ActChangesNothing."""
    unit.must_stand_on(day)
    if list(aliases) == unit.aliases:
        raise ActChangesNothing
    unit.aliases = list(aliases)
