"""Record a decision: fetch, ask, save."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.clocks import save
from services.beneficiaries.households import queries as households
from services.beneficiaries.poverty import queries, schemas
from services.beneficiaries.poverty.models import StatusRow, decide


async def record(
    session: AsyncSession, household_id: UUID, given: schemas.DecisionIn, *, by: Actor
) -> schemas.Decision:
    """Set a household's status from a day on; what was known before is kept with its dates of record.

    Errors: HouseholdNotFound, StandardUnknown, DecisionAlreadyRecorded.
    """
    await households.locked(session, household_id)
    standard = await queries.standard_on(session, given.valid_from, given.standard)
    decided = StatusRow(
        id=new_id(),
        household_id=household_id,
        status=given.status,
        valid_from=given.valid_from,
        standard=standard,
        decision_number=given.decision_number,
        decided_by=by.subject,
        recorded_from=await queries.moment(session, household_id),
    )
    await save(session, decide(await queries.known(session, household_id), decided))
    facts = {"status": given.status, "valid_from": str(given.valid_from), "decision_number": given.decision_number}
    await audit.record(session, by, "poverty_status.decided", "household", household_id, facts)
    event = {"household_id": household_id, "decision_id": decided.id}
    await outbox.add(session, "poverty_status.decided", str(household_id), event)
    return schemas.decision(decided)
