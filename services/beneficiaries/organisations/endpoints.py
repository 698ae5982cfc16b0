"""`/v1/beneficiaries/organisations`: who stands by whom, and what they did."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from services.beneficiaries import examples
from services.beneficiaries.auth import AreaKeeper, Registrar, RegistryReader
from services.beneficiaries.errors import AreaNotFound, AreaNotInForce, DatesDisagree, HouseholdNotFound
from services.beneficiaries.organisations import actions, errors, queries
from services.beneficiaries.organisations.schemas import (
    Activity,
    ActivityIn,
    ActivityQuery,
    Assignment,
    AssignmentIn,
    AssignmentQuery,
    EndingIn,
    Organisation,
    OrganisationChange,
    OrganisationIn,
    OrganisationQuery,
    WithdrawalIn,
)

organisations = router("organisations", "Organisations")
assignments = router("assignments", "Organisations")
activities = router("activities", "Organisations")
OrganisationId = Annotated[UUID, row_id("The organisation's `id`", "a union", examples.ORGANISATION)]
AssignmentId = Annotated[UUID, row_id("The assignment's `id`", "to a village", examples.ASSIGNMENT)]
EndingId = Annotated[
    UUID,
    row_id("The assignment's `id`", "to a household", examples.ASSIGNMENT_TO_END),
]
ActivityId = Annotated[
    UUID,
    row_id("The activity's `id`", "water for a village", examples.ACTIVITY),
]
MistakenId = Annotated[
    UUID,
    row_id("The activity's `id`", "one written down twice", examples.MISTAKEN_ACTIVITY),
]

_PLACES = (HouseholdNotFound, AreaNotFound, AreaNotInForce, DatesDisagree)


@organisations.post(
    "",
    status_code=201,
    operation_id="record_organisation",
    summary="Record an organisation",
    responses=problems(errors.OrganisationTaken),
)
async def record_organisation(
    given: Annotated[OrganisationIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey, response: Response
) -> Organisation:
    """Record an agency, union, company or unit that helps. Accents, case and punctuation make no other name."""
    made = await actions.record(session, given, by=by)
    response.headers["ETag"] = etag(made.version)
    return made


@organisations.get("", operation_id="list_organisations", summary="List organisations")
async def list_organisations(
    query: Annotated[OrganisationQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Organisation]:
    """Give all organisations by name. They belong to no area; what they are assigned to and did is scoped."""
    items, following = await queries.organisations(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@organisations.get(
    "/{organisation_id}",
    operation_id="read_organisation",
    summary="Read an organisation",
    responses=problems(errors.OrganisationNotFound),
)
async def read_organisation(
    organisation_id: OrganisationId, session: Reader, _by: RegistryReader, response: Response
) -> Organisation:
    """Give one organisation, and its version as `ETag`: what a change of it has to name."""
    found = queries.organisation(await queries.one_organisation(session, organisation_id))
    response.headers["ETag"] = etag(found.version)
    return found


@organisations.patch(
    "/{organisation_id}",
    operation_id="change_organisation",
    summary="Change an organisation",
    responses=problems(errors.OrganisationNotFound, errors.OrganisationTaken),
)
async def change_organisation(
    organisation_id: OrganisationId,
    given: Annotated[OrganisationChange, Body()],
    session: Session,
    by: AreaKeeper,
    version: IfMatch,
    response: Response,
) -> Organisation:
    """Correct its name, kind or contact, or take it out of use. All communes share it: the district changes it."""
    changed = await actions.change(session, organisation_id, given, version, by=by)
    response.headers["ETag"] = etag(changed.version)
    return changed


@organisations.post(
    "/{organisation_id}/assignments",
    status_code=201,
    operation_id="assign_organisation",
    summary="Assign an organisation to a village or household",
    responses=problems(errors.OrganisationNotFound, errors.OrganisationInactive, errors.AssignmentOverlaps, *_PLACES),
)
async def assign_organisation(
    organisation_id: OrganisationId,
    given: Annotated[AssignmentIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    response: Response,
) -> Assignment:
    """Put an organisation in charge of a household, a village or a commune from a day on (sponsorship, đỡ đầu).

    At one time it is assigned to the same place only once; several organisations may stand by one place.
    """
    made = await queries.one_assignment(session, await actions.assign(session, organisation_id, given, by=by))
    response.headers["ETag"] = etag(made.version)
    return made


@organisations.post(
    "/{organisation_id}/activities",
    status_code=201,
    operation_id="record_activity",
    summary="Record what an organisation did",
    responses=problems(errors.OrganisationNotFound, errors.AssignmentNotFound, errors.OutsideAssignment, *_PLACES),
)
async def record_activity(
    organisation_id: OrganisationId,
    given: Annotated[ActivityIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Activity:
    """Record what an organisation did for a household, a village or a commune, with its value as it states it.

    What it did for a household counts as support of that kind; no fund's books are touched.
    """
    return await queries.one_activity(session, await actions.act(session, organisation_id, given, by=by))


@assignments.get("", operation_id="list_assignments", summary="List assignments of organisations")
async def list_assignments(
    query: Annotated[AssignmentQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Assignment]:
    """Give who is assigned to what, by organisation, commune, village or household, on a day or over all time.

    Only of places and households that the caller answers for.
    """
    items, following = await queries.assignments(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@assignments.get(
    "/{assignment_id}",
    operation_id="read_assignment",
    summary="Read an assignment",
    responses=problems(errors.AssignmentNotFound),
)
async def read_assignment(
    assignment_id: AssignmentId, session: Reader, _by: RegistryReader, response: Response
) -> Assignment:
    """Give one assignment with its dates; of another commune's place it is not found."""
    found = await queries.one_assignment(session, assignment_id)
    response.headers["ETag"] = etag(found.version)
    return found


@assignments.post(
    "/{assignment_id}/ending",
    operation_id="end_assignment",
    summary="End an assignment",
    responses=problems(errors.AssignmentNotFound, errors.AssignmentEnded, DatesDisagree),
)
async def end_assignment(
    assignment_id: EndingId,
    given: Annotated[EndingIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    response: Response,
) -> Assignment:
    """End an assignment on a day, with the reason. It stays on record with what was done under it."""
    await actions.end(session, assignment_id, given, by=by)
    ended = await queries.one_assignment(session, assignment_id)
    response.headers["ETag"] = etag(ended.version)
    return ended


@activities.get("", operation_id="list_activities", summary="List what organisations did")
async def list_activities(
    query: Annotated[ActivityQuery, Query()], session: Reader, _by: RegistryReader, request: Request, response: Response
) -> Page[Activity]:
    """Give what organisations did, by organisation, commune, village or household, recorded last first."""
    items, following = await queries.activities(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@activities.get(
    "/{activity_id}",
    operation_id="read_activity",
    summary="Read what an organisation did",
    responses=problems(errors.ActivityNotFound),
)
async def read_activity(activity_id: ActivityId, session: Reader, _by: RegistryReader) -> Activity:
    """Give one activity with its value as stated; of another commune's place it is not found."""
    return await queries.one_activity(session, activity_id)


@activities.post(
    "/{activity_id}/withdrawal",
    operation_id="withdraw_activity",
    summary="Withdraw an activity",
    responses=problems(errors.ActivityNotFound, errors.ActivityWithdrawn),
)
async def withdraw_activity(
    activity_id: MistakenId,
    given: Annotated[WithdrawalIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Activity:
    """Take back what was recorded wrongly, with the reason: it stays on record, and no longer counts as support."""
    await actions.withdraw(session, activity_id, given.because, by=by)
    return await queries.one_activity(session, activity_id)
