"""`/v1/beneficiaries/grievances` for those who answer them: the commune's officers, and the district."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link, vault_of
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar
from services.beneficiaries.grievances import actions, errors, queries
from services.beneficiaries.grievances.schemas import (
    AssigningIn,
    ClassifyingIn,
    Contact,
    ContactIn,
    EscalatingIn,
    Grievance,
    GrievanceAnswerIn,
    GrievanceLine,
    GrievanceQuery,
)

grievances = router("grievances", "Grievances")
GrievanceId = Annotated[
    UUID,
    row_id("The grievance's `id`, as the list gave it", "a grievance", examples.GRIEVANCE),
]
ClassifiableId = Annotated[
    UUID,
    row_id("The grievance's `id`, as the list gave it", "a grievance", examples.GRIEVANCE_TO_CLASSIFY),
]
AssignableId = Annotated[
    UUID,
    row_id("The grievance's `id`, as the list gave it", "a grievance", examples.GRIEVANCE_TO_ASSIGN),
]
AnswerableId = Annotated[
    UUID,
    row_id("The grievance's `id`, as the list gave it", "a grievance", examples.GRIEVANCE_TO_ANSWER),
]
EscalableId = Annotated[
    UUID,
    row_id("The grievance's `id`, as the list gave it", "a grievance", examples.GRIEVANCE_TO_ESCALATE),
]

_HANDLING = (
    errors.GrievanceNotFound,
    errors.GrievanceStepRefused,
    errors.GrievanceWithTheDistrict,
    errors.GrievanceAboutThatOfficer,
)


@grievances.get("", operation_id="list_grievances", summary="List grievances")
async def list_grievances(
    query: Annotated[GrievanceQuery, Query()], session: Reader, _by: Registrar, request: Request, response: Response
) -> Page[GrievanceLine]:
    """Give the grievances of the caller's commune and of the units it was made from, the most urgent first.

    Those about the commune's own staff are seen by the district only. What people wrote is not in the list.
    """
    items, following = await queries.page(session, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@grievances.get(
    "/{grievance_id}",
    operation_id="read_grievance",
    summary="Read a grievance",
    responses=problems(errors.GrievanceNotFound),
)
async def read_grievance(
    grievance_id: GrievanceId, session: Reader, _by: Registrar, request: Request, response: Response
) -> Grievance:
    """Give a grievance with what was written and every step. Of another commune it is not found.

    How to reach the complainant is not in it: that is asked for with a reason.
    """
    return await _shown(session, grievance_id, request, response)


@grievances.post(
    "/{grievance_id}/classification",
    operation_id="classify_grievance",
    summary="Classify a grievance",
    responses=problems(*_HANDLING, errors.GrievanceKindUnknown),
)
async def classify_grievance(
    grievance_id: ClassifiableId,
    given: Annotated[ClassifyingIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Grievance:
    """Say of what kind it is; the deadline follows from the kind, in working days from the day of receipt.

    The district may also name the officer it is about: from then on the commune no longer sees it.
    """
    await actions.classify(session, grievance_id, given, by=by)
    return await _shown(session, grievance_id, request, response)


@grievances.post(
    "/{grievance_id}/assignment",
    operation_id="assign_grievance",
    summary="Assign a grievance to an officer",
    responses=problems(*_HANDLING),
)
async def assign_grievance(
    grievance_id: AssignableId,
    given: Annotated[AssigningIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Grievance:
    """Give it to somebody to answer, or to somebody else; never to the officer it is about."""
    await actions.assign(session, grievance_id, given.officer, by=by)
    return await _shown(session, grievance_id, request, response)


@grievances.post(
    "/{grievance_id}/answer",
    operation_id="answer_grievance",
    summary="Answer a grievance",
    responses=problems(*_HANDLING, errors.NotAssignedToYou),
)
async def answer_grievance(
    grievance_id: AnswerableId,
    given: Annotated[GrievanceAnswerIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Grievance:
    """Answer it in writing, as the one to whom it is assigned. Who filed it reads the answer with code and secret."""
    await actions.answer(session, grievance_id, given, vault_of(request), by=by)
    return await _shown(session, grievance_id, request, response)


@grievances.post(
    "/{grievance_id}/escalation",
    operation_id="escalate_grievance",
    summary="Hand a grievance up to the district",
    responses=problems(errors.GrievanceNotFound, errors.GrievanceStepRefused, errors.GrievanceWithTheDistrict),
)
async def escalate_grievance(
    grievance_id: EscalableId,
    given: Annotated[EscalatingIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Grievance:
    """Hand it up, with the reason; what is overdue goes by itself. The commune still sees it, the district answers."""
    await actions.escalate(session, grievance_id, given.reason, by=by)
    return await _shown(session, grievance_id, request, response)


@grievances.post(
    "/{grievance_id}/contact",
    operation_id="show_grievance_contact",
    summary="Show how to reach the complainant, for a reason",
    responses=problems(errors.GrievanceNotFound, errors.GrievanceWithTheDistrict, errors.GrievanceAboutThatOfficer),
)
async def show_grievance_contact(
    grievance_id: GrievanceId,
    given: Annotated[ContactIn, Body()],
    session: Session,
    by: Registrar,
    request: Request,
    response: Response,
) -> Contact:
    """Give what the complainant left to be reached by, null for an anonymous one. Who asked and why is recorded."""
    response.headers["Cache-Control"] = "no-store"
    return Contact(contact=await actions.contact(session, grievance_id, given.reason, vault_of(request), by=by))


async def _shown(session: Reader, grievance_id: UUID, request: Request, response: Response) -> Grievance:
    found = await queries.one(session, grievance_id, vault_of(request), today())
    response.headers["ETag"] = etag(found.version)
    return found
