"""Households of a file: rows that stand together, and the rules that hold between them."""

import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from kit.tables import Row
from services.beneficiaries.errors import DatesDisagree, EthnicGroupUnknown, GenerationsDisagree, NotOneHead
from services.beneficiaries.households.roster import OLDER, YOUNGER
from services.beneficiaries.imports import errors
from services.beneficiaries.imports.columns import ERRORS, read_header
from services.beneficiaries.imports.rows import Mistake, Read, RowIn, RowReader
from services.beneficiaries.imports.units import Units
from services.beneficiaries.parents.models import KINDS, ParentKind, refusal

_MOST_MEMBERS: Final = 40
_SHARED: Final = ("area_code", "village", "address", "registered_on")


@dataclass
class Household:
    """Rows of one household, `number` counted through the file; taken whole or not at all.

    members: those rows that can be taken, with the number of the row.
    """

    number: int
    sheet: str | None
    key: str
    row: int
    size: int = 0
    members: list[tuple[int, RowIn]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    area_id: UUID | None = None
    since: date = date.min

    def add(self, read: Read) -> None:
        self.size += 1
        self.mistakes += read.mistakes
        # Of a household without end no more is kept than it takes to refuse it.
        if read.member is not None and len(self.members) <= _MOST_MEMBERS:
            self.members.append((read.number, read.member))

    @property
    def refused(self) -> bool:
        return bool(self.mistakes)

    @property
    def first(self) -> RowIn:
        return self.members[0][1]

    def judge(self, units: Units, today: date) -> None:
        """Find what contradicts itself between the rows, and the unit of the day."""
        if self.size > _MOST_MEMBERS:
            self.mistakes.append(Mistake.of(self.row, None, errors.HouseholdTooLarge))
        if self.mistakes or not self.members:
            return
        self.since = self.first.registered_on or today
        self.mistakes += self._differences()
        self.mistakes += self._dates(today)
        self.mistakes += self._generations()
        self.mistakes += self._repeated_numbers()
        self.mistakes += self._parents(units.ages)
        self.mistakes += [
            Mistake.of(row, "ethnicity", EthnicGroupUnknown)
            for row, member in self.members
            if member.ethnicity not in units.groups
        ]
        self.area_id = units.on(self.first.area_code, self.since)
        if self.area_id is None:
            self.mistakes.append(Mistake.of(self.row, "area_code", errors.AreaUnknown))

    def _differences(self) -> Iterator[Mistake]:
        for row, member in self.members[1:]:
            for name in _SHARED:
                if getattr(member, name) not in {getattr(self.first, name), None}:
                    yield Mistake.of(row, name, errors.HouseholdRowsDiffer)

    def _dates(self, today: date) -> Iterator[Mistake]:
        if self.since > today:
            yield _late(self.row, "registered_on", self.since, today)
        for row, member in self.members:
            joined = member.joined_on or self.since
            if joined > today and member.joined_on:
                yield _late(row, "joined_on", joined, today)
            elif member.birth_date > joined:
                yield _late(row, "birth_date", member.birth_date, joined)

    def _generations(self) -> Iterator[Mistake]:
        """A head from the first day on and no second one; children younger, parents older, as years tell."""
        heads = [(row, member) for row, member in self.members if member.relation == "head"]
        if len(heads) != 1:
            yield Mistake.of(heads[1][0] if heads else self.row, "relation", NotOneHead)
            return
        [(row, head)] = heads
        if (head.joined_on or self.since) > self.since:
            yield Mistake.of(row, "joined_on", NotOneHead)
        for row, member in self.members:
            year = member.birth_date.year
            if (member.relation in YOUNGER and year <= head.birth_date.year) or (
                member.relation in OLDER and year >= head.birth_date.year
            ):
                yield Mistake.of(row, "birth_date", GenerationsDisagree)

    def parent(self, member: RowIn, kind: ParentKind) -> int | None:
        """Return where among the members the one stands who is written as mother or father; None if that is unclear."""
        written = getattr(member, kind).casefold()
        found = [
            place
            for place, (_, other) in enumerate(self.members)
            if written in {other.identity_number, other.full_name.casefold()}
        ]
        return found[0] if len(found) == 1 else None

    def _parents(self, ages: Mapping[ParentKind, int]) -> Iterator[Mistake]:
        for row, member in self.members:
            for kind in KINDS:
                if getattr(member, kind) is None:
                    continue
                place = self.parent(member, kind)
                if place is None:
                    yield Mistake.of(row, kind, errors.ParentUnclear)
                elif refused := refusal(kind, self.members[place][1], member, ages[kind]):
                    yield Mistake.of(row, kind, type(refused), **refused.facts)

    def _repeated_numbers(self) -> Iterator[Mistake]:
        seen: set[str] = set()
        for row, member in self.members:
            if member.identity_number is not None and member.identity_number in seen:
                yield Mistake.of(row, "identity_number", errors.NumberRepeated)
            seen.add(member.identity_number or "")


def _late(row: int, name: str, first: date, second: date) -> Mistake:
    return Mistake.of(row, name, DatesDisagree, what=name, first=first.isoformat(), second=second.isoformat())


@dataclass(frozen=True)
class Placed:
    """A row of data with its header, and the number of its household in the file."""

    sheet: str | None
    columns: Sequence[str]
    row: Row
    key: str
    household: int


async def placed(rows: AsyncIterator[tuple[str | None, Row]]) -> AsyncIterator[Placed]:
    """Yield the rows of data: those that say something, each in the household of the rows that it stands with.

    Errors: ColumnsWrong, NoRows, those of the tables.
    """
    sheet: str | None = None
    columns: list[str] | None = None
    key, number = "", 0
    async for name, row in rows:
        if columns is None or name != sheet:
            sheet, columns, key = name, read_header(row.cells, name), ""
            at, told = columns.index("household"), columns.index(ERRORS.name) if ERRORS.name in columns else -1
            continue
        if not row.faults and not any(cell.strip() for place, cell in enumerate(row.cells) if place != told):
            continue
        mark = unicodedata.normalize("NFC", row.cells[at].strip())[:50] if at < len(row.cells) else ""
        if not number or not mark or mark != key:
            number += 1
        key = mark
        yield Placed(sheet, columns, row, mark, number)
    if not number:
        raise errors.NoRows


async def households(
    rows: AsyncIterator[tuple[str | None, Row]], units: Units, today: date
) -> AsyncIterator[Household]:
    """Yield the households of a file in order, judged. Errors: those of `placed`."""
    current: Household | None = None
    reader: RowReader | None = None
    async for at in placed(rows):
        if reader is None or reader.columns is not at.columns:
            reader = RowReader(at.columns, units.codes)
        if current is None or current.number != at.household:
            if current is not None:
                current.judge(units, today)
                yield current
            current = Household(at.household, at.sheet, at.key, at.row.number)
        current.add(reader.read(at.row))
    if current is not None:
        current.judge(units, today)
        yield current
