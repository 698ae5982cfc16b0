"""List a village, rename or end it, give it to a part of a split commune: fetch, ask, save."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.villages import queries, schemas
from services.beneficiaries.villages.errors import VillageAlreadyListed, VillageNotInUnit
from services.beneficiaries.villages.models import Village, folded

_PART = text("insert into village_parts (village_id, area_id, since, act_id) values (:village, :area, :since, :act)")


async def add(session: AsyncSession, given: schemas.VillageIn, *, by: Actor) -> UUID:
    """Errors: AreaNotFound, AreaNotInForce, VillageAlreadyListed."""
    day = given.valid_from or today()
    # Held against an act that would split the commune meanwhile.
    area = await session.get(AreaVersion, given.area_id, with_for_update={"read": True})
    if area is None or area.level != "commune":
        raise AreaNotFound
    area.must_stand_on(day)
    if folded(given.name, given.kind) in await queries.folded_in(session, area.id, day):
        raise VillageAlreadyListed
    village = new(area.id, given.name, given.kind, given.aliases, day, village_id=given.id)
    session.add(village)
    await session.flush()
    await audit.record(session, by, "village.listed", "village", village.id, {"area": area.code, "name": village.name})
    return village.id


def new(
    area_id: UUID, name: str, kind: str, aliases: Sequence[str], day: date, *, village_id: UUID | None = None
) -> Village:
    village = Village(id=village_id or new_id(), area_id=area_id, valid_from=day, version=1)
    village.call(name, kind, aliases)
    return village


async def change(
    session: AsyncSession, village_id: UUID, given: schemas.VillageChange, expected: int, *, by: Actor
) -> None:
    """Errors: VillageNotFound, StaleVersion, DatesDisagree, VillageAlreadyListed."""
    village = await queries.locked(session, village_id)
    expect_version(village.version, expected)
    before = {name: getattr(village, name) for name in ("name", "kind", "aliases", "valid_to")}
    aliases = village.aliases if given.aliases is None else given.aliases
    if given.name is not None and given.name != village.name:
        village.rename(given.name, given.kind or village.kind, aliases)
    else:
        village.call(village.name, given.kind or village.kind, aliases)
    if given.valid_to is not None:
        village.end_on(given.valid_to)
    village.version += 1
    village.changed_at = func.now()
    await session.flush()
    changed: dict[str, Any] = {
        name: [old, getattr(village, name)] for name, old in before.items() if old != getattr(village, name)
    }
    await audit.record(session, by, "village.changed", "village", village.id, changed)


async def divide(
    session: AsyncSession, unit: AreaVersion, parts: Mapping[UUID, Sequence[UUID]], act_id: UUID, day: date
) -> None:
    """Let villages of a unit that was split on `day` lie in its parts (villages by the part's id) from then on.

    Errors: VillageNotInUnit.
    """
    named = [village for villages in parts.values() for village in villages]
    if not named:
        return
    if len(await queries.inside(session, unit.id, named, date.fromordinal(day.toordinal() - 1))) != len(named):
        raise VillageNotInUnit
    rows = [
        {"village": village, "area": part, "since": day, "act": act_id}
        for part, villages in parts.items()
        for village in villages
    ]
    await session.execute(_PART, rows)
