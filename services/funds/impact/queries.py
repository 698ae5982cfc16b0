"""Figures from the owner's two functions: counts leave the database, rows do not, so anybody's scope will do."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.clients.registry import Geography
from services.funds.impact import figures
from services.funds.impact.figures import Received, Support
from services.funds.impact.schemas import AreaName, Impact

_SUPPORT: Final = text(
    "select unit_id, gift_turns, gift_households, gift_value, rice_g, rice_turns, rice_households, rice_people"
    " from impact_figures(:first, :last, cast(:places as uuid[]), cast(:units as uuid[]))"
)
_RECEIVED: Final = text("select money, rice_g, labour, donations from impact_donations(:first, :last)")


async def whole(session: AsyncSession, first: date, last: date) -> Impact:
    """Return the figures of all areas together, small ones suppressed: anybody may read them."""
    found = await _support(session, first, last, {})
    received = Received(
        *(int(part) for part in (await session.execute(_RECEIVED, {"first": first, "last": last})).one())
    )
    nothing = Support(*[0] * 7)
    return Impact(
        rows=[
            *figures.support_rows(found.get(None, nothing), None, suppress=True),
            *figures.received_rows(received),
        ]
    )


async def by_area(session: AsyncSession, first: date, last: date, geography: Geography) -> Impact:
    """Return the support of each commune of that geography that had any, by code; the rest under no area.

    Turns, money and rice add up to the whole. Donations are for campaigns, not areas: they are not among these rows.
    """
    found = await _support(session, first, last, geography.places)
    placed: list[tuple[AreaName | None, Support]] = [
        (AreaName(id=unit.id, code=unit.code, name=unit.name), found[unit.id])
        for unit in sorted(geography.units, key=lambda unit: unit.code)
        if unit.id in found
    ]
    if None in found:
        placed.append((None, found[None]))
    return Impact(rows=[row for area, one in placed for row in figures.support_rows(one, area, suppress=False)])


async def _support(
    session: AsyncSession, first: date, last: date, places: dict[UUID, UUID]
) -> dict[UUID | None, Support]:
    values: dict[str, Any] = {"first": first, "last": last, "places": list(places), "units": list(places.values())}
    rows = await session.execute(_SUPPORT, values)
    return {unit: Support(*(int(figure) for figure in row)) for unit, *row in rows}
