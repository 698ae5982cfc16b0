"""Register a household, change it, show its numbers: fetch, ask, save."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.crypto import Vault
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.errors import MemberNotFound, PersonNotFound
from services.beneficiaries.households import queries, schemas
from services.beneficiaries.households.models import (
    Household,
    Member,
    Membership,
    Person,
    check_members,
    in_order,
)

_SUBJECT = "household"


async def register(session: AsyncSession, given: schemas.HouseholdIn, vault: Vault, *, by: Actor) -> UUID:
    """Save a household with its members, and return its id.

    Errors: AreaNotFound, AreaNotInForce, NotOneHead, GenerationsDisagree, DatesDisagree; by constraint also
    HouseholdAlreadyRegistered, PersonAlreadyRegistered, IdentityNumberTaken, EthnicGroupUnknown.
    """
    now = today()
    since = given.registered_on or now
    in_order("registered_on", since, now)
    area = await areas.in_scope(session, given.area_id)
    area.must_stand_on(since)
    household = Household(
        id=given.id or new_id(),
        code=Household.new_code(),
        area_id=area.id,
        village=given.village,
        address=given.address,
        registered_on=since,
        version=1,
    )
    members = [_new_member(member, household, since, vault) for member in given.members]
    check_members(members, now)
    household.call_by(member.person.full_name for member in members)
    session.add(household)
    await session.flush()
    await _save(session, members)
    change = {"area": area.code, "area_id": str(area.id), "members": [str(member.person.id) for member in members]}
    await _tell(session, by, "registered", household, change)
    return household.id


async def change(
    session: AsyncSession,
    household_id: UUID,
    given: schemas.HouseholdChange,
    expected: int,
    vault: Vault,
    *,
    by: Actor,
) -> None:
    """Apply a change to the version that the caller read.

    Errors: HouseholdNotFound, StaleVersion, MemberNotFound, PersonNotFound and those of `register`.
    """
    household = await queries.locked(session, household_id)
    expect_version(household.version, expected)
    changed: dict[str, Any] = {}
    if given.village is not None and given.village != household.village:
        changed["village"] = [household.village, given.village]
        household.village = given.village
    if "address" in given.model_fields_set and given.address != household.address:
        changed["address"] = "changed"
        household.address = given.address
    if given.members is not None:
        changed["members"] = await _change_members(session, household, given.members, vault)
    household.version += 1
    household.changed_at = func.now()
    await session.flush()
    await _tell(session, by, "changed", household, changed)


async def unmask(
    session: AsyncSession, household_id: UUID, reason: str, vault: Vault, *, by: Actor
) -> list[schemas.UnmaskedMember]:
    """Return the current members' numbers in full, and record who asked for them and why.

    Errors: HouseholdNotFound.
    """
    household = await queries.locked(session, household_id)
    members = await queries.unmasked(session, household_id, vault)
    shown = {"fields": ["identity_number", "phone"], "people": [str(member.person_id) for member in members]}
    await audit.record(session, by, "household.unmasked", _SUBJECT, household.id, shown, reason=reason)
    return members


async def _change_members(
    session: AsyncSession, household: Household, given: schemas.MemberChanges, vault: Vault
) -> dict[str, Any]:
    """Apply the changes in the order leave, change, add, join, and return what the audit log keeps of them."""
    now = today()
    current = {member.person.id: member for member in await queries.members_of(session, household.id)}
    for leaving in given.leave:
        member = _current(current, leaving.person_id)
        in_order("left_on", leaving.left_on, now)
        member.membership.end(leaving.left_on, leaving.because)
        del current[leaving.person_id]
    started = [
        began
        for wanted in given.change
        if (began := _change_member(_current(current, wanted.person_id), wanted, now, vault)) is not None
    ]
    added = [_new_member(member, household, now, vault) for member in given.add]
    known = await queries.people(session, (joining.person_id for joining in given.join)) if given.join else {}
    for joining in given.join:
        if joining.person_id not in known:
            raise PersonNotFound
        membership = _membership(household.id, joining.person_id, joining.relation, joining.joined_on or now)
        current[joining.person_id] = Member(known[joining.person_id], membership)
        started.append(membership)
    for began in started:
        current[began.person_id].membership = began
    members = [*current.values(), *added]
    check_members(members, now)
    household.call_by(member.person.full_name for member in members)
    # Those who leave and the head of before first: the constraints look at every statement.
    await session.flush()
    session.add_all(started)
    await session.flush()
    await _save(session, added)
    return {
        "left": [str(leaving.person_id) for leaving in given.leave],
        "changed": {str(wanted.person_id): sorted(wanted.model_fields_set - {"person_id"}) for wanted in given.change},
        "added": [str(member.person.id) for member in added],
        "joined": [str(joining.person_id) for joining in given.join],
    }


def _current(members: dict[UUID, Member], person_id: UUID) -> Member:
    if person_id not in members:
        raise MemberNotFound
    return members[person_id]


def _change_member(member: Member, wanted: schemas.MemberChange, now: date, vault: Vault) -> Membership | None:
    """Change the person, and return a new membership where the relation is another from today."""
    person, given = member.person, wanted.model_fields_set
    for name in ("full_name", "sex", "ethnicity"):
        value = getattr(wanted, name)
        if value is not None:
            setattr(person, name, value)
    if wanted.birth_date is not None or wanted.birth_precision is not None:
        person.born(wanted.birth_date or person.birth_date, wanted.birth_precision or person.birth_precision)
    if "identity_number" in given:
        person.identify(wanted.identity_number, vault)
    if "phone" in given:
        person.reach_by(wanted.phone, vault)
    before = member.membership
    if wanted.relation is None or wanted.relation == before.relation:
        return None
    before.end(now, "changed_relation")
    return _membership(before.household_id, person.id, wanted.relation, now)


def _new_member(given: schemas.MemberIn, household: Household, since: date, vault: Vault) -> Member:
    person = Person(
        id=given.id or new_id(),
        area_id=household.area_id,
        full_name=given.full_name,
        sex=given.sex,
        ethnicity=given.ethnicity,
    )
    person.born(given.birth_date, given.birth_precision)
    person.identify(given.identity_number, vault)
    person.reach_by(given.phone, vault)
    return Member(person, _membership(household.id, person.id, given.relation, given.joined_on or since))


def _membership(household_id: UUID, person_id: UUID, relation: str, since: date) -> Membership:
    return Membership(id=new_id(), household_id=household_id, person_id=person_id, relation=relation, joined_on=since)


async def _save(session: AsyncSession, members: Sequence[Member]) -> None:
    session.add_all([member.person for member in members])
    await session.flush()
    session.add_all([member.membership for member in members])
    await session.flush()


async def _tell(session: AsyncSession, by: Actor, what: str, household: Household, changed: dict[str, Any]) -> None:
    """Write the audit row and the event of one change."""
    await audit.record(session, by, f"{_SUBJECT}.{what}", _SUBJECT, household.id, changed)
    facts = {"household_id": household.id, "area_id": household.area_id, "version": household.version}
    await outbox.add(session, f"{_SUBJECT}.{what}", str(household.id), facts)
