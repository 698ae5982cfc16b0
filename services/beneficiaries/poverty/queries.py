"""Status on a day as known at a moment, for one household or two thousand, in one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.errors import HouseholdNotFound, StandardUnknown
from services.beneficiaries.poverty import schemas
from services.beneficiaries.poverty.models import StatusRow

_STATUS = text(
    "select h.id as household_id, coalesce(p.area_id, h.area_id) as area_id, standing.status, standing.since,"
    "  standing.standard, standing.left_list_on"
    " from households h cross join lateral household_standing(h.id, :day, :known) standing"
    " left join household_places p on p.household_id = h.id and p.valid_from <= :day"
    "   and (p.valid_to is null or p.valid_to > :day) and p.recorded_from <= :known"
    "   and (p.recorded_to is null or p.recorded_to > :known) where h.id = :id"
)
_LOOKUP = text(
    "select h.id, coalesce(p.area_id, h.area_id) as area_id, standing.status, counted.members"
    " from households h cross join lateral household_standing(h.id, :day, now()) standing"
    " left join household_places p on p.household_id = h.id and p.recorded_to is null and p.valid_from <= :day"
    "   and (p.valid_to is null or p.valid_to > :day)"
    " cross join lateral (select count(*) as members from memberships m where m.household_id = h.id"
    "   and m.recorded_to is null and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)) counted"
    " where h.id = any(:ids) order by h.id"
)
_STANDARD = text("select code from poverty_standards where valid_from <= :day and valid_to > :day")
# After the household is locked: a clock of the transaction's start would let an earlier starter rewrite the past.
_MOMENT = text(
    "select greatest(clock_timestamp(), (select max(s.recorded_from) + interval '1 microsecond'"
    " from poverty_statuses s where s.household_id = :id))"
)


async def status(session: AsyncSession, household_id: UUID, day: date, known: datetime) -> schemas.PovertyStatus:
    """Errors: HouseholdNotFound."""
    row = (await session.execute(_STATUS, {"id": household_id, "day": day, "known": known})).one_or_none()
    if row is None:
        raise HouseholdNotFound
    return schemas.PovertyStatus(**row._mapping, as_of=day, known_at=known)  # noqa: SLF001 - public in SQLAlchemy


async def lookup(session: AsyncSession, ids: Sequence[UUID], day: date) -> schemas.Lookup:
    rows = (await session.execute(_LOOKUP, {"ids": list(ids), "day": day})).all()
    found = [schemas.FoundHousehold(**row._mapping) for row in rows]  # noqa: SLF001
    there = {household.id for household in found}
    return schemas.Lookup(as_of=day, found=found, missing=[one for one in dict.fromkeys(ids) if one not in there])


async def standard_on(session: AsyncSession, day: date, wanted: str | None) -> str:
    """Return the standard of that day, which must be the one wanted. Errors: StandardUnknown."""
    found: str | None = await session.scalar(_STANDARD, {"day": day})
    if found is None or wanted not in {None, found}:
        raise StandardUnknown(day=day)
    return found


async def moment(session: AsyncSession, household_id: UUID) -> datetime:
    """Return a time after everything recorded of this household; its row is locked."""
    found: datetime = (await session.execute(_MOMENT, {"id": household_id})).scalar_one()
    return found


async def known(session: AsyncSession, household_id: UUID) -> list[StatusRow]:
    """Return what is held true now, oldest first."""
    rows = await session.scalars(
        select(StatusRow)
        .where(StatusRow.household_id == household_id, StatusRow.recorded_to.is_(None))
        .order_by(StatusRow.valid_from)
    )
    return list(rows)


async def history(session: AsyncSession, household_id: UUID) -> list[StatusRow]:
    rows = await session.scalars(
        select(StatusRow)
        .where(StatusRow.household_id == household_id)
        .order_by(StatusRow.recorded_from, StatusRow.valid_from)
    )
    return list(rows)
