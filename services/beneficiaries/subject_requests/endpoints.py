"""`/v1/beneficiaries/subject-requests`: what people ask about their own data, and the clocks of the answers."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Body, Query, Request, Response
from fastapi.openapi.models import Example

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link, vault_of
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import examples
from services.beneficiaries.auth import Approver, Registrar, RegistryReader, SensitiveReader, Unmasker
from services.beneficiaries.errors import DatesDisagree, PersonNotFound
from services.beneficiaries.partners.errors import ConsentWithdrawn
from services.beneficiaries.subject_requests import actions, errors, queries
from services.beneficiaries.subject_requests.models import SubjectRequest
from services.beneficiaries.subject_requests.schemas import (
    AcknowledgementIn,
    AnswerIn,
    LiftingIn,
    PersonalExport,
    SubjectRequestIn,
    SubjectRequestLine,
    SubjectRequestOut,
    SubjectRequestQuery,
)

subject_requests = router("subject-requests", "Data subjects")


def id_of(example: str) -> object:
    return row_id("The request's `id`, as the list gives it", "a request", example)


# Of a person who stands in a household of the registry.
_KEPT: Final[dict[str, Example]] = {
    "refused": {"value": {"outcome": "refused", "reason": "The household is on the list of poor households"}}
}
_STEP = (errors.SubjectRequestNotFound, errors.RequestStepRefused)


@subject_requests.post(
    "",
    status_code=201,
    operation_id="record_subject_request",
    summary="Take in what somebody asks about their data",
    responses=problems(PersonNotFound, DatesDisagree, errors.RequestConsentMismatch, errors.SubjectRequestAlreadyThere),
)
async def record_subject_request(
    given: Annotated[SubjectRequestIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Take in a request for access, correction, restriction, deletion or withdrawal of a consent; its clocks start.

    It is to be acknowledged within two working days, by the calendar of holidays, and answered within 10, 15 or 20 days
    by kind (Law 91/2025/QH15, Decree 356/2025).
    """
    return _told(await actions.take_in(session, given, vault_of(request), by=by), request, response)


@subject_requests.get("", operation_id="list_subject_requests", summary="List requests of data subjects")
async def list_subject_requests(
    query: Annotated[SubjectRequestQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[SubjectRequestLine]:
    """Give the requests of people whom the caller answers for, those due first; `overdue=true` those that are late."""
    items, following = await queries.page(session, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@subject_requests.get(
    "/{request_id}",
    operation_id="read_subject_request",
    summary="Read a request of a data subject",
    responses=problems(errors.SubjectRequestNotFound),
)
async def read_subject_request(
    request_id: Annotated[UUID, id_of(examples.SUBJECT_REQUEST)],
    session: Reader,
    _by: SensitiveReader,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Give a request with what was asked in words, how it was answered, by whom and why."""
    return _told(await queries.one(session, request_id), request, response)


@subject_requests.post(
    "/{request_id}/acknowledgement",
    operation_id="acknowledge_subject_request",
    summary="Acknowledge a request",
    responses=problems(*_STEP, DatesDisagree),
)
async def acknowledge_subject_request(
    request_id: Annotated[UUID, id_of(examples.SUBJECT_REQUEST_TO_ACKNOWLEDGE)],
    given: Annotated[AcknowledgementIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Record that who asked was told that the request was received, and by when it is answered."""
    return _told(await actions.acknowledge(session, request_id, given.on, by=by), request, response)


@subject_requests.post(
    "/{request_id}/answer",
    operation_id="answer_subject_request",
    summary="Answer a request",
    responses=problems(*_STEP, errors.RequestReasonMissing, ConsentWithdrawn),
)
async def answer_subject_request(
    request_id: Annotated[UUID, id_of(examples.SUBJECT_REQUEST_TO_ANSWER)],
    given: Annotated[AnswerIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Grant or refuse access, correction, restriction or the withdrawal of a consent; a refusal says why.

    From a granted restriction on the person is in no export, exchange or public posting, until it is lifted. A granted
    withdrawal ends the consent. A correction is granted when it has been made. A deletion takes two people.
    """
    return _told(await actions.answer(session, request_id, given, by=by), request, response)


@subject_requests.post(
    "/{request_id}/proposal",
    operation_id="propose_deletion",
    summary="Propose how a deletion is answered",
    responses=problems(*_STEP, errors.RequestReasonMissing, errors.DataMustBeKept, errors.StillRegistered),
)
async def propose_deletion(
    request_id: Annotated[UUID, id_of(examples.DELETION_TO_PROPOSE)],
    given: Annotated[AnswerIn, Body(openapi_examples=_KEPT)],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Propose to grant a deletion, or to refuse it with the reason; the chairperson decides.

    It cannot be granted while the person stands in a household of the registry, and for years afterwards if that
    household was on a list or received support: books and decisions must be kept.
    """
    return _told(await actions.propose(session, request_id, given, by=by), request, response)


@subject_requests.post(
    "/{request_id}/decision",
    operation_id="decide_deletion",
    summary="Decide a deletion",
    responses=problems(
        *_STEP, errors.RequestByTwo, errors.RequestReasonMissing, errors.DataMustBeKept, errors.StillRegistered
    ),
)
async def decide_deletion(
    request_id: Annotated[UUID, id_of(examples.DELETION_TO_DECIDE)],
    given: Annotated[AnswerIn, Body(openapi_examples=_KEPT)],
    session: Session,
    by: Approver,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """Grant or refuse a deletion that another person proposed.

    Granted, name, numbers, ethnicity, disabilities and accounts are gone; sex, year of birth and the place in
    households stay as figures of the books and decisions, which name nobody any more.
    """
    return _told(await actions.decide(session, request_id, given, by=by), request, response)


@subject_requests.post(
    "/{request_id}/lifting",
    operation_id="lift_restriction",
    summary="Lift a restriction",
    responses=problems(*_STEP),
)
async def lift_restriction(
    request_id: Annotated[UUID, id_of(examples.RESTRICTION)],
    given: Annotated[LiftingIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> SubjectRequestOut:
    """End the restriction that a granted request brought; the person is exported and exchanged again as others are."""
    return _told(await actions.lift(session, request_id, given.reason, by=by), request, response)


@subject_requests.get(
    "/{request_id}/export",
    operation_id="export_person",
    summary="Everything held on a person, for that person",
    responses=problems(*_STEP),
)
async def export_person(
    request_id: Annotated[UUID, id_of(examples.ACCESS_GRANTED)],
    session: Session,
    by: Unmasker,
    request: Request,
    response: Response,
) -> PersonalExport:
    """Give what a granted request for access is answered with: all that is held, and who saw numbers or was given data.

    Numbers are in full; who fetched it is written to the audit log in the same transaction.
    """
    response.headers["Cache-Control"] = "no-store"
    return await actions.export(session, request_id, vault_of(request), by=by)


def _told(found: SubjectRequest, request: Request, response: Response) -> SubjectRequestOut:
    response.headers["ETag"] = etag(found.version)
    return queries.shown(found, today(), vault_of(request))
