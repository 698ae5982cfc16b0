"""Record a decision on difficulty: fetch, ask, save."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.clocks import save
from services.beneficiaries.difficulty import queries, schemas
from services.beneficiaries.difficulty.errors import VillageNotInForce
from services.beneficiaries.difficulty.models import Difficulty, decide
from services.beneficiaries.villages import queries as villages


async def classify_area(
    session: AsyncSession, area_id: UUID, given: schemas.DifficultyIn, *, by: Actor
) -> schemas.Decision:
    """Set a commune's class from a day on; what was known before is kept with its dates of record.

    Errors: AreaNotFound, AreaNotInForce, DifficultyAlreadyRecorded.
    """
    versions = await queries.locked_line(session, area_id)
    [unit] = [version for version in versions if version.id == area_id]
    unit.must_stand_on(given.valid_from)
    decided = _decided(given, by)
    decided.area_id, decided.zone = area_id, given.zone
    return await _save(session, [version.id for version in versions], decided, "area", area_id, by)


async def classify_village(
    session: AsyncSession, village_id: UUID, given: schemas.VillageDifficultyIn, *, by: Actor
) -> schemas.Decision:
    """Errors: VillageNotFound, VillageNotInForce, DifficultyAlreadyRecorded."""
    village = await villages.locked(session, village_id)
    if given.valid_from < village.valid_from or (village.valid_to and given.valid_from >= village.valid_to):
        raise VillageNotInForce
    decided = _decided(given, by)
    decided.village_id = village_id
    return await _save(session, [village_id], decided, "village", village_id, by)


def _decided(given: schemas.VillageDifficultyIn, by: Actor) -> Difficulty:
    return Difficulty(
        id=new_id(),
        particularly_disadvantaged=given.particularly_disadvantaged,
        valid_from=given.valid_from,
        decision_number=given.decision_number,
        decided_on=given.decided_on,
        recorded_by=by.subject,
    )


async def _save(
    session: AsyncSession, of: Sequence[UUID], decided: Difficulty, subject: str, subject_id: UUID, by: Actor
) -> schemas.Decision:
    """Write a decision on what is one commune or village under all its ids, the audit row and the event."""
    decided.recorded_from = await queries.moment(session, of)
    await save(session, decide(await queries.recorded(session, of, now_only=True), decided))
    facts = {
        "zone": decided.zone,
        "particularly_disadvantaged": decided.particularly_disadvantaged,
        "valid_from": decided.valid_from,
        "decision_number": decided.decision_number,
    }
    await audit.record(session, by, "difficulty.decided", subject, subject_id, facts)
    event = {f"{subject}_id": subject_id, "decision_id": decided.id, "valid_from": decided.valid_from}
    await outbox.add(session, "difficulty.decided", str(subject_id), event)
    return queries.decision(decided)
