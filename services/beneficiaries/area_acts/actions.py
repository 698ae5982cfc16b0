"""Record an act: fetch the units, ask them, save what ends, what begins and the edges between."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.area_acts import placing, queries, schemas
from services.beneficiaries.area_acts.errors import ActAlreadyRecorded, AreaCodeInUse, ParentNotInForce
from services.beneficiaries.area_acts.models import (
    AreaAct,
    Shape,
    altered,
    correct_aliases,
    must_be_open_on,
    succeed,
    unit_id,
)
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.villages import actions as villages

_EDGES = text(
    "insert into area_successions (predecessor_id, successor_id, legal_basis, on_day)"
    " select p, s, cast(:basis as text), cast(:day as date)"
    " from unnest(cast(:ended as uuid[])) p cross join unnest(cast(:made as uuid[])) s"
)
_UNITS = text(
    "insert into area_act_units (act_id, area_id, role)"
    " select cast(:act as uuid), u, cast(:role as text) from unnest(cast(:ids as uuid[])) u"
)


async def record(session: AsyncSession, given: schemas.ActIn, *, by: Actor) -> UUID:
    """Carry out an act and return its id; units, edges and the act are one transaction.

    Errors: AreaNotFound, AreaNotACommune, AreaNotInForce, AreaHasLaterAct, AreaCodeInUse, ParentNotInForce,
    ActAlreadyRecorded, ActChangesNothing, VillageNotInUnit.
    """
    if isinstance(given, schemas.CorrectAliasesIn):
        return await _correct(session, given, by)
    ids = given.units if isinstance(given, schemas.MergeIn) else [given.unit]
    ended = await queries.locked(session, ids)
    act = _act(given, _subject(given, ended[0]), by)
    if await queries.recorded(session, act):
        raise ActAlreadyRecorded
    for unit in ended:
        must_be_open_on(unit, given.effective_on)
    new = succeed(ended, await _shapes(session, given, ended), given.effective_on, given.legal_basis)
    await _must_be_free(session, new, ids)
    # What ends before what begins: the constraint on codes looks at every statement.
    await session.flush()
    session.add(act)
    session.add_all(new)
    await session.flush()
    made_ids = [unit.id for unit in new]
    edges = {"basis": given.legal_basis, "day": given.effective_on, "ended": ids, "made": made_ids}
    await session.execute(_EDGES, edges)
    if isinstance(given, schemas.SplitIn):
        parts = {unit.id: part.villages for unit, part in zip(new, given.into, strict=True)}
        await villages.divide(session, ended[0], parts, act.id, given.effective_on)
        placed = await placing.follow_villages(session, ended[0].id, parts, given.effective_on)
        await audit.record(session, by, "area.households_placed", "area_act", act.id, placed)
    await _keep(session, act, by, ended=ids, made=made_ids)
    return act.id


async def _correct(session: AsyncSession, given: schemas.CorrectAliasesIn, by: Actor) -> UUID:
    [unit] = await queries.locked(session, [given.unit])
    act = _act(given, unit.id, by)
    if await queries.recorded(session, act):
        raise ActAlreadyRecorded
    before = unit.aliases
    correct_aliases(unit, given.aliases, given.effective_on)
    session.add(act)
    await session.flush()
    await _keep(session, act, by, corrected=[unit.id])
    change = {"aliases": [before, list(given.aliases)], "act": act.id}
    await audit.record(session, by, "area.aliases_corrected", "area", unit.id, change)
    return act.id


def _act(given: schemas.ActIn, subject: UUID, by: Actor) -> AreaAct:
    return AreaAct(
        id=new_id(),
        kind=given.kind,
        decision_number=given.decision_number,
        decided_on=given.decided_on,
        effective_on=given.effective_on,
        legal_basis=given.legal_basis,
        subject_id=subject,
        recorded_by=by.subject,
    )


def _subject(given: schemas.ActIn, unit: AreaVersion) -> UUID:
    """Return what makes two acts of one decision the same act."""
    if isinstance(given, schemas.MergeIn):
        return unit_id(given.into.code, given.effective_on)
    return unit.id if isinstance(given, schemas.SplitIn) else unit_id(unit.code, given.effective_on)


async def _shapes(session: AsyncSession, given: schemas.ActIn, ended: Sequence[AreaVersion]) -> list[Shape]:
    """Return what the act makes. Errors: ActChangesNothing, ParentNotInForce."""
    if isinstance(given, schemas.RenameIn):
        return [altered(ended[0], name=given.name, kind=None, urban=None)]
    if isinstance(given, schemas.ReclassifyIn):
        return [altered(ended[0], name=given.name, kind=given.unit_kind, urban=given.urban)]
    if isinstance(given, schemas.MergeIn | schemas.SplitIn):
        units = [given.into] if isinstance(given, schemas.MergeIn) else given.into
        above = await queries.standing_above(session, [unit.id for unit in ended], given.effective_on)
        for parent in {unit.parent_id for unit in units if unit.parent_id is not None}:
            if not await queries.may_be_parent(session, parent, given.effective_on):
                raise ParentNotInForce
        given_of_each = [unit.model_dump(exclude={"villages"}) for unit in units]
        return [Shape(**{**shape, "parent_id": shape["parent_id"] or above}) for shape in given_of_each]
    raise AssertionError(given.kind)


async def _must_be_free(session: AsyncSession, new: Sequence[AreaVersion], ended: Sequence[UUID]) -> None:
    """Errors: AreaCodeInUse."""
    day = new[0].valid_from
    taken = await queries.carried_by_others(session, [unit.code for unit in new], ended, day)
    if taken is not None:
        raise AreaCodeInUse(code=taken, day=day)


async def _keep(session: AsyncSession, act: AreaAct, by: Actor, **units: Sequence[UUID]) -> None:
    """Write which units the act ended, made or corrected, the audit row and the event."""
    for role, ids in units.items():
        await session.execute(_UNITS, {"act": act.id, "role": role, "ids": list(ids)})
    facts = {
        "kind": act.kind,
        "decision_number": act.decision_number,
        "effective_on": act.effective_on,
        **{role: list(ids) for role, ids in units.items()},
    }
    await audit.record(session, by, "area.acted", "area_act", act.id, facts)
    event = {"act_id": act.id, "kind": act.kind, "effective_on": act.effective_on}
    await outbox.add(session, "area.acted", str(act.id), event)
