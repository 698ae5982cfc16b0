"""Acts of a household, and what an act made and ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.beneficiaries.household_acts.errors import ActBuiltUpon, ActNotFound
from services.beneficiaries.household_acts.models import HouseholdAct
from services.beneficiaries.household_acts.schemas import Act
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import Household, Membership, Place

_ORDER = Keyset((HouseholdAct.recorded_at, HouseholdAct.id), (datetime, UUID))
Row = TypeVar("Row", Membership, Place)


async def page(session: AsyncSession, household_id: UUID, query: ListQuery) -> tuple[list[Act], str | None]:
    """Return the acts that touched a household in the order of their recording, and the next cursor.

    Errors: HouseholdNotFound.
    """
    await households.must_be_seen(session, household_id)
    wanted = select(HouseholdAct).where(
        or_(HouseholdAct.household_id == household_id, HouseholdAct.other_household_id == household_id)
    )
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].recorded_at, row[0].id))
    return [Act.model_validate(row[0]) for row in rows], following


async def one(session: AsyncSession, household_id: UUID, act_id: UUID) -> HouseholdAct:
    """Errors: ActNotFound."""
    found = await session.scalar(
        select(HouseholdAct).where(HouseholdAct.id == act_id, HouseholdAct.household_id == household_id)
    )
    if found is None:
        raise ActNotFound
    return found


async def locked(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Household]:
    """Return households locked in one order, so that two acts wait for each other. Errors: HouseholdNotFound."""
    return {one: await households.locked(session, one) for one in sorted(ids)}


async def undone(
    session: AsyncSession, kind: type[Row], household_id: UUID, moment: datetime
) -> tuple[list[Row], list[Row]]:
    """Return the rows that an act made, which still hold, and the rows that it ended, which are known no more.

    Errors: ActBuiltUpon where a later change superseded something that the act made.
    """
    made = list(
        await session.scalars(select(kind).where(kind.household_id == household_id, kind.recorded_from == moment))
    )
    if any(row.recorded_to is not None for row in made):
        raise ActBuiltUpon
    ended = await session.scalars(
        select(kind).where(kind.household_id == household_id, kind.recorded_to == moment).order_by(kind.id)
    )
    return made, list(ended)
