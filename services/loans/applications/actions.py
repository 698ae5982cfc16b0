from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, jobs, outbox
from kit.crypto import Vault
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.loans.applications import queries
from services.loans.applications.models import Application
from services.loans.applications.schemas import ApplicationDetailOut, ApplicationIn, ApprovalIn
from services.loans.applications.snapshots import Snapshot
from services.loans.clients.registry import Answer
from services.loans.errors import DateOutOfOrder, ProgrammeNotOpen
from services.loans.programmes import queries as programmes
from services.loans.programmes.models import Programme, Terms

VERIFY_JOB = "loans.application.verify"


async def apply(
    session: AsyncSession, asked: ApplicationIn, answer: Answer | None, *, by: Actor, vault: Vault
) -> ApplicationDetailOut:
    """Record an application; without the registry's answer it waits, and a job asks again.

    Errors: ProgrammeNotFound, ProgrammeNotOpen, AmountAboveCap, TermTooLong, DateOutOfOrder; ApplicationOpen and
    ApplicationExists, by the database.
    """
    if asked.applied_on > today():
        raise DateOutOfOrder(earliest="1900-01-01", latest=today())
    programme = await programmes.one(session, asked.programme_id)
    application = _new(asked, programme, by)
    terms = await _terms(session, programme, asked.applied_on)
    terms.allow(application.amount, application.term_months, owed=await queries.owed(session, application))
    session.add(application)
    await session.flush()
    await audit.record(session, by, "application.made", "application", application.id, {"amount": application.amount})
    if answer is None:
        payload = {"application_id": str(application.id)}
        await jobs.enqueue(session, VERIFY_JOB, payload, key=str(application.id))
        await session.refresh(application)
        return ApplicationDetailOut.with_snapshot(application, None)
    return await take_answer(session, application, answer, by=by, vault=vault)


async def take_answer(
    session: AsyncSession, application: Application, answer: Answer, *, by: Actor, vault: Vault
) -> ApplicationDetailOut:
    """Keep the registry's answer and decide on it. Errors: NotThisState, DateOutOfOrder, ProgrammeNotOpen."""
    programme = await programmes.one(session, application.programme_id)
    terms = await _terms(session, programme, answer.as_of)
    kept = Snapshot.of(answer, application.id, good_for=programme.snapshot_days, by=by.subject, vault=vault)
    application.verify(programme, terms, kept)
    session.add(kept)
    await session.flush()
    await audit.record(
        session,
        by,
        "application.verified",
        "application",
        application.id,
        {"status": kept.status, "as_of": kept.as_of.isoformat(), "state": application.state},
    )
    await session.refresh(kept)
    await session.refresh(application)
    return ApplicationDetailOut.with_snapshot(application, kept)


async def approve(
    session: AsyncSession, application_id: UUID, decision: ApprovalIn, *, by: Actor, vault: Vault
) -> ApplicationDetailOut:
    """Approve at the rate of the day, as a second person.

    Errors: ApplicationNotFound, NotThisState, SecondPersonNeeded, DateOutOfOrder, SnapshotExpired, SnapshotBroken,
    ProgrammeNotOpen, AmountAboveCap, TermTooLong.
    """
    on = decision.on or today()
    application = await queries.one(session, application_id, lock=True)
    kept = await queries.snapshot_of(session, application)
    application.check_approval(kept, by=by.subject, on=on)
    if kept is not None:
        kept.check(vault)
    programme = await programmes.one(session, application.programme_id)
    terms = await _terms(session, programme, on)
    application.approve(terms, by=by.subject, on=on, owed=await queries.owed(session, application))
    await session.flush()
    change = {"annual_rate": str(terms.rate), "on": on.isoformat()}
    await audit.record(
        session, by, "application.approved", "application", application.id, change, reason=decision.reason
    )
    await outbox.add(
        session,
        "loan.approved",
        str(application.id),
        {
            "application_id": application.id,
            "household_id": application.household_id,
            "programme": programme.code,
            "on": on,
            "values": [{"amount": application.amount, "currency": "VND"}],
            "reference": application.reference,
        },
        scope={"bank": application.bank},
    )
    return ApplicationDetailOut.with_snapshot(application, kept)


def _new(asked: ApplicationIn, programme: Programme, by: Actor) -> Application:
    return Application(
        id=asked.id or new_id(),
        reference=new_reference("LA"),
        household_id=asked.household_id,
        programme_id=programme.id,
        bank=asked.bank or programme.bank,
        amount=asked.amount.amount,
        term_months=asked.term_months,
        principal_every=asked.principal_every,
        purpose=asked.purpose,
        applied_on=asked.applied_on,
        applied_by=by.subject,
        state="awaiting_status",
        version=1,
    )


async def _terms(session: AsyncSession, programme: Programme, on: date) -> Terms:
    """Errors: ProgrammeNotOpen where there are no terms on the day, or no poverty status opens the programme."""
    terms = await programmes.terms_on(session, programme.id, on)
    if terms is None or not programme.statuses:
        raise ProgrammeNotOpen
    return terms
