"""What the complainant does: file, follow, reopen. Nobody signs in; code and secret open one grievance and no other."""

import base64
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.identity import Actor
from kit.problems import IdempotencyMismatch
from kit.values.dates import now, today
from kit.values.ids import new_id
from kit.values.reference import new_reference, read_reference
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.errors import AreaNotFound, HouseholdNotFound
from services.beneficiaries.grievances import queries, schemas, trail
from services.beneficiaries.grievances.models import PREFIX, Channel, Grievance, hash_of
from services.beneficiaries.households.models import Household, in_order

ANYBODY: Final = Actor(subject="anybody", client_id="anybody", scopes=frozenset(), roles=frozenset())
_SECRET_BYTES: Final = 20
_UNDER: Final = text("select areas_under(:code)")
_VISIT: Final = text(
    "insert into grievance_visits (origin, what, hour, times) values (:origin, :what, date_trunc('hour', now()), 1)"
    " on conflict on constraint pk_grievance_visits do update set times = grievance_visits.times + 1 returning times"
)


@dataclass(frozen=True)
class Intake:
    """How a grievance came in. key: the complainant's own name for this filing, from which the secret is made."""

    key: str
    channel: Channel
    by: Actor


async def visits(session: AsyncSession, vault: Vault, address: str, what: str) -> int:
    """Count one more visit of an address in this hour, and return how many there were.

    The address is kept as a keyed hash that changes every hour, for a day: enough to count, too little to find anybody.
    """
    origin = vault.index(f"{now():%Y-%m-%dT%H}:{address}", context="grievance_visits.origin")
    times: int = (await session.execute(_VISIT, {"origin": origin, "what": what})).scalar_one()
    return times


async def file(session: AsyncSession, given: schemas.FilingIn, intake: Intake, vault: Vault) -> schemas.FilingReceipt:
    """Take a grievance in, and return what its complainant keeps.

    The secret is derived from the complainant's own key and never stored: the same key with the same words gives the
    same receipt, so that a lost answer is asked for again. Errors: IdempotencyMismatch, AreaNotFound,
    HouseholdNotFound, GrievanceKindUnknown, DatesDisagree.
    """
    index = vault.index(f"{intake.by.subject}\n{intake.key}", context="grievances.intake")
    fingerprint = vault.index(orjson.dumps(given.model_dump(mode="json")).decode(), context="grievances.fingerprint")
    seed = vault.index(f"{intake.by.subject}\n{intake.key}", context="grievances.secret")
    secret = base64.b32encode(seed[:_SECRET_BYTES]).decode()
    # Two requests with one key at once: the second waits here, and then finds the first.
    await session.execute(
        select(text("pg_advisory_xact_lock(:lock)")), {"lock": int.from_bytes(index[:8], signed=True)}
    )
    made = await session.scalar(select(Grievance).where(Grievance.intake_index == index))
    if made is None:
        made = await _new(session, given, intake, vault)
        made.intake_index, made.fingerprint, made.secret_hash = index, fingerprint, hash_of(secret)
        session.add(made)
        facts = {"channel": made.channel, "kind": made.kind, "due_on": str(made.due_on)}
        await trail.leave(session, made, "received", made.received_on, by=intake.by, facts=facts)
    elif bytes(made.fingerprint) != fingerprint:
        raise IdempotencyMismatch
    return schemas.FilingReceipt(code=made.code, secret=secret, received_on=made.received_on, due_on=made.due_on)


async def must_answer_for(session: AsyncSession, household_id: UUID | None, by: Actor) -> None:
    """Errors: HouseholdNotFound where there is none, or an officer does not answer for it."""
    if household_id is None:
        return
    household = await session.get(Household, household_id)
    if household is None or not await _answers_for(session, household.area_id, by):
        raise HouseholdNotFound


async def follow(session: AsyncSession, given: schemas.FollowingIn, vault: Vault) -> schemas.Followed:
    """Errors: GrievanceNotFound."""
    return await _followed(session, await _opened(session, given), vault)


async def reopen(session: AsyncSession, given: schemas.ReopeningIn, vault: Vault) -> schemas.Followed:
    """Errors: GrievanceNotFound, ReopeningRefused."""
    found = await _opened(session, given, lock=True)
    kind = await queries.one_kind(session, found.kind)
    found.reopen(today(), await queries.due(session, today(), kind.answer_days))
    facts = {"due_on": str(found.due_on)}
    await trail.leave(session, found, "reopened", today(), by=ANYBODY, facts=facts, written=(given.text, vault))
    return await _followed(session, found, vault)


async def _opened(session: AsyncSession, given: schemas.FollowingIn, *, lock: bool = False) -> Grievance:
    code = read_reference(given.code, PREFIX)
    return await queries.by_code(session, code, given.secret.strip().upper(), lock=lock)


async def _new(session: AsyncSession, given: schemas.FilingIn, intake: Intake, vault: Vault) -> Grievance:
    received, household_id, officer, own = today(), None, None, None
    if isinstance(given, schemas.IntakeIn):
        own = given.id
        received, household_id, officer = given.received_on or received, given.household_id, given.about_officer
        in_order("received_on", received, today())
    area_id = await _area(session, given.area_id, intake.by)
    kind = await queries.kind_in_use(session, given.kind)
    about_staff = given.about_staff or officer is not None
    made = Grievance(
        id=own or new_id(),
        code=new_reference(PREFIX),
        channel=intake.channel,
        area_id=area_id,
        village=given.village,
        household_id=household_id,
        kind=kind.code,
        about_staff=about_staff,
        about_officer=officer,
        received_on=received,
        received_by=intake.by.subject,
        level="district" if about_staff else "commune",
        due_on=await queries.due(session, received, kind.answer_days),
    )
    made.text_sealed = vault.seal(given.text, context=made.text_context)
    made.contact_sealed = vault.seal(given.contact, context=made.contact_context) if given.contact else None
    return made


async def _area(session: AsyncSession, area_id: UUID, by: Actor) -> UUID:
    """Return a commune unit, which an officer must answer for; anybody else may name any. Errors: AreaNotFound."""
    found = await session.get(AreaVersion, area_id)
    if found is None or found.level != "commune":
        raise AreaNotFound
    if not await _answers_for(session, found.id, by):
        raise AreaNotFound
    return found.id


async def _answers_for(session: AsyncSession, area_id: UUID, by: Actor) -> bool:
    return by.area is None or area_id in (await session.scalar(_UNDER, {"code": by.area}) or ())


async def _followed(session: AsyncSession, found: Grievance, vault: Vault) -> schemas.Followed:
    answers = [
        schemas.AnswerGiven(
            on=step.happened_on,
            outcome=step.facts["outcome"],
            text=vault.open(step.text_sealed, context=step.text_context),
        )
        for step in await queries.steps(session, found.id)
        if step.step == "answered" and step.text_sealed is not None
    ]
    return schemas.Followed(
        code=found.code,
        kind=found.kind,
        state=found.state,
        level=found.level,
        received_on=found.received_on,
        due_on=found.due_on,
        answers=answers,
        reopen_until=found.reopen_until if found.may_be_reopened(today()) else None,
    )
