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
from kit.model import Model
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.errors import PersonNotFound
from services.beneficiaries.households import changes, queries, schemas
from services.beneficiaries.households.models import Household, Person, Place, in_order
from services.beneficiaries.households.roster import Roster
from services.beneficiaries.parents import actions as parents
from services.beneficiaries.villages import queries as villages

_SUBJECT = "household"


async def register(session: AsyncSession, given: schemas.HouseholdIn, vault: Vault, *, by: Actor) -> UUID:
    """Save a household with its members, and return its id.

    Errors: AreaNotFound, AreaNotInForce, VillageUnknown, NotOneHead, GenerationsDisagree, DatesDisagree, those of
    `parents.name`; by constraint also HouseholdAlreadyRegistered, PersonAlreadyRegistered, IdentityNumberTaken,
    EthnicGroupUnknown.
    """
    now = today()
    since = given.registered_on or now
    in_order("registered_on", since, now)
    area = await areas.in_scope(session, given.area_id)
    area.must_stand_on(since)
    await villages.must_be_listed(session, area.id, given.village, since)
    household = Household(
        id=given.id or new_id(),
        code=Household.new_code(),
        area_id=area.id,
        village=given.village,
        address=given.address,
        registered_on=since,
        version=1,
    )
    roster = Roster(household, await queries.moment(session, []))
    people = [_new_member(roster, member, since, vault) for member in given.members]
    roster.check(since, now)
    await begin(session, roster, people)
    await parents.name(session, list(zip(people, given.members, strict=True)), roster.moment, by=by)
    change = {"area": area.code, "area_id": str(area.id), "members": [str(person.id) for person in people]}
    await tell(session, by, "registered", household, change)
    return household.id


async def begin(
    session: AsyncSession, roster: Roster, people: Sequence[Person] = (), *, act: Model | None = None
) -> None:
    """Save a new household with its first place and its members, `people` of them new to the registry.

    act: the act that made it, saved between the household and what refers to both.
    """
    household = roster.household
    household.call_by(member.person.full_name for member in roster.current())
    # Known from one moment on, with its members and its place.
    household.recorded_at = household.changed_at = roster.moment
    session.add(household)
    await session.flush()
    if act is not None:
        session.add(act)
        await session.flush()
    session.add(
        Place(
            id=new_id(),
            household_id=household.id,
            area_id=household.area_id,
            village=household.village,
            address=household.address,
            valid_from=household.registered_on,
            recorded_from=roster.moment,
            act_id=roster.act_id,
        )
    )
    await save(session, roster, people)


async def change(
    session: AsyncSession,
    household_id: UUID,
    given: changes.HouseholdChange,
    expected: int,
    vault: Vault,
    *,
    by: Actor,
) -> None:
    """Apply a change to the version that the caller read; what was known before is kept.

    Errors: HouseholdNotFound, StaleVersion, HouseholdDissolved, MemberNotFound, PersonNotFound and those of `register`.
    """
    household = await queries.locked(session, household_id)
    expect_version(household.version, expected)
    household.must_live()
    joining = [joining.person_id for joining in given.members.join] if given.members else []
    roster = await queries.roster(session, household, joining)
    changed: dict[str, Any] = {}
    if given.members is not None:
        changed["members"] = await _change_members(session, roster, given.members, vault, by=by)
    household.version += 1
    household.changed_at = func.now()
    await session.flush()
    changed |= await _correct_place(session, roster, given)
    await tell(session, by, "changed", household, changed)


async def _correct_place(session: AsyncSession, roster: Roster, given: changes.HouseholdChange) -> dict[str, Any]:
    """Set right the place where the household lives now, from the day it came there."""
    household = roster.household
    wanted: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    if given.village is not None and given.village != household.village:
        await villages.must_be_listed(session, household.area_id, given.village, today())
        wanted["village"] = given.village
        changed["village"] = [household.village, given.village]
    if "address" in given.model_fields_set and given.address != household.address:
        wanted["address"] = given.address
        changed["address"] = "changed"
    if wanted:
        place = (await queries.places(session, household.id))[-1]
        corrected = place.rewritten(roster.moment, **wanted)
        await session.flush()
        session.add(corrected)
        await session.flush()
    return changed


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
    session: AsyncSession, roster: Roster, given: changes.MemberChanges, vault: Vault, *, by: Actor
) -> dict[str, Any]:
    """Apply the changes in the order leave, change, add, join, and return what the audit log keeps of them."""
    now = today()
    since, days = now, [now]
    for leaving in given.leave:
        in_order("left_on", leaving.left_on, now)
        if any(head.membership.relation == "head" for head in roster.current() if head.person.id == leaving.person_id):
            since = leaving.left_on
        roster.leave(leaving.person_id, leaving.left_on, leaving.because)
        days.append(leaving.left_on)
    for wanted in given.change:
        days += [wanted.since or since, wanted.joined_on or now]
        before = roster.person(wanted.person_id).facts()
        _change_member(roster, wanted, wanted.since or since, vault)
        after = roster.people[wanted.person_id].facts()
        if before != after:
            facts = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
            await audit.record(session, by, "person.changed", "person", wanted.person_id, facts)
    added = [_new_member(roster, member, now, vault) for member in given.add]
    for joining in given.join:
        if joining.person_id not in roster.people:
            raise PersonNotFound
        days.append(joining.joined_on or now)
        roster.join(roster.people[joining.person_id], joining.relation, days[-1])
    roster.check(min(days), now)
    roster.household.call_by(member.person.full_name for member in roster.current())
    await save(session, roster, added)
    await parents.name(session, list(zip(added, given.add, strict=True)), roster.moment, by=by)
    return {
        "left": [str(leaving.person_id) for leaving in given.leave],
        "changed": {str(wanted.person_id): sorted(wanted.model_fields_set - {"person_id"}) for wanted in given.change},
        "added": [str(person.id) for person in added],
        "joined": [str(joining.person_id) for joining in given.join],
    }


def _change_member(roster: Roster, wanted: changes.MemberChange, since: date, vault: Vault) -> None:
    """Change the person, their relation from `since`, and since when they are a member."""
    person, given = roster.person(wanted.person_id), wanted.model_fields_set
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
    if wanted.joined_on is not None:
        roster.correct_start(person.id, wanted.joined_on)
    if wanted.relation is not None:
        in_order("since", since, today())
        roster.relate(person.id, wanted.relation, since)


def _new_member(roster: Roster, given: schemas.MemberIn, since: date, vault: Vault) -> Person:
    person = Person(
        id=given.id or new_id(),
        area_id=roster.household.area_id,
        full_name=given.full_name,
        sex=given.sex,
        ethnicity=given.ethnicity,
    )
    person.born(given.birth_date, given.birth_precision)
    person.identify(given.identity_number, vault)
    person.reach_by(given.phone, vault)
    roster.join(person, given.relation, given.joined_on or since)
    return person


async def save(session: AsyncSession, roster: Roster, people: Sequence[Person] = ()) -> None:
    """Save what a roster became; `people` are new to the registry."""
    session.add_all(people)
    # What is no longer known first: the constraints look at every statement.
    await session.flush()
    session.add_all(roster.made)
    await session.flush()


async def tell(session: AsyncSession, by: Actor, what: str, household: Household, changed: dict[str, Any]) -> None:
    """Write the audit row and the event of one change, both with the version that it made."""
    kept = {**changed, "version": household.version}
    await audit.record(session, by, f"{_SUBJECT}.{what}", _SUBJECT, household.id, kept)
    facts = {"household_id": household.id, "area_id": household.area_id, "version": household.version}
    await outbox.add(session, f"{_SUBJECT}.{what}", str(household.id), facts)
