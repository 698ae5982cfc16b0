"""Every household of two days by what became of it: one statement, and one more for the causes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.areas import queries as areas
from services.beneficiaries.areas.models import Atlas
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.movement.models import LISTS, Area, Group, Listed, Movement, movements
from services.beneficiaries.movement.schemas import CauseCount, MovementQuery, MovementRow, Movements
from services.beneficiaries.poverty_rate.queries import with_code
from services.beneficiaries.standards import queries as standards
from services.beneficiaries.standards.schemas import Cause

_ON = """
    select p.household_id, p.area_id, coalesce(s.status, 'none') as status
    from household_places p
    left join poverty_statuses s on s.household_id = p.household_id
        and s.valid_from <= :{day} and (s.valid_to is null or s.valid_to > :{day})
        and s.recorded_from <= :known and (s.recorded_to is null or s.recorded_to > :known)
    where p.valid_from <= :{day} and (p.valid_to is null or p.valid_to > :{day})
        and p.recorded_from <= :known and (p.recorded_to is null or p.recorded_to > :known)
"""
_GROUPS = text(
    f"""
    with first as ({_ON.format(day="first")}), last as ({_ON.format(day="last")}), earlier as (
        select s.household_id, array_agg(distinct s.status order by s.status) as lists from poverty_statuses s
        where s.status <> 'none' and s.valid_from < :first
            and s.recorded_from <= :known and (s.recorded_to is null or s.recorded_to > :known)
        group by s.household_id
    )
    select f.area_id as left_area, l.area_id as came_area, f.status as before, l.status as after,
           coalesce(e.lists, '{{}}') as lists, count(*) as households
    from first f full join last l on l.household_id = f.household_id
    left join earlier e on e.household_id = coalesce(f.household_id, l.household_id)
    where 'none' <> any (array[coalesce(f.status, 'none'), coalesce(l.status, 'none')])
    group by 1, 2, 3, 4, 5
    """  # noqa: S608 - of constants
)
_CAUSES = text(
    f"""
    with last as ({_ON.format(day="last")})
    select l.area_id, l.status, c.cause, count(*) as households
    from last l
    cross join lateral (
        select k.id from review_cases k join review_campaigns r on r.id = k.campaign_id
        where k.household_id = l.household_id and r.state = 'decided' and r.valid_from <= :last and k.class = l.status
        order by r.valid_from desc, r.id desc limit 1
    ) review
    join review_forms f on f.case_id = review.id and f.superseded_at is null
    join review_form_causes c on c.form_id = f.id
    where l.status <> 'none'
    group by 1, 2, 3
    """  # noqa: S608 - of constants
)


async def groups(session: AsyncSession, first: date, last: date, known: datetime) -> list[Group]:
    """Return the caller's households that are on a list on either day, grouped by the way they went."""
    rows = await session.execute(_GROUPS, {"first": first, "last": last, "known": known})
    return [
        Group(row.left_area, row.came_area, row.before, row.after, frozenset(row.lists), row.households) for row in rows
    ]


async def table(session: AsyncSession, query: MovementQuery, known: datetime) -> Movements:
    """Errors: AreaNotFound for a code that no commune has on that map."""
    atlas = await areas.atlas(session)
    day = query.as_of or query.to
    moved = movements(await groups(session, query.from_, query.to, known), lambda unit: atlas.place(unit, day))
    causes = await _causes(session, query.to, known, atlas, day)
    titles = (await standards.causes(session)).items
    places: list[AreaName | None] = [AreaName(id=one.id, code=one.code, name=one.name) for one in atlas.on(day)]
    if query.area is None:
        places = [one for one in [*places, None] if any((_id(one), name) in moved for name in LISTS)]
    else:
        unit = with_code(atlas, day, query.area)
        places = [AreaName(id=unit.id, code=unit.code, name=unit.name)]
    rows = [
        _row(area, name, moved.get((_id(area), name), Movement()), _named(causes, titles, _id(area), name))
        for area in places
        for name in LISTS
    ]
    return Movements.model_validate({"from": query.from_, "to": query.to, "as_of": day, "rows": rows})


_Causes = Mapping[tuple[Area, Listed, str], int]


async def _causes(session: AsyncSession, last: date, known: datetime, atlas: Atlas, day: date) -> _Causes:
    found: dict[tuple[Area, Listed, str], int] = defaultdict(int)
    for row in await session.execute(_CAUSES, {"last": last, "known": known}):
        found[atlas.place(row.area_id, day), row.status, row.cause] += row.households
    return found


def _named(causes: _Causes, titles: list[Cause], area: Area, name: Listed) -> list[CauseCount]:
    return [
        CauseCount(code=one.code, title=one.title, households=causes.get((area, name, one.code), 0)) for one in titles
    ]


def _id(area: AreaName | None) -> UUID | None:
    return None if area is None else area.id


def _row(area: AreaName | None, name: Listed, moved: Movement, causes: list[CauseCount]) -> MovementRow:
    return MovementRow(area=area, status=name, **vars(moved), new=moved.new, causes=causes)
