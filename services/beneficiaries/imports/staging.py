"""Households of a file put where SQL can look at all of them; a batch is one transaction, and says how far it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.values.ids import new_id
from kit.values.text import fold
from services.beneficiaries.imports.households import Household
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.rows import Mistake, RowIn
from services.beneficiaries.parents.models import KINDS, ParentKind
from services.beneficiaries.villages import queries as villages
from services.beneficiaries.villages.errors import VillageUnknown

_HOUSEHOLDS: Final = text(
    "insert into import_households (import_id, number, row_number, sheet, key, area_id, village, address,"
    " registered_on, members, refused)"
    " select cast(:import_id as uuid), h.* from unnest(cast(:number as int[]), cast(:row_number as int[]),"
    " cast(:sheet as text[]), cast(:key as text[]), cast(:area_id as uuid[]), cast(:village as text[]),"
    " cast(:address as text[]), cast(:registered_on as date[]), cast(:members as int[]), cast(:refused as bool[])) h"
)
_ROWS: Final = text(
    "insert into import_rows (import_id, household, row_number, sheet, id, membership_id, full_name, folded, sex,"
    " birth_date, birth_precision, ethnicity, relation, joined_on, identity_sealed, identity_index, phone_sealed,"
    " phone_index, mother_id, father_id)"
    " select cast(:import_id as uuid), r.* from unnest(cast(:household as int[]), cast(:row_number as int[]),"
    " cast(:sheet as text[]), cast(:id as uuid[]), cast(:membership_id as uuid[]), cast(:full_name as text[]),"
    " cast(:folded as text[]), cast(:sex as text[]), cast(:birth_date as date[]), cast(:birth_precision as text[]),"
    " cast(:ethnicity as text[]), cast(:relation as text[]), cast(:joined_on as date[]),"
    " cast(:identity_sealed as bytea[]), cast(:identity_index as bytea[]), cast(:phone_sealed as bytea[]),"
    " cast(:phone_index as bytea[]), cast(:mother_id as uuid[]), cast(:father_id as uuid[])) r"
)
_ERRORS: Final = text(
    "insert into import_errors (import_id, household, row_number, id, sheet, field, code, facts)"
    " select cast(:import_id as uuid), e.household, e.row_number, e.id, e.sheet, e.field, e.code,"
    " cast(e.facts as jsonb) from unnest(cast(:household as int[]), cast(:row_number as int[]), cast(:id as uuid[]),"
    " cast(:sheet as text[]), cast(:field as text[]), cast(:code as text[]), cast(:facts as text[]))"
    " e (household, row_number, id, sheet, field, code, facts)"
)
_MOST_PLACES: Final = 2_000
_IDENTITY: Final = "people.identity_number"
_PHONE: Final = "people.phone"
_H: Final = ("number", "row_number", "sheet", "key", "area_id", "village", "address", "registered_on", "members")
_R: Final = (
    *("household", "row_number", "sheet", "id", "membership_id", "full_name", "folded", "sex", "birth_date"),
    *("birth_precision", "ethnicity", "relation", "joined_on"),
    *("identity_sealed", "identity_index", "phone_sealed", "phone_index", "mother_id", "father_id"),
)
_E: Final = ("household", "row_number", "id", "sheet", "field", "code", "facts")


@dataclass
class Stage:
    """Where the households of one import are put.

    villages: by unit and day every folded way of writing one; what was asked once is not asked again.
    """

    found: Import
    vault: Vault
    villages: dict[Any, set[str]]

    async def put(self, session: AsyncSession, batch: Sequence[Household]) -> None:
        await self._look_for_villages(session, batch)
        rows = [row for home in batch if not home.refused for row in self._rows(home)]
        await _insert(session, _HOUSEHOLDS, self.found.id, (*_H, "refused"), [_household(home) for home in batch])
        if rows:
            await _insert(session, _ROWS, self.found.id, _R, rows)
        await self.tell(session, batch)

    async def tell(self, session: AsyncSession, batch: Iterable[Household]) -> None:
        mistakes = [error_row(home.number, home.sheet, mistake) for home in batch for mistake in home.mistakes]
        if mistakes:
            await _insert(session, _ERRORS, self.found.id, _E, mistakes)

    async def _look_for_villages(self, session: AsyncSession, batch: Iterable[Household]) -> None:
        """Refuse a village that is not on its commune's list; a commune without a list takes any."""
        for home in batch:
            if home.refused or home.area_id is None:
                continue
            place = (home.area_id, home.since)
            if place not in self.villages:
                if len(self.villages) >= _MOST_PLACES:
                    self.villages.clear()
                self.villages[place] = await villages.keys_in(session, home.area_id, home.since)
            known = self.villages[place]
            if known and fold(home.first.village) not in known:
                home.mistakes.append(Mistake.of(home.row, "village", VillageUnknown, village=home.first.village))

    def _rows(self, home: Household) -> list[tuple[Any, ...]]:
        people = [new_id() for _ in home.members]
        return [
            (*self._row(home, row, member, person), *(_parent(home, member, kind, people) for kind in KINDS))
            for (row, member), person in zip(home.members, people, strict=True)
        ]

    def _row(self, home: Household, row: int, member: RowIn, person: UUID) -> tuple[Any, ...]:
        number, phone = member.identity_number, member.phone
        return (
            *(home.number, row, home.sheet, person, new_id(), member.full_name, fold(member.full_name), member.sex),
            *(member.birth_date, member.birth_precision, member.ethnicity, member.relation),
            member.joined_on or home.since,
            *sealed(self.vault, number, _IDENTITY, person),
            *sealed(self.vault, phone, _PHONE, person),
        )


def _parent(home: Household, member: RowIn, kind: ParentKind, people: Sequence[UUID]) -> UUID | None:
    if getattr(member, kind) is None or (place := home.parent(member, kind)) is None:
        return None
    return people[place]


def sealed(vault: Vault, value: str | None, column: str, person: object) -> tuple[bytes | None, bytes | None]:
    """Return a number sealed for its row, and its keyed index."""
    if value is None:
        return None, None
    return vault.seal(value, context=f"{column}:{person}"), vault.index(value, context=column)


def _household(home: Household) -> tuple[Any, ...]:
    if home.refused or not home.members:
        return (home.number, home.row, home.sheet, home.key, None, None, None, None, home.size, True)
    first = home.first
    place = (home.area_id, first.village, first.address, home.since)
    return (home.number, home.row, home.sheet, home.key, *place, home.size, False)


def error_row(household: int, sheet: str | None, mistake: Mistake) -> tuple[Any, ...]:
    facts = orjson.dumps(mistake.facts, default=str).decode()
    return (household, mistake.row, new_id(), sheet, mistake.column, mistake.code, facts)


async def _insert(
    session: AsyncSession, statement: Any, import_id: object, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    await session.execute(statement, {"import_id": import_id, **columns})
