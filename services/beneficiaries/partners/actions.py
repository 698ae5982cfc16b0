"""Record partners and consents: fetch, ask, save."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from kit.webhooks import Guard, UnsafeEndpoint
from services.beneficiaries.errors import PersonNotFound
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import in_order
from services.beneficiaries.partners import queries, schemas
from services.beneficiaries.partners.errors import PartnerKeysMissing, PartnerUnsafeAddress
from services.beneficiaries.partners.models import PURPOSE, Consent, Partner


async def record(session: AsyncSession, given: schemas.PartnerIn, guard: Guard, *, by: Actor) -> Partner:
    """Save a partner. Errors: PartnerAlreadyRecorded (by constraint), PartnerKeysMissing, PartnerUnsafeAddress."""
    partner = Partner(**given.model_dump() | {"id": given.id or new_id(), "state": "active", "version": 1})
    _must_be_sound(partner, guard)
    session.add(partner)
    await session.flush()
    await session.refresh(partner)
    await audit.record(session, by, "dci_partner.recorded", "dci_partner", partner.id, given.model_dump(mode="json"))
    return partner


async def change(
    session: AsyncSession, partner_id: UUID, given: schemas.PartnerChange, expected: int, guard: Guard, *, by: Actor
) -> Partner:
    """Change what is named. Errors: PartnerNotFound, StaleVersion and those of `record`."""
    partner = await queries.one(session, partner_id, lock=True)
    expect_version(partner.version, expected)
    told = given.model_dump(mode="json", exclude_unset=True)
    for name, value in told.items():
        if value is not None or name == "callback_url":
            setattr(partner, name, value)
    _must_be_sound(partner, guard)
    partner.version += 1
    partner.changed_at = func.now()
    await session.flush()
    await session.refresh(partner)
    await audit.record(session, by, "dci_partner.changed", "dci_partner", partner.id, told)
    return partner


def _must_be_sound(partner: Partner, guard: Guard) -> None:
    if partner.signatures_required and not partner.public_keys:
        raise PartnerKeysMissing
    if partner.callback_url is None:
        return
    try:
        guard.check(partner.callback_url)
    except UnsafeEndpoint as error:
        raise PartnerUnsafeAddress from error


async def consent(session: AsyncSession, given: schemas.ConsentIn, *, by: Actor) -> Consent:
    """Save a consent. Errors: PersonNotFound, DatesDisagree, ConsentNeedsRepresentative, ConsentAlreadyRecorded."""
    known = await households.people(session, [given.person_id])
    if given.person_id not in known:
        raise PersonNotFound
    now = today()
    made = Consent(
        id=given.id or new_id(),
        person_id=given.person_id,
        purpose=PURPOSE,
        given_by=given.given_by,
        evidence=given.evidence,
        given_on=given.given_on or now,
        recorded_by=by.subject,
    )
    in_order("given_on", made.given_on, now)
    made.must_be_theirs_to_give(known[given.person_id].birth_date)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    facts = {"purpose": PURPOSE, "given_by": made.given_by, "given_on": made.given_on, "consent_id": made.id}
    await audit.record(session, by, "consent.recorded", "person", made.person_id, facts)
    return made


async def withdraw(
    session: AsyncSession, consent_id: UUID, given: schemas.ConsentWithdrawalIn, *, by: Actor
) -> Consent:
    """End a consent. Errors: ConsentNotFound, ConsentWithdrawn, DatesDisagree."""
    found = await queries.locked_consent(session, consent_id)
    now = today()
    day = given.withdrawn_on or now
    in_order("withdrawn_on", day, now)
    found.withdraw(day)
    await session.flush()
    facts = {"purpose": PURPOSE, "withdrawn_on": day, "consent_id": found.id}
    await audit.record(session, by, "consent.withdrawn", "person", found.person_id, facts)
    return found
