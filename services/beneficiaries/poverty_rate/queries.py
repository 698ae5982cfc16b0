"""Poor households and all households of a day, in one statement, put on the map of any day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.areas import queries as areas
from services.beneficiaries.areas.models import Atlas, Unit
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.poverty_rate.models import Tally, by_place
from services.beneficiaries.poverty_rate.schemas import Rate, RateQuery, Rates

_COUNTS = text(
    """
    select p.area_id, count(*) as households,
           count(*) filter (where s.status = 'poor' and s.standard = coalesce(:standard, s.standard)) as poor,
           count(*) filter (where s.status = 'near_poor' and s.standard = coalesce(:standard, s.standard)) as near_poor,
           coalesce(array_agg(distinct s.standard) filter (where s.status = 'poor'
               and s.standard = coalesce(:standard, s.standard)), '{}') as standards
    from household_places p
    left join poverty_statuses s on s.household_id = p.household_id and s.status <> 'none'
        and s.valid_from <= :day and (s.valid_to is null or s.valid_to > :day)
        and s.recorded_from <= :known and (s.recorded_to is null or s.recorded_to > :known)
    where p.valid_from <= :day and (p.valid_to is null or p.valid_to > :day)
        and p.recorded_from <= :known and (p.recorded_to is null or p.recorded_to > :known)
    group by p.area_id
    """
)


async def tallies(
    session: AsyncSession, day: date, known: datetime, standard: str | None = None
) -> list[tuple[UUID, Tally]]:
    """Return the caller's households of a day by the unit they lived in."""
    rows = await session.execute(_COUNTS, {"day": day, "known": known, "standard": standard})
    return [(row.area_id, Tally(row.households, row.poor, row.near_poor, frozenset(row.standards))) for row in rows]


async def rates(session: AsyncSession, query: RateQuery, day: date, known: datetime) -> Rates:
    """Errors: AreaNotFound for a code that no commune has on that map."""
    atlas = await areas.atlas(session)
    on = query.geography or day
    found = by_place(await tallies(session, day, known, query.standard), lambda unit: atlas.place(unit, on))
    rows: list[Rate]
    if query.area is not None:
        unit = with_code(atlas, on, query.area)
        rows = [_rate(unit, found.get(unit.id, Tally()))]
    elif query.by == "area":
        rows = [_rate(unit, found[unit.id]) for unit in atlas.on(on) if unit.id in found]
        rows += [_rate(None, found[None])] if None in found else []
    else:
        rows = [_rate(None, sum(found.values(), Tally()))]
    return Rates(as_of=day, known_at=known, geography=on, rows=rows)


def with_code(atlas: Atlas, day: date, code: str) -> Unit:
    """Return the commune with this code on the map of a day. Errors: AreaNotFound."""
    found = next((unit for unit in atlas.on(day) if unit.code == code), None)
    if found is None:
        raise AreaNotFound
    return found


def _rate(unit: Unit | None, tally: Tally) -> Rate:
    points = tally.basis_points()
    return Rate(
        area=None if unit is None else AreaName(id=unit.id, code=unit.code, name=unit.name),
        households=tally.households,
        poor=tally.poor,
        near_poor=tally.near_poor,
        rate=None if points is None else f"{points // 100}.{points % 100:02}",
        standards=sorted(tally.standards),
    )
