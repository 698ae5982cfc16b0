"""Households as lists and search give them, on a day: a fixed number of statements, whatever the length."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from kit.values.text import fold
from services.beneficiaries.households import schemas
from services.beneficiaries.households.models import Household, Place
from services.beneficiaries.households.queries import area

_ORDER = Keyset((Household.id,), (UUID,))
_LINES = text(
    """
    select h.id, h.code, p.village, h.registered_on, h.version,
           a.id as area_id, a.code as area_code, a.name as area_name,
           coalesce(head.full_name, '') as head_name, counted.members, standing.status
    from households h
    join household_places p on p.household_id = h.id and p.recorded_to is null
        and p.valid_from <= :day and (p.valid_to is null or p.valid_to > :day)
    join areas a on a.id = p.area_id
    left join lateral (
        select q.full_name from memberships m join people q on q.id = m.person_id
        where m.household_id = h.id and m.relation = 'head' and m.recorded_to is null
          and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)
    ) head on true
    cross join lateral (
        select count(*) as members from memberships m
        where m.household_id = h.id and m.recorded_to is null
          and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)
    ) counted
    cross join lateral household_standing(h.id, :day, now()) standing
    where h.id = any(:ids)
    order by h.id
    """
)
_UNDER = text("select areas_under(:code)")


async def page(
    session: AsyncSession, query: schemas.HouseholdQuery, today: date
) -> tuple[list[schemas.HouseholdLine], str | None]:
    """Return the caller's households that lived on the day asked about, by id, oldest first, and the next cursor."""
    within: list[UUID] | None = None
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
    if query.area_id is not None:
        within = [query.area_id] if within is None or query.area_id in within else []
    day = query.as_of or today
    rows, following = await _ORDER.rows(session, _matching(query, within, day), query, lambda row: [row.id])
    return await lines(session, [row.id for row in rows], day), following


def _matching(query: schemas.HouseholdQuery, within: list[UUID] | None, day: date) -> Select[*tuple[Any, ...]]:
    past = query.as_of is not None
    if query.q is not None:
        edge = _ORDER.edge(query)
        found = func.households_named(
            f"% {fold(query.q)}%", within, query.poverty_status, day, edge[0] if edge else None, query.limit + 1, past
        )
        # Nothing but punctuation folds to nothing, and nobody is called that.
        return select(Household.id).where(Household.id.in_(select(found)), literal(bool(fold(query.q))))
    wanted = select(Household.id)
    if past:
        there = exists().where(
            Place.household_id == Household.id,
            Place.recorded_to.is_(None),
            Place.valid_from <= day,
            or_(Place.valid_to.is_(None), Place.valid_to > day),
        )
        wanted = wanted.where(there if within is None else there.where(Place.area_id == func.any(within)))
    else:
        wanted = wanted.where(Household.dissolved_on.is_(None))
        if within is not None:
            wanted = wanted.where(Household.area_id == func.any(within))
    if query.poverty_status is not None:
        standing = func.household_standing(Household.id, day, func.now()).table_valued("status")
        wanted = wanted.where(
            exists(select(literal(1)).select_from(standing).where(standing.c.status == query.poverty_status))
        )
    return wanted


async def lines(session: AsyncSession, ids: Sequence[UUID], day: date) -> list[schemas.HouseholdLine]:
    rows = await session.execute(_LINES, {"ids": ids, "day": day})
    return [
        schemas.HouseholdLine(
            id=row.id,
            code=row.code,
            area=area(row),
            village=row.village,
            head_name=row.head_name,
            members=row.members,
            poverty_status=row.status,
            registered_on=row.registered_on,
            version=row.version,
        )
        for row in rows
    ]
