"""`/v1/beneficiaries/change-requests`: proposed by one person, checked and applied by another."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link, vault_of
from kit.identity import Actor
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import errors as registry
from services.beneficiaries import examples
from services.beneficiaries.auth import ChangeReader, Proposer
from services.beneficiaries.change_requests import actions, errors, queries
from services.beneficiaries.change_requests.schemas import (
    ChangeRequest,
    ChangeRequestIn,
    ChangeRequestLine,
    ChangeRequestQuery,
    ResubmissionIn,
)

change_requests = router("change-requests", "Change requests")


def id_of(value: str) -> object:
    return row_id("The request's `id`, as its list gave it", "a change request", value)


RequestId = Annotated[UUID, id_of(examples.CHANGE_REQUEST)]
_CONTENT = (
    registry.HouseholdNotFound,
    errors.NotYoursToPropose,
    errors.BaseVersionUnknown,
    errors.ChangeOfAnotherKind,
    errors.PayloadOfAnotherHousehold,
)
_OWN = (errors.ChangeRequestNotFound, errors.ProposerOnly, errors.ChangeRequestStepRefused)


@change_requests.post(
    "",
    status_code=201,
    operation_id="propose_change",
    summary="Propose a change of a household",
    responses=problems(*_CONTENT, errors.ChangeRequestAlreadyThere),
)
async def propose_change(
    given: Annotated[ChangeRequestIn, Body()],
    session: Session,
    by: Proposer,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ChangeRequest:
    """Propose a change for somebody else to check: from the field, or from another office that sees no household.

    `payload` is what a direct change of that kind takes, and nothing happens before it is approved. A client that was
    offline sends an id of its own, and the version of the household that it had read as `base_version`.
    """
    change_request_id = await actions.propose(session, given, vault_of(request), by=by)
    response.headers["Location"] = f"{request.url.path}/{change_request_id}"
    return await shown(session, change_request_id, request, response, by)


@change_requests.get("", operation_id="list_change_requests", summary="List change requests")
async def list_change_requests(
    query: Annotated[ChangeRequestQuery, Query()],
    session: Reader,
    by: ChangeReader,
    request: Request,
    response: Response,
) -> Page[ChangeRequestLine]:
    """Give the requests about households that the caller answers for, and the caller's own, the most urgent first."""
    items, following = await queries.page(session, query, today(), by=by)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@change_requests.get(
    "/{change_request_id}",
    operation_id="read_change_request",
    summary="Read a change request",
    responses=problems(errors.ChangeRequestNotFound),
)
async def read_change_request(
    change_request_id: RequestId, session: Reader, by: ChangeReader, request: Request, response: Response
) -> ChangeRequest:
    """Give a request with what is to change, its steps and attachments. Another office sees the steps of its own."""
    return await shown(session, change_request_id, request, response, by)


@change_requests.post(
    "/{change_request_id}/resubmission",
    operation_id="resubmit_change",
    summary="Propose a change once more",
    responses=problems(*_OWN, *_CONTENT),
)
async def resubmit_change(
    change_request_id: Annotated[UUID, id_of(examples.CHANGE_REQUEST_TO_RESUBMIT)],
    given: Annotated[ResubmissionIn, Body()],
    session: Session,
    by: Proposer,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ChangeRequest:
    """Answer what was returned, or renew what waits, for the household as it is now; the change stays if not given."""
    await actions.resubmit(session, change_request_id, given, vault_of(request), by=by)
    return await shown(session, change_request_id, request, response, by)


@change_requests.post(
    "/{change_request_id}/withdrawal",
    operation_id="withdraw_change",
    summary="Withdraw a change request",
    responses=problems(*_OWN),
)
async def withdraw_change(
    change_request_id: Annotated[UUID, id_of(examples.CHANGE_REQUEST_TO_WITHDRAW)],
    session: Session,
    by: Proposer,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ChangeRequest:
    """Take back what the caller proposed, as long as nobody has decided on it."""
    await actions.withdraw(session, change_request_id, by=by)
    return await shown(session, change_request_id, request, response, by)


async def shown(
    session: Reader, change_request_id: UUID, request: Request, response: Response, by: Actor
) -> ChangeRequest:
    found = await queries.one(session, change_request_id, vault_of(request), today(), by=by)
    response.headers["ETag"] = etag(found.version)
    return found
