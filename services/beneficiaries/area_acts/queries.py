"""Reads of acts: two statements for a list of any length, three for a unit's history."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.area_acts import schemas
from services.beneficiaries.area_acts.errors import ActNotFound
from services.beneficiaries.area_acts.models import AreaAct
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.errors import AreaNotFound

_ORDER = Keyset((AreaAct.effective_on, AreaAct.id), (date, UUID), descending=True)
_UNITS = text(
    "select u.act_id, u.role, a.id, a.code, a.name from area_act_units u join areas a on a.id = u.area_id"
    " where u.act_id = any(:ids) order by u.role = 'made', a.code, a.valid_from"
)
_CONCERNS = text("exists (select from area_act_units u where u.act_id = area_acts.id and u.area_id = :area_id)")
# Backwards and forwards from the unit, never down another branch: what it came from, and what became of it.
_LINE = text(
    """
    with recursive before (id) as (
        select cast(:id as uuid) union
        select s.predecessor_id from area_successions s join before b on b.id = s.successor_id
    ), after (id) as (
        select cast(:id as uuid) union
        select s.successor_id from area_successions s join after a on a.id = s.predecessor_id
    )
    select a.id, a.code, a.name, a.kind, a.urban, a.valid_from, a.valid_to, a.aliases from areas a
    where a.id in (select id from before union select id from after) order by a.valid_from, a.code
    """
)
_ACTS_OF = (
    select(AreaAct)
    .where(
        AreaAct.id.in_(text("select u.act_id from area_act_units u where u.area_id = any(:ids)").columns(AreaAct.id))
    )
    .order_by(AreaAct.effective_on, AreaAct.id)
)
_CARRIERS = text(
    "select code from areas where code = any(:codes) and not id = any(:ended)"
    " and (valid_to is null or valid_to > :day) order by code limit 1"
)
# Units above those named that stand on the day, the nearest first; `over` counts how many of them it is above.
_ABOVE = text(
    """
    with recursive above (unit, id, steps) as (
        select a.id, a.parent_id, 1 from areas a where a.id = any(:ids)
        union all
        select b.unit, a.parent_id, b.steps + 1 from above b join areas a on a.id = b.id where a.parent_id is not null
    )
    select a.id from above b join areas a on a.id = b.id
    where a.valid_from <= :day and (a.valid_to is null or a.valid_to > :day)
    group by a.id having count(distinct b.unit) = cardinality(cast(:ids as uuid[]))
    order by max(b.steps) limit 1
    """
)
_STANDING_PARENT = text(
    "select 1 from areas where id = :id and level <> 'commune' and valid_from <= :day"
    " and (valid_to is null or valid_to > :day)"
)


async def page(session: AsyncSession, query: schemas.ActQuery) -> tuple[list[schemas.Act], str | None]:
    """Return acts, the newest first, and the next cursor."""
    wanted = select(AreaAct)
    if query.kind is not None:
        wanted = wanted.where(AreaAct.kind == query.kind)
    if query.decision_number is not None:
        wanted = wanted.where(AreaAct.decision_number == query.decision_number)
    if query.area_id is not None:
        wanted = wanted.where(_CONCERNS.bindparams(area_id=query.area_id))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].effective_on, row[0].id))
    return await _shown(session, [row[0] for row in rows]), following


async def one(session: AsyncSession, act_id: UUID) -> schemas.Act:
    """Errors: ActNotFound."""
    found = await session.get(AreaAct, act_id)
    if found is None:
        raise ActNotFound
    return (await _shown(session, [found]))[0]


async def history(session: AsyncSession, area_id: UUID) -> schemas.History:
    """Errors: AreaNotFound."""
    rows = (await session.execute(_LINE, {"id": area_id})).all()
    if not rows:
        raise AreaNotFound
    acts = (await session.scalars(_ACTS_OF, {"ids": [row.id for row in rows]})).all()
    versions = [schemas.Version(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy
    return schemas.History(area_id=area_id, versions=versions, acts=await _shown(session, acts))


async def locked(session: AsyncSession, ids: Sequence[UUID]) -> list[AreaVersion]:
    """Return these units, held against other acts, in the order named. Errors: AreaNotFound."""
    rows = await session.scalars(
        select(AreaVersion).where(AreaVersion.id.in_(ids)).order_by(AreaVersion.id).with_for_update()
    )
    found = {unit.id: unit for unit in rows}
    if len(found) != len(set(ids)):
        raise AreaNotFound
    return [found[unit_id] for unit_id in ids]


async def recorded(session: AsyncSession, act: AreaAct) -> bool:
    """Tell whether the same act is on record."""
    same = exists().where(
        AreaAct.subject_id == act.subject_id,
        AreaAct.kind == act.kind,
        AreaAct.decision_number == act.decision_number,
        AreaAct.effective_on == act.effective_on,
    )
    return bool(await session.scalar(select(same)))


async def carried_by_others(
    session: AsyncSession, codes: Sequence[str], ended: Sequence[UUID], day: date
) -> str | None:
    """Return a code that some unit beside those ended carries on `day` or later."""
    values = {"codes": list(codes), "ended": list(ended), "day": day}
    found: str | None = await session.scalar(_CARRIERS, values)
    return found


async def standing_above(session: AsyncSession, ids: Sequence[UUID], day: date) -> UUID | None:
    """Return the nearest unit above all of these that stands on `day`."""
    found: UUID | None = await session.scalar(_ABOVE, {"ids": list(ids), "day": day})
    return found


async def may_be_parent(session: AsyncSession, area_id: UUID, day: date) -> bool:
    return await session.scalar(_STANDING_PARENT, {"id": area_id, "day": day}) is not None


async def _shown(session: AsyncSession, acts: Sequence[AreaAct]) -> list[schemas.Act]:
    units: dict[UUID, list[schemas.ActUnit]] = {act.id: [] for act in acts}
    for row in await session.execute(_UNITS, {"ids": list(units)}):
        units[row.act_id].append(schemas.ActUnit(id=row.id, code=row.code, name=row.name, role=row.role))
    return [_act(act, units[act.id]) for act in acts]


def _act(act: AreaAct, units: list[schemas.ActUnit]) -> schemas.Act:
    facts: dict[str, Any] = {name: getattr(act, name) for name in schemas.Act.model_fields if name != "units"}
    return schemas.Act(**facts, units=units)
