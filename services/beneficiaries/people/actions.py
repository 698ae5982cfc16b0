"""Record what is private of a person, and show it: fetch, ask, save."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.clocks import ended, fit, save
from services.beneficiaries.errors import PersonNotFound
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import Person, in_order
from services.beneficiaries.people import queries, schemas
from services.beneficiaries.people.errors import DisabilityNotFound
from services.beneficiaries.people.models import Disability, PaymentChannel

_SUBJECT = "person"


async def pay_by(
    session: AsyncSession, person_id: UUID, given: schemas.PaymentChannelIn, vault: Vault, *, by: Actor
) -> PaymentChannel:
    """Set how a person is paid from a day on; what was known before is kept.

    Errors: PersonNotFound, DatesDisagree, AccountMissing.
    """
    person, moment = await queries.locked(session, person_id)
    new = PaymentChannel(
        id=new_id(),
        person_id=person_id,
        kind=given.kind,
        provider=given.provider,
        holder=given.holder,
        valid_from=_since(person, given.since),
        recorded_from=moment,
        recorded_by=by.subject,
    )
    new.pays_into(given.account_number, vault)
    await save(session, fit(await queries.known(session, PaymentChannel, person_id), new))
    facts = {"kind": new.kind, "channel_id": new.id, "valid_from": new.valid_from}
    await audit.record(session, by, "payment_channel.recorded", _SUBJECT, person_id, facts)
    return new


async def certify(session: AsyncSession, person_id: UUID, given: schemas.DisabilityIn, *, by: Actor) -> Disability:
    """Record a disability of a kind from a day on; what was known before is kept.

    The audit log tells that something was recorded, not what. Errors: PersonNotFound, DatesDisagree.
    """
    person, moment = await queries.locked(session, person_id)
    since = _since(person, given.since)
    in_order("certified_on", given.certified_on, today())
    new = Disability(
        id=given.id or new_id(),
        person_id=person_id,
        **given.model_dump(exclude={"id", "since"}),
        valid_from=since,
        recorded_from=moment,
        recorded_by=by.subject,
    )
    of_this_kind = [row for row in await queries.known(session, Disability, person_id) if row.kind == new.kind]
    await save(session, fit(of_this_kind, new))
    facts = {"disability_id": new.id, "valid_from": since}
    await audit.record(session, by, "disability.recorded", _SUBJECT, person_id, facts)
    return new


async def end(session: AsyncSession, disability_id: UUID, given: schemas.DisabilityEnd, *, by: Actor) -> Disability:
    """Let a disability end before a day; on its first day it never held. Return what is known of it now, or was.

    Errors: DisabilityNotFound, DatesDisagree.
    """
    person_id = (await queries.disability(session, disability_id)).person_id
    try:
        _, moment = await queries.locked(session, person_id)
    except PersonNotFound as error:
        raise DisabilityNotFound from error
    found = await queries.disability(session, disability_id)
    await session.refresh(found)
    if found.recorded_to is not None:
        raise DisabilityNotFound
    day = given.on or today()
    in_order("on", day, today())
    in_order("valid_from", found.valid_from, day)
    if found.valid_to is not None:
        in_order("on", day, found.valid_to)
    known = ended(found, day, moment, recorded_by=by.subject)
    await session.flush()
    session.add(known)
    await session.flush()
    facts = {"disability_id": found.id, "on": day}
    await audit.record(session, by, "disability.ended", _SUBJECT, person_id, facts)
    return known


async def unmask(
    session: AsyncSession, person_id: UUID, reason: str, vault: Vault, *, by: Actor
) -> schemas.UnmaskedPerson:
    """Return a person's numbers in full, and record who asked for them and why. Errors: PersonNotFound."""
    person, _ = await queries.locked(session, person_id)
    channel = await queries.channel_of_the_day(session, person_id, today())
    facts = {"fields": ["identity_number", "phone", "account_number"]}
    await audit.record(session, by, "person.unmasked", _SUBJECT, person_id, facts, reason=reason)
    return schemas.UnmaskedPerson(
        person_id=person_id,
        identity_number=households.identity_number(person, vault),
        phone=households.phone(person, vault),
        payment_channel=None
        if channel is None
        else schemas.UnmaskedChannel.model_validate(
            {
                "kind": channel.kind,
                "provider": channel.provider,
                "holder": channel.holder,
                "account_number": channel.account(vault),
            }
        ),
    )


def _since(person: Person, given: date | None) -> date:
    """Errors: DatesDisagree for a day before the person's birth, or in the future."""
    since = given or today()
    in_order("since", since, today())
    in_order("birth_date", person.birth_date, since)
    return since
