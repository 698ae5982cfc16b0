"""Areas in time. The key of a unit is its code and its first day: eight codes of Mai Sơn name two units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from services.beneficiaries.errors import AreaNotInForce


class AreaVersion(Model):
    """One version of a unit, valid from a day until before another."""

    __tablename__ = "areas"

    id: Mapped[Id]
    code: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    name: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    urban: Mapped[bool | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    legal_basis: Mapped[str | None]
    source: Mapped[str]

    def must_stand_on(self, day: date) -> None:
        """Errors: AreaNotInForce."""
        if day < self.valid_from or (self.valid_to is not None and day >= self.valid_to):
            raise AreaNotInForce(name=self.name, valid_from=self.valid_from, valid_to=self.valid_to or "…", day=day)


@dataclass(frozen=True)
class Unit:
    """What geography needs to know of a commune's version."""

    id: UUID
    code: str
    name: str
    valid_from: date
    valid_to: date | None

    def stands_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Atlas:
    """All commune units that ever were, and who followed whom."""

    def __init__(self, units: Iterable[Unit], successions: Iterable[tuple[UUID, UUID]]) -> None:
        """Take edges as (predecessor, successor)."""
        self.units = {unit.id: unit for unit in units}
        self._after: dict[UUID, list[UUID]] = defaultdict(list)
        self._before: dict[UUID, list[UUID]] = defaultdict(list)
        for predecessor, successor in successions:
            self._after[predecessor].append(successor)
            self._before[successor].append(predecessor)

    def on(self, day: date) -> list[Unit]:
        """Return the map of that day, by code."""
        return sorted((unit for unit in self.units.values() if unit.stands_on(day)), key=lambda unit: unit.code)

    def before(self, unit_id: UUID) -> list[UUID]:
        """Return the units out of which this one was made."""
        return list(self._before[unit_id])

    def line(self, unit_id: UUID) -> list[UUID]:
        """Return the versions of the commune that this one is under another name or class, the oldest first.

        A unit that became one other, and that alone, is the same commune; a merger or a split makes other communes.
        """
        line = [unit_id]
        while (only := self._only(self._before, self._after, line[0])) is not None:
            line.insert(0, only)
        while (only := self._only(self._after, self._before, line[-1])) is not None:
            line.append(only)
        return line

    @staticmethod
    def _only(there: Mapping[UUID, list[UUID]], back: Mapping[UUID, list[UUID]], unit_id: UUID) -> UUID | None:
        """Return the one neighbour that a unit has on one side, if it is that one's only neighbour on the other."""
        neighbours = there.get(unit_id, [])
        return neighbours[0] if len(neighbours) == 1 and len(back.get(neighbours[0], [])) == 1 else None

    def place(self, unit_id: UUID, day: date) -> UUID | None:
        """Return the unit in which `unit_id` lies on that day.

        Forward where all successors lead to one unit, back where all predecessors come from one, else None.
        """
        return self._place(unit_id, day, {})

    def places(self, day: date) -> dict[UUID, UUID | None]:
        known: dict[UUID, UUID | None] = {}
        return {unit_id: self._place(unit_id, day, known) for unit_id in self.units}

    def _place(self, unit_id: UUID, day: date, known: dict[UUID, UUID | None]) -> UUID | None:
        """Return the place, asking for each unit once: splits and mergers in a row make many paths."""
        if unit_id not in known:
            unit = self.units[unit_id]
            if unit.stands_on(day):
                known[unit_id] = unit_id
            else:
                neighbours = self._before if unit.valid_from > day else self._after
                ends = {self._place(neighbour, day, known) for neighbour in neighbours[unit_id]}
                known[unit_id] = ends.pop() if len(ends) == 1 else None
        return known[unit_id]
