"""All households of a day by the unit they lived in on that day, in one statement."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.areas import queries as areas
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.impact import figures
from services.beneficiaries.impact.figures import Count
from services.beneficiaries.impact.schemas import Impact

_COUNTS = text(
    "select p.area_id, count(*) as households, count(*) filter (where s.status = 'poor') as poor,"
    "  count(*) filter (where s.status = 'near_poor') as near_poor"
    " from household_places p left join poverty_statuses s on s.household_id = p.household_id and s.recorded_to is null"
    "  and s.status <> 'none' and s.valid_from <= :day and (s.valid_to is null or s.valid_to > :day)"
    " where p.recorded_to is null and p.valid_from <= :day and (p.valid_to is null or p.valid_to > :day)"
    " group by p.area_id"
)


async def _counts(session: AsyncSession, day: date) -> dict[UUID, Count]:
    rows = await session.execute(_COUNTS, {"day": day})
    return {row.area_id: Count(row.households, row.poor, row.near_poor) for row in rows}


async def whole(session: AsyncSession, day: date) -> Impact:
    """Return the figures of all areas together, small ones suppressed: anybody may read them."""
    counts = await _counts(session, day)
    return Impact(rows=figures.rows(figures.whole(counts.values()), day, None, suppress=True))


async def by_area(session: AsyncSession, day: date, as_of: date) -> Impact:
    """Return the figures of each commune on the map of `as_of` that has any, by code; they add up to the whole."""
    counts = await _counts(session, day)
    atlas = await areas.atlas(session)
    placed = figures.placed(counts, atlas, as_of)
    shown: list[tuple[AreaName | None, Count]] = [
        (AreaName(id=unit.id, code=unit.code, name=unit.name), placed[unit.id])
        for unit in atlas.on(as_of)
        if unit.id in placed
    ]
    if None in placed:
        shown.append((None, placed[None]))
    return Impact(rows=[row for area, count in shown for row in figures.rows(count, day, area, suppress=False)])
