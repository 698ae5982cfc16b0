"""Poverty statuses of households as they are known now, one decision a row."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from kit.values.dates import Day
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.clocks import held_then
from services.beneficiaries.households.models import Household
from services.beneficiaries.poverty.models import StatusRow

_ORDER = Keyset((StatusRow.id,), (UUID,))


class StatusesQuery(ListQuery):
    area: Annotated[
        AreaCode | None,
        Field(description="Of today's commune with this code, and of the units it was made from"),
    ] = None
    as_of: Annotated[Day | None, Field(description="Only statuses that hold on this day; all without it")] = None


class StatusLine(BaseModel):
    """A recorded status; valid_to is the first day on which it no longer holds."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    household_id: UUID
    household_code: str
    area: AreaName
    village: str
    status: str
    valid_from: date
    valid_to: date | None
    standard: str
    decision_number: str
    recorded_from: datetime


async def page(session: AsyncSession, query: StatusesQuery) -> tuple[list[StatusLine], str | None]:
    """Return the statuses that the caller may see, in the order of recording, and the next cursor."""
    wanted: Any = (
        select(StatusRow, Household, AreaVersion)
        .join(Household, Household.id == StatusRow.household_id)
        .join(AreaVersion, AreaVersion.id == Household.area_id)
        .where(StatusRow.recorded_to.is_(None))
    )
    if query.area is not None:
        wanted = wanted.where(Household.area_id == func.any(select(func.areas_under(query.area)).scalar_subquery()))
    if query.as_of is not None:
        wanted = wanted.where(held_then(StatusRow, query.as_of))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [_line(*row) for row in rows], following


def _line(status: StatusRow, household: Household, area: AreaVersion) -> StatusLine:
    own = ("id", "household_id", "status", "valid_from", "valid_to", "standard", "decision_number", "recorded_from")
    return StatusLine(
        **{name: getattr(status, name) for name in own},
        household_code=household.code,
        area=AreaName(id=area.id, code=area.code, name=area.name),
        village=household.village,
    )
