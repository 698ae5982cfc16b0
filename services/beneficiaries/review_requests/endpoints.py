"""`/v1/beneficiaries/review-requests`: households that ask in writing to be reviewed."""

from typing import Annotated

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, set_next_link
from kit.problems import problems
from services.beneficiaries import errors as registry
from services.beneficiaries.auth import Registrar, RegistryReader
from services.beneficiaries.change_requests.errors import ChangeNeedsRequest
from services.beneficiaries.change_requests.parts import must_be_direct
from services.beneficiaries.review_requests import actions, queries, schemas
from services.beneficiaries.reviews import errors

requests = router("review-requests", "Poverty reviews")


@requests.post(
    "",
    status_code=201,
    operation_id="request_review",
    summary="Record a household's written request to be reviewed",
    responses=problems(
        registry.HouseholdNotFound, registry.DatesDisagree, errors.RequestAlreadyOpen, ChangeNeedsRequest
    ),
)
async def request_review(
    given: Annotated[schemas.RequestIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> schemas.Request:
    """Keep a request until the next list that is drawn takes it up; it is answered by the decision of that review."""
    await must_be_direct(session, {"review"}, by=by)
    request_id = await actions.receive(session, given, by=by)
    return (await queries.shown(session, [request_id]))[0]


@requests.get("", operation_id="list_review_requests", summary="List written requests to be reviewed")
async def list_review_requests(
    query: Annotated[schemas.RequestQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[schemas.Request]:
    """Give the requests of the households the caller answers for, in order of record; `state=open` those that wait."""
    items, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)
