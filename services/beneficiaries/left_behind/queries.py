"""Needs that hold on a day, less those whose kind of support came within some months: set-based, fixed statements.

Row scope is the database's own: needs, households and support are each held to the caller's area by their policies,
so a count can never hold a household that the list may not show.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.households import lists as households
from services.beneficiaries.households.models import Household
from services.beneficiaries.left_behind import schemas

_ORDER: Final = Keyset((Household.id,), (UUID,))

_OPEN: Final = """
    n.raised_on <= :day and (n.closed_on is null or n.closed_on > :day)
    and (cast(:kind as text) is null or n.kind = :kind)
"""
# Two NOT EXISTS instead of one over the view of both: each becomes an index probe for a page.
_UNMET: Final = f"""
    {_OPEN}
    and not exists (
        select from support_items i
        where i.household_id = n.household_id and i.kind = any (k.support_kinds)
          and i.happened_on > :since and i.happened_on <= :day
          and not exists (
            select from support_reversals r where r.source = i.source and r.support_id = i.support_id))
    and not exists (
        select from organisation_activities a
        where a.household_id = n.household_id and a.withdrawn_on is null and a.kind = any (k.support_kinds)
          and a.happened_on > :since and a.happened_on <= :day)
"""  # noqa: S608 - made of the constant above
# Where the household lived on that day, as it is known now; one that is dissolved by then lives nowhere.
_PLACE: Final = """
    p.recorded_to is null and p.valid_from <= :day and (p.valid_to is null or p.valid_to > :day)
    and (cast(:within as uuid[]) is null or p.area_id = any (:within))
    and (cast(:village as text) is null or p.village = :village)
"""
_SINCE = text("select (cast(:day as date) - make_interval(months => :months))::date")
_UNDER = text("select areas_under(:code)")
_IN_NEED = text(
    f"""
    exists (select from needs n join need_kinds k on k.code = n.kind where n.household_id = households.id and {_UNMET})
    and exists (select from household_places p where p.household_id = households.id and {_PLACE})
    """  # noqa: S608
)
_NEEDS = text(
    f"""
    select n.id, n.household_id, n.kind, n.raised_on,
      (select max(s.happened_on) from support_received s
       where s.household_id = n.household_id and s.kind = any (k.support_kinds) and s.happened_on <= :day) as last
    from needs n join need_kinds k on k.code = n.kind
    where n.household_id = any(:ids) and {_UNMET}
    order by n.household_id, n.kind
    """  # noqa: S608
)
# For the count everything is read once and hashed: one probe for each need took five times as long at 300,000
# households, because under row security the planner expects few rows and chooses to probe.
_VILLAGES = text(
    f"""
    with helped as materialized (
        select i.household_id, i.kind from support_items i
        where i.happened_on > :since and i.happened_on <= :day
          and not exists (
            select from support_reversals r where r.source = i.source and r.support_id = i.support_id)
        union all
        select a.household_id, a.kind from organisation_activities a
        where a.household_id is not null and a.withdrawn_on is null
          and a.happened_on > :since and a.happened_on <= :day
    ), answers as materialized (
        select k.code, answer.kind from need_kinds k cross join lateral unnest(k.support_kinds) answer (kind)
    ), unmet as materialized (
        select n.household_id, n.kind from needs n
        where {_OPEN} and not exists (
            select from helped join answers on answers.kind = helped.kind
            where helped.household_id = n.household_id and answers.code = n.kind)
    ), counted as (
        select p.area_id, p.village, u.kind, count(distinct u.household_id) as households
        from unmet u join household_places p on p.household_id = u.household_id
        where {_PLACE}
        group by grouping sets ((p.area_id, p.village), (p.area_id, p.village, u.kind))
    )
    select c.area_id, a.code, a.name, c.village, c.kind, c.households
    from counted c join areas a on a.id = c.area_id
    order by a.code, c.area_id, c.village, c.kind nulls first
    """  # noqa: S608
)


async def page(session: AsyncSession, query: schemas.LeftBehindQuery, day: date) -> schemas.LeftBehind:
    """Return the caller's households that are left behind on `day`, by id, with counts by village on the first page."""
    since: date = (await session.execute(_SINCE, {"day": day, "months": query.months})).scalar_one()
    within = None
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
    asked = {"day": day, "since": since, "kind": query.kind, "within": within, "village": query.village}
    wanted = select(Household.id).where(_IN_NEED.bindparams(*(bindparam(name, value) for name, value in asked.items())))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row.id])
    ids = [row.id for row in rows]
    return schemas.LeftBehind(
        as_of=day,
        months=query.months,
        without_support_since=since,
        villages=await _villages(session, asked) if query.cursor is None else None,
        items=await _items(session, ids, asked),
        next=following,
    )


async def _items(
    session: AsyncSession, ids: Sequence[UUID], asked: dict[str, Any]
) -> list[schemas.LeftBehindHousehold]:
    lines = await households.lines(session, ids, asked["day"])
    needs: defaultdict[UUID, list[schemas.UnmetNeed]] = defaultdict(list)
    values = {name: asked[name] for name in ("day", "since", "kind")}
    for row in await session.execute(_NEEDS, {"ids": list(ids), **values}):
        need = schemas.UnmetNeed(id=row.id, kind=row.kind, raised_on=row.raised_on, last_support_on=row.last)
        needs[row.household_id].append(need)
    return [schemas.LeftBehindHousehold(household=line, needs=needs[line.id]) for line in lines]


async def _villages(session: AsyncSession, asked: dict[str, Any]) -> list[schemas.VillageCount]:
    found: list[schemas.VillageCount] = []
    for row in await session.execute(_VILLAGES, asked):
        if row.kind is None:
            area = AreaName(id=row.area_id, code=row.code, name=row.name)
            found.append(schemas.VillageCount(area=area, village=row.village, households=row.households, kinds=[]))
        else:
            found[-1].kinds.append(schemas.KindCount(kind=row.kind, households=row.households))
    return found
