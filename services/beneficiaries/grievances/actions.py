"""What officers and the district do with a grievance, its kinds and the calendar: fetch, ask, save."""

from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.http import expect_version
from kit.identity import Actor
from kit.problems import Forbidden
from kit.values.dates import today
from services.beneficiaries.grievances import kind_schemas, queries, schemas, trail
from services.beneficiaries.grievances.models import DISTRICT, CalendarDay, Grievance, GrievanceKind


async def classify(session: AsyncSession, grievance_id: UUID, given: schemas.ClassifyingIn, *, by: Actor) -> None:
    """Errors: GrievanceNotFound, GrievanceKindUnknown, Forbidden and what `Grievance.classify` refuses."""
    found = await _handled(session, grievance_id, by)
    kind = await queries.kind_in_use(session, given.kind)
    found.classify(kind, await queries.due(session, found.received_on, kind.answer_days))
    facts = {"kind": kind.code, "due_on": str(found.due_on)}
    if given.about_officer is not None:
        if DISTRICT not in by.roles:
            raise Forbidden(needed=DISTRICT)
        found.is_about(given.about_officer)
        facts["about_officer"] = given.about_officer
    await trail.leave(session, found, "classified", today(), by=by, facts=facts)


async def assign(session: AsyncSession, grievance_id: UUID, officer: str, *, by: Actor) -> None:
    """Errors: GrievanceNotFound and what `Grievance.assign` refuses."""
    found = await _handled(session, grievance_id, by)
    found.assign(officer)
    await trail.leave(session, found, "assigned", today(), by=by, facts={"officer": officer})


async def answer(
    session: AsyncSession, grievance_id: UUID, given: schemas.GrievanceAnswerIn, vault: Vault, *, by: Actor
) -> None:
    """Errors: GrievanceNotFound and what `Grievance.answer` refuses."""
    found = await _handled(session, grievance_id, by)
    found.answer(await queries.one_kind(session, found.kind), today(), by=by)
    facts = {"outcome": given.outcome, "late": today() > found.due_on}
    await trail.leave(session, found, "answered", today(), by=by, facts=facts, written=(given.text, vault))


async def escalate(session: AsyncSession, grievance_id: UUID, reason: str, *, by: Actor) -> None:
    """Errors: GrievanceNotFound and what `Grievance.escalate` refuses."""
    found = await queries.locked(session, grievance_id)
    found.escalate(today())
    await trail.leave(session, found, "escalated", today(), by=by, facts={"because": "handed_up", "reason": reason})


async def contact(session: AsyncSession, grievance_id: UUID, reason: str, vault: Vault, *, by: Actor) -> str | None:
    """Return how to reach the complainant, and record who asked and why. Errors: GrievanceNotFound."""
    found = await _handled(session, grievance_id, by)
    await audit.record(session, by, "grievance.contact_shown", "grievance", found.id, reason=reason)
    sealed = found.contact_sealed
    return None if sealed is None else vault.open(sealed, context=found.contact_context)


async def add_kind(
    session: AsyncSession, given: kind_schemas.GrievanceKindIn, *, by: Actor
) -> kind_schemas.GrievanceKind:
    """Errors: by constraint GrievanceKindTaken."""
    plain = given.model_dump(exclude={"title"})
    made = GrievanceKind(**plain, active=True, version=1)
    made.title_vi, made.title_en, made.title_fr = given.title.vi, given.title.en, given.title.fr
    session.add(made)
    await session.flush()
    await _tell_of_kind(session, by, "added", made, plain)
    return queries.kind(made)


async def change_kind(
    session: AsyncSession, code: str, given: kind_schemas.GrievanceKindChange, expected: int, *, by: Actor
) -> kind_schemas.GrievanceKind:
    """Errors: GrievanceKindNotFound, StaleVersion."""
    kind = await queries.one_kind(session, code, lock=True)
    expect_version(kind.version, expected)
    if given.title is not None:
        kind.title_vi, kind.title_en, kind.title_fr = given.title.vi, given.title.en, given.title.fr
    for name in ("answer_days", "reopen_days", "active"):
        value = getattr(given, name)
        if value is not None:
            setattr(kind, name, value)
    kind.version += 1
    await session.flush()
    await _tell_of_kind(session, by, "changed", kind, given.model_dump(mode="json", exclude_unset=True))
    return queries.kind(kind)


async def set_day(session: AsyncSession, given: kind_schemas.CalendarDay, *, by: Actor) -> kind_schemas.CalendarDay:
    """Enter a day of the calendar, or correct it. Deadlines that were told already stay."""
    row = given.model_dump()
    saved = insert(CalendarDay).values(row).on_conflict_do_update(constraint="pk_calendar_days", set_=row)
    await session.execute(saved)
    subject = uuid5(NAMESPACE_URL, f"forthepoor/calendar-day/{given.day}")
    await audit.record(session, by, "calendar_day.set", "calendar_day", subject, given.model_dump(mode="json"))
    return given


async def _handled(session: AsyncSession, grievance_id: UUID, by: Actor) -> Grievance:
    found = await queries.locked(session, grievance_id)
    found.must_be_handled_by(by)
    return found


async def _tell_of_kind(
    session: AsyncSession, by: Actor, what: str, kind: GrievanceKind, change: dict[str, object]
) -> None:
    subject = uuid5(NAMESPACE_URL, f"forthepoor/grievance-kind/{kind.code}")
    await audit.record(session, by, f"grievance_kind.{what}", "grievance_kind", subject, {"code": kind.code, **change})
