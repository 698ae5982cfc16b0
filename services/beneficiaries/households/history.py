"""Every row that was recorded of a household, members, places and dwellings in one order."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Date, DateTime, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.beneficiaries.dwellings.schemas import Dwelling
from services.beneficiaries.households.queries import dwelling
from services.beneficiaries.households.schemas import LeftBecause, Relation


class HistoryOfMember(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    relation: Relation
    left_because: LeftBecause | None


class HistoryOfPlace(BaseModel):
    model_config = ConfigDict(extra="forbid")

    area_id: UUID
    village: str
    address: str | None


class HistoryRow(BaseModel):
    """One row of knowledge: true from a day until before another, known from a moment until superseded.

    kind: which of member, place and dwelling is given; the others are null.
    """

    model_config = ConfigDict(extra="forbid")

    id: UUID
    kind: Literal["member", "place", "dwelling"]
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None
    act_id: UUID | None
    member: HistoryOfMember | None
    place: HistoryOfPlace | None
    dwelling: Dwelling | None


_ROWS = (
    text(
        """
        select id, 'member' as kind, joined_on as valid_from, left_on as valid_to, recorded_from, recorded_to, act_id,
               jsonb_build_object('person_id', person_id, 'relation', relation, 'left_because', left_because) as facts
        from memberships where household_id = :household
        union all
        select id, 'place', valid_from, valid_to, recorded_from, recorded_to, act_id,
               jsonb_build_object('area_id', area_id, 'village', village, 'address', address)
        from household_places where household_id = :household
        union all
        select id, 'dwelling', valid_from, valid_to, recorded_from, recorded_to, act_id,
               to_jsonb(dwellings) || jsonb_build_object('floor_area_m2', floor_area_m2::text)
        from dwellings where household_id = :household
        """
    )
    .columns(
        id=Uuid,
        kind=Text,
        valid_from=Date,
        valid_to=Date,
        recorded_from=DateTime(timezone=True),
        recorded_to=DateTime(timezone=True),
        act_id=Uuid,
        facts=JSONB,
    )
    .subquery("recorded")
)
_ORDER = Keyset((_ROWS.c.recorded_from, _ROWS.c.id), (datetime, UUID))


async def page(session: AsyncSession, household_id: UUID, query: ListQuery) -> tuple[list[HistoryRow], str | None]:
    """Return the rows of one household in the order of their recording, and the next cursor."""
    wanted = select(_ROWS).params(household=household_id)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row.recorded_from, row.id))
    return [_row(row) for row in rows], following


def _row(row: Any) -> HistoryRow:
    return HistoryRow(
        id=row.id,
        kind=row.kind,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_from=row.recorded_from,
        recorded_to=row.recorded_to,
        act_id=row.act_id,
        member=HistoryOfMember(**row.facts) if row.kind == "member" else None,
        place=HistoryOfPlace(**row.facts) if row.kind == "place" else None,
        dwelling=dwelling(row.facts) if row.kind == "dwelling" else None,
    )
