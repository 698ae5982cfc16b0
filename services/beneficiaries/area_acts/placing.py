"""Households of a unit that is split: they go with their village, where the act names in which part it lies."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import outbox
from kit.values.ids import new_id
from kit.values.text import fold
from services.beneficiaries.households import queries as households

_KEYS = text("select v.id, v.keys from villages_in(:unit, :eve) i (id) join villages v on v.id = i.id")
# Those who live there now, held against moves and corrections; whoever moves away later than the act is theirs to move.
_LIVING = text(
    "select p.id as place_id, p.household_id, p.village"
    " from households h join household_places p on p.household_id = h.id where p.recorded_to is null"
    " and p.valid_to is null and p.area_id = any ((select units_within(:unit, :eve))::uuid[])"
    " order by h.id for update of h"
)
_SUPERSEDE = text("update household_places set recorded_to = :moment where id = any(:ids)")
_SHORTER = text(
    "insert into household_places (id, household_id, area_id, village, address, valid_from, valid_to, recorded_from)"
    " select n.id, p.household_id, p.area_id, p.village, p.address, p.valid_from, :day, :moment"
    " from unnest(cast(:new as uuid[]), cast(:ids as uuid[])) n (id, before) join household_places p on p.id = n.before"
    " where p.valid_from < :day"
)
_PLACED = text(
    "insert into household_places (id, household_id, area_id, village, address, valid_from, recorded_from)"
    " select n.id, p.household_id, n.part, p.village, p.address, greatest(p.valid_from, :day), :moment"
    " from unnest(cast(:new as uuid[]), cast(:ids as uuid[]), cast(:parts as uuid[])) n (id, before, part)"
    " join household_places p on p.id = n.before"
)
_CHANGED = text(
    "update households set version = version + 1, changed_at = now() where id = any(:ids)"
    " returning id, area_id, version"
)


async def follow_villages(
    session: AsyncSession, unit: UUID, parts: Mapping[UUID, Sequence[UUID]], day: date
) -> dict[str, int]:
    """Let households of villages named for a part (village ids by the part's id) live in that part from `day` on.

    A household whose village is written like one of another part, or like one that was named for none, stays in the
    old unit. What was known before is kept. Return how many were placed and how many not. A fixed number of statements.
    """
    eve = day - timedelta(days=1)
    part_of = {village: part for part, villages in parts.items() for village in villages}
    meant: dict[str, set[UUID | None]] = defaultdict(set)
    for row in await session.execute(_KEYS, {"unit": unit, "eve": eve}):
        for key in row.keys:
            meant[key].add(part_of.get(row.id))
    living = (await session.execute(_LIVING, {"unit": unit, "eve": eve})).all()
    going: dict[UUID, UUID] = {}
    homes: list[UUID] = []
    for row in living:
        found = meant[fold(row.village)]
        part = next(iter(found)) if len(found) == 1 else None
        if part is not None:
            going[row.place_id] = part
            homes.append(row.household_id)
    if going:
        await _place(session, going, homes, day)
    return {"placed": len(going), "not_placed": len(living) - len(going)}


async def _place(session: AsyncSession, going: Mapping[UUID, UUID], homes: Sequence[UUID], day: date) -> None:
    """Supersede places (the parts by the places' ids) of locked households, and tell of them."""
    moment = await households.moment(session, homes)
    known = {"ids": list(going), "moment": moment}
    await session.execute(_SUPERSEDE, known)
    for statement, more in ((_SHORTER, {}), (_PLACED, {"parts": list(going.values())})):
        await session.execute(statement, {**known, **more, "day": day, "new": [new_id() for _ in going]})
    changed = await session.execute(_CHANGED, {"ids": list(homes)})
    events = [
        (str(row.id), {"household_id": row.id, "area_id": row.area_id, "version": row.version}) for row in changed
    ]
    await outbox.add_all(session, "household.changed", events)
