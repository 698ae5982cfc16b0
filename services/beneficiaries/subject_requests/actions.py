"""Take a request in, acknowledge it, answer it, and do what the answer says: fetch, ask, save."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.beneficiaries.grievances import queries as calendar
from services.beneficiaries.households.models import Person, in_order
from services.beneficiaries.partners import actions as partners
from services.beneficiaries.partners.models import Consent
from services.beneficiaries.partners.schemas import ConsentWithdrawalIn
from services.beneficiaries.people import queries as people
from services.beneficiaries.subject_requests import exporting, queries, schemas
from services.beneficiaries.subject_requests.errors import (
    DataMustBeKept,
    RequestConsentMismatch,
    RequestStepRefused,
    StillRegistered,
)
from services.beneficiaries.subject_requests.models import PREFIX, Outcome, RequestKind, Restriction, SubjectRequest

_SUBJECT: Final = "person"
_NOBODY: Final = "Đã xóa theo yêu cầu"
_UNKNOWN_GROUP: Final = "00"
_FORGET: Final = [
    text(f"delete from {table} where person_id = :person")  # noqa: S608 - two names of our own
    for table in ("payment_channels", "disabilities")
]


async def set_clocks(session: AsyncSession, code: str, given: schemas.RequestClocksIn, *, by: Actor) -> RequestKind:
    """Errors: SubjectRequestKindNotFound."""
    found = await queries.one_kind(session, code, lock=True)
    before = {name: getattr(found, name) for name in schemas.RequestClocksIn.model_fields}
    for name, value in given.model_dump().items():
        setattr(found, name, value)
    found.version += 1
    await session.flush()
    subject = uuid5(NAMESPACE_URL, f"forthepoor/subject-request-kind/{code}")
    change = {"before": before, "after": given.model_dump()}
    await audit.record(session, by, "subject_request_kind.changed", "subject_request_kind", subject, change)
    return found


async def take_in(session: AsyncSession, given: schemas.SubjectRequestIn, vault: Vault, *, by: Actor) -> SubjectRequest:
    """Save a request with its deadlines.

    Errors: PersonNotFound, DatesDisagree, RequestConsentMismatch; by constraint SubjectRequestAlreadyThere.
    """
    await people.must_be_answered_for(session, given.person_id)
    received = given.received_on or today()
    in_order("received_on", received, today())
    kind = await queries.one_kind(session, given.kind)
    if given.consent_id is not None:
        consent = await session.get(Consent, given.consent_id)
        if consent is None or consent.person_id != given.person_id:
            raise RequestConsentMismatch
    made = SubjectRequest(
        id=given.id or new_id(),
        code=new_reference(PREFIX),
        **given.model_dump(exclude={"id", "details", "received_on"}),
        received_on=received,
        received_by=by.subject,
        acknowledge_by=await calendar.due(session, received, kind.acknowledge_days),
        due_on=received + timedelta(days=kind.answer_days),
        state="received",
        version=1,
    )
    made.details_sealed = vault.seal(given.details, context=made.details_context) if given.details else None
    session.add(made)
    await session.flush()
    await _tell(session, by, "received", made, due_on=made.due_on)
    return made


async def acknowledge(session: AsyncSession, request_id: UUID, on: date | None, *, by: Actor) -> SubjectRequest:
    """Errors: SubjectRequestNotFound, DatesDisagree, RequestStepRefused."""
    found = await queries.one(session, request_id, lock=True)
    day = on or today()
    in_order("on", day, today())
    in_order("received_on", found.received_on, day)
    found.acknowledge(day)
    await _tell(session, by, "acknowledged", found, on=day)
    return found


async def answer(session: AsyncSession, request_id: UUID, given: schemas.AnswerIn, *, by: Actor) -> SubjectRequest:
    """Answer a request that one person may, and do what was asked.

    Errors: SubjectRequestNotFound, RequestStepRefused, RequestReasonMissing, ConsentWithdrawn.
    """
    found = await queries.one(session, request_id, lock=True)
    found.answer(given.outcome, given.reason, today(), by.subject)
    await session.flush()
    if found.state == "granted" and found.kind == "restriction":
        session.add(Restriction(id=new_id(), request_id=found.id, person_id=found.person_id))
        await session.flush()
    if found.state == "granted" and found.kind == "consent_withdrawal" and found.consent_id is not None:
        await partners.withdraw(session, found.consent_id, ConsentWithdrawalIn(), by=by)
    await _tell(session, by, found.state, found, reason=given.reason)
    return found


async def propose(session: AsyncSession, request_id: UUID, given: schemas.AnswerIn, *, by: Actor) -> SubjectRequest:
    """Propose how a deletion is answered.

    Errors: SubjectRequestNotFound, RequestStepRefused, RequestReasonMissing, DataMustBeKept, StillRegistered.
    """
    found = await queries.one(session, request_id, lock=True)
    found.propose(given.outcome, given.reason, by.subject)
    await _must_not_be_kept(session, found, given.outcome)
    await _tell(session, by, "proposed", found, outcome=given.outcome, reason=given.reason)
    return found


async def decide(session: AsyncSession, request_id: UUID, given: schemas.AnswerIn, *, by: Actor) -> SubjectRequest:
    """Decide a deletion that another proposed, and carry it out.

    Errors: SubjectRequestNotFound, RequestStepRefused, RequestByTwo, RequestReasonMissing, DataMustBeKept,
    StillRegistered.
    """
    found = await queries.one(session, request_id, lock=True)
    found.decide(given.outcome, given.reason, today(), by.subject)
    await _must_not_be_kept(session, found, given.outcome)
    await session.flush()
    if given.outcome == "granted":
        person, _ = await people.locked(session, found.person_id)
        await _make_anonymous(session, person)
    await _tell(session, by, found.state, found, reason=given.reason)
    return found


async def lift(session: AsyncSession, request_id: UUID, reason: str, *, by: Actor) -> SubjectRequest:
    """End a restriction. Errors: SubjectRequestNotFound, RequestStepRefused."""
    found = await queries.one(session, request_id, lock=True)
    found.must_be_granted("restriction")
    restriction = await queries.restriction(session, request_id)
    if restriction is None or restriction.lifted_at is not None:
        raise RequestStepRefused(kind=found.kind, state="lifted")
    restriction.lifted_at, restriction.lifted_by = func.now(), by.subject
    await _tell(session, by, "lifted", found, reason=reason)
    return found


async def export(session: AsyncSession, request_id: UUID, vault: Vault, *, by: Actor) -> schemas.PersonalExport:
    """Return everything held on the person, and record who fetched it.

    Errors: SubjectRequestNotFound, RequestStepRefused.
    """
    found = await queries.one(session, request_id)
    found.must_be_granted("access")
    person, _ = await people.locked(session, found.person_id)
    made = await exporting.everything(session, found, person, vault)
    await audit.record(
        session, by, "person.exported", _SUBJECT, found.person_id, {"request_id": found.id}, reason=found.code
    )
    return made


async def _must_not_be_kept(session: AsyncSession, found: SubjectRequest, outcome: Outcome) -> None:
    if outcome == "refused":
        return
    kind = await queries.one_kind(session, found.kind)
    keeping = await queries.keeping(session, found.person_id, kind.keep_years or 0)
    if keeping.registered:
        raise StillRegistered
    if keeping.until is not None and keeping.until > today():
        raise DataMustBeKept(until=keeping.until)


async def _make_anonymous(session: AsyncSession, person: Person) -> None:
    """Leave a row that nobody is known by, for the books and decisions that point to it: sex and year of birth stay."""
    person.full_name = _NOBODY
    person.ethnicity = _UNKNOWN_GROUP
    person.born(person.birth_date, "year")
    person.identity_sealed = person.identity_index = person.phone_sealed = person.phone_index = None
    await session.flush()
    for statement in _FORGET:
        await session.execute(statement, {"person": person.id})


async def _tell(session: AsyncSession, by: Actor, what: str, found: SubjectRequest, **facts: Any) -> None:
    """Write a step to the audit log, under the person whom it is about."""
    await session.flush()
    reason = facts.pop("reason", None)
    change = {"request_id": found.id, "code": found.code, "kind": found.kind, **facts}
    await audit.record(session, by, f"subject_request.{what}", _SUBJECT, found.person_id, change, reason=reason)
