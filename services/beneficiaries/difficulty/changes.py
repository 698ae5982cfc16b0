"""Which communes changed their class between two days, whatever happened to the map meanwhile."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from services.beneficiaries.areas.models import Atlas
from services.beneficiaries.difficulty.models import Difficulty

Kind = Literal["left", "entered", "zone", "first"]
_EVE = timedelta(days=1)


@dataclass(frozen=True)
class Moved:
    """A commune whose class became another.

    unit_id: the commune of the day before. became: the unit that was decided upon, another one after a merger.
    """

    kind: Kind
    unit_id: UUID
    became: UUID
    before: Difficulty | None
    after: Difficulty


class Classes:
    """What is known of all communes' classes, by commune: a new name does not make a new commune, a merger does."""

    def __init__(self, rows: Sequence[Difficulty], atlas: Atlas) -> None:
        """Take rows known at one moment, of which at most one holds for a commune on a day."""
        self.atlas = atlas
        self._rows: dict[UUID, list[Difficulty]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.valid_from):
            if row.area_id is not None:
                self._rows[atlas.line(row.area_id)[0]].append(row)

    def changes(self, after: date, until: date) -> Iterator[Moved]:
        """Yield what changed on days later than `after`, up to and with `until`, by day."""
        rows = [row for rows in self._rows.values() for row in rows if after < row.valid_from <= until]
        for row in sorted(rows, key=lambda row: row.valid_from):
            if row.area_id is not None:
                yield from self._moved(row, row.area_id)

    def _moved(self, row: Difficulty, unit_id: UUID) -> Iterator[Moved]:
        earlier = [other for other in self._rows[self.atlas.line(unit_id)[0]] if other.valid_from < row.valid_from]
        if earlier:
            eve = row.valid_from - _EVE
            before = earlier[-1] if earlier[-1].holds_on(eve) else None
            befores = [(self.atlas.place(unit_id, eve) or unit_id, before)]
        else:
            befores = list(self._of_predecessors(unit_id)) or [(unit_id, None)]
        for was, before in befores:
            kind = _kind(before, row)
            if kind is not None:
                yield Moved(kind, was, unit_id, before, row)

    def _of_predecessors(self, unit_id: UUID) -> Iterator[tuple[UUID, Difficulty]]:
        """Yield the classes of the units out of which this one was made, on their last days, the nearest known."""
        first = self.atlas.line(unit_id)[0]
        eve = self.atlas.units[first].valid_from - _EVE
        for predecessor in self.atlas.before(first):
            held = [row for row in self._rows[self.atlas.line(predecessor)[0]] if row.holds_on(eve)]
            if held:
                yield predecessor, held[0]
            elif not self._rows[self.atlas.line(predecessor)[0]]:
                yield from self._of_predecessors(predecessor)


def _kind(before: Difficulty | None, after: Difficulty) -> Kind | None:
    """Return what kind of change it is; None where the class was only confirmed."""
    if before is None:
        return "first"
    if before.particularly_disadvantaged != after.particularly_disadvantaged:
        return "left" if before.particularly_disadvantaged else "entered"
    return "zone" if before.zone != after.zone else None
