"""Record organisations, their assignments and what they did: fetch, ask, save."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import in_order
from services.beneficiaries.organisations import queries, schemas
from services.beneficiaries.organisations.models import Activity, Assignment, Organisation
from services.beneficiaries.support.schemas import parts_of


async def record(session: AsyncSession, given: schemas.OrganisationIn, *, by: Actor) -> schemas.Organisation:
    """Errors: by constraint OrganisationTaken."""
    made = Organisation(id=given.id or new_id(), kind=given.kind, contact=given.contact)
    made.call(given.name)
    session.add(made)
    await session.flush()
    await audit.record(session, by, "organisation.recorded", "organisation", made.id, {"kind": given.kind})
    return queries.organisation(made)


async def change(
    session: AsyncSession, organisation_id: UUID, given: schemas.OrganisationChange, expected: int, *, by: Actor
) -> schemas.Organisation:
    """Errors: OrganisationNotFound, StaleVersion; by constraint OrganisationTaken."""
    found = await queries.one_organisation(session, organisation_id, lock=True)
    expect_version(found.version, expected)
    if given.name is not None:
        found.call(given.name)
    if given.kind is not None:
        found.kind = given.kind
    if given.active is not None:
        found.active = given.active
    if "contact" in given.model_fields_set:
        found.contact = given.contact
    found.version += 1
    await session.flush()
    changed = given.model_dump(mode="json", exclude_unset=True, exclude={"contact"})
    await audit.record(session, by, "organisation.changed", "organisation", found.id, changed)
    return queries.organisation(found)


async def assign(session: AsyncSession, organisation_id: UUID, given: schemas.AssignmentIn, *, by: Actor) -> UUID:
    """Save an assignment and return its id.

    Errors: OrganisationNotFound, OrganisationInactive, HouseholdNotFound, AreaNotFound, AreaNotInForce,
    DatesDisagree; by constraint AssignmentOverlaps.
    """
    organisation = await queries.one_organisation(session, organisation_id)
    organisation.must_be_active()
    if given.valid_to is not None:
        in_order("valid_from", given.valid_from, given.valid_to)
    area_id = await _area_of(session, given.household_id, given.area_id, given.valid_from)
    made = Assignment(
        id=given.id or new_id(),
        organisation_id=organisation_id,
        area_id=area_id,
        village=given.village,
        household_id=given.household_id,
        purpose=given.purpose,
        decision_number=given.decision_number,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        recorded_by=by.subject,
    )
    session.add(made)
    await session.flush()
    await _tell(session, by, "assignment.recorded", made, {"valid_from": str(made.valid_from)})
    return made.id


async def end(session: AsyncSession, assignment_id: UUID, given: schemas.EndingIn, *, by: Actor) -> None:
    """Errors: AssignmentNotFound, AssignmentEnded, DatesDisagree."""
    found = await queries.locked_assignment(session, assignment_id)
    found.end(given.on or today(), given.because)
    await session.flush()
    await _tell(session, by, "assignment.ended", found, {"valid_to": str(found.valid_to)})


async def act(session: AsyncSession, organisation_id: UUID, given: schemas.ActivityIn, *, by: Actor) -> UUID:
    """Save what an organisation did, and return its id.

    Errors: OrganisationNotFound, AssignmentNotFound, OutsideAssignment, HouseholdNotFound, AreaNotFound,
    AreaNotInForce, DatesDisagree (in the future).
    """
    await queries.one_organisation(session, organisation_id)
    in_order("happened_on", given.happened_on, today())
    place: dict[str, Any]
    if given.assignment_id is not None:
        assignment = await queries.locked_assignment(session, given.assignment_id)
        assignment.must_cover(organisation_id, given.happened_on)
        place = {name: getattr(assignment, name) for name in ("area_id", "village", "household_id")}
    else:
        area_id = await _area_of(session, given.household_id, given.area_id, given.happened_on)
        place = {"area_id": area_id, "village": given.village, "household_id": given.household_id}
    made = Activity(
        id=given.id or new_id(),
        organisation_id=organisation_id,
        assignment_id=given.assignment_id,
        **place,
        kind=given.kind,
        happened_on=given.happened_on,
        description=given.description,
        quantities=[parts_of(value) for value in given.values],
        recorded_by=by.subject,
    )
    session.add(made)
    await session.flush()
    await _tell(session, by, "activity.recorded", made, {"kind": made.kind, "happened_on": str(made.happened_on)})
    return made.id


async def withdraw(session: AsyncSession, activity_id: UUID, because: str, *, by: Actor) -> None:
    """Errors: ActivityNotFound, ActivityWithdrawn."""
    found = await queries.locked_activity(session, activity_id)
    found.withdraw(today(), by=by.subject, because=because)
    await session.flush()
    await _tell(session, by, "activity.withdrawn", found, {"kind": found.kind})


async def _area_of(session: AsyncSession, household_id: UUID | None, area_id: UUID | None, day: date) -> UUID:
    """Return the unit of a household, or the unit named, which must stand on that day and be the caller's."""
    if household_id is not None:
        household = await households.locked(session, household_id)
        return household.area_id
    if area_id is None:
        raise AreaNotFound
    area = await areas.in_scope(session, area_id)
    area.must_stand_on(day)
    return area.id


async def _tell(
    session: AsyncSession, by: Actor, what: str, about: Assignment | Activity, more: dict[str, Any]
) -> None:
    facts = {"organisation_id": str(about.organisation_id), "area_id": str(about.area_id)}
    if about.household_id is not None:
        facts["household_id"] = str(about.household_id)
    subject = f"organisation_{what.partition('.')[0]}"
    await audit.record(session, by, f"organisation_{what}", subject, about.id, facts | more)
    await outbox.add(session, f"organisation.{what}", str(about.id), facts | more)
