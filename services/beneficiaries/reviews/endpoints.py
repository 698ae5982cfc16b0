"""`/v1/beneficiaries/reviews`: opened, listed, scored and classified by the officers of a commune."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import errors as registry
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, RegistryReader
from services.beneficiaries.reviews import actions, errors, queries, schemas

reviews = router("reviews", "Poverty reviews")
_REVIEW = "The review's `id`"
_CASE = "The `id` of a household's place in the review, as its list gave it"
ReviewId = Annotated[UUID, row_id(_REVIEW, "decided", examples.REVIEW)]
CaseId = Annotated[UUID, row_id(_CASE, "with a certificate", examples.CASE)]
ToCancel = Annotated[UUID, row_id(_REVIEW, "opened by mistake", examples.REVIEW_TO_CANCEL)]
ToList = Annotated[UUID, row_id(_REVIEW, "opened", examples.REVIEW_TO_LIST)]
ToScore = Annotated[UUID, row_id(_REVIEW, "listed", examples.REVIEW_TO_SCORE)]
CaseToScore = Annotated[UUID, row_id(_CASE, "listed", examples.CASE_TO_SCORE)]
ToClassify = Annotated[UUID, row_id(_REVIEW, "scored", examples.REVIEW_TO_CLASSIFY)]


@reviews.post(
    "",
    status_code=201,
    operation_id="open_review",
    summary="Open a poverty review of a commune",
    responses=problems(
        registry.AreaNotFound,
        registry.AreaNotInForce,
        registry.DatesDisagree,
        registry.StandardUnknown,
        errors.ReviewAlreadyOpened,
        errors.ReviewTooEarly,
    ),
)
async def open_review(
    given: Annotated[schemas.ReviewIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> schemas.Review:
    """Open the yearly review of a commune (from 1 September), or the regular one of a month (from its 15th day).

    It keeps the standard of the day of its list, with the rules, points and terms known now, whatever changes later.
    Nothing changes for any household before the review is decided.
    """
    review_id = await actions.open_review(session, given, by=by)
    response.headers["Location"] = f"{request.url.path}/{review_id}"
    return await _shown(session, review_id, response)


@reviews.get("", operation_id="list_reviews", summary="List poverty reviews")
async def list_reviews(
    query: Annotated[schemas.ReviewQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[schemas.ReviewLine]:
    """Give the reviews of the communes the caller answers for, newest first; `overdue=true` those past their day."""
    items, following = await queries.page(session, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@reviews.get(
    "/{review_id}",
    operation_id="read_review",
    summary="Read a poverty review",
    responses=problems(errors.ReviewNotFound),
)
async def read_review(review_id: ReviewId, session: Reader, _by: RegistryReader, response: Response) -> schemas.Review:
    """Give a review with the standard it is made under, its dates, and its households counted by state."""
    return await _shown(session, review_id, response)


@reviews.post(
    "/{review_id}/list",
    operation_id="draw_review_list",
    summary="Draw the list of households to be reviewed",
    responses=problems(errors.ReviewNotFound, errors.ReviewIsCancelled, errors.ReviewIsDecided),
)
async def draw_review_list(
    review_id: ToList, session: Session, by: Registrar, _key: IdempotencyKey, response: Response
) -> schemas.Review:
    """List who is poor or near-poor on the day of the list, and who asked in writing; a regular review only these.

    Drawing it again adds requests that came since; nobody is taken off.
    """
    await actions.draw_list(session, review_id, by=by)
    return await _shown(session, review_id, response)


@reviews.get(
    "/{review_id}/cases",
    operation_id="list_review_cases",
    summary="List the households of a review",
    responses=problems(errors.ReviewNotFound),
)
async def list_review_cases(
    review_id: ReviewId,
    query: Annotated[schemas.CaseQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[schemas.CaseLine]:
    """Give the households of a review with their state, in the order in which they were listed."""
    items, following = await queries.cases(session, review_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@reviews.get(
    "/{review_id}/cases/{case_id}",
    operation_id="read_review_case",
    summary="Read a household's form and the reasons for its class",
    responses=problems(errors.ReviewNotFound, errors.ReviewCaseNotFound),
)
async def read_review_case(
    review_id: ReviewId, case_id: CaseId, session: Reader, _by: RegistryReader, response: Response
) -> schemas.ReviewCase:
    """Give the form that counts now and, line by line, which numbers held against which lines make its class."""
    found = await queries.case(session, review_id, case_id)
    response.headers["ETag"] = etag(found.version)
    return found


@reviews.put(
    "/{review_id}/cases/{case_id}/form",
    operation_id="score_household",
    summary="Fill in a household's scoring form",
    responses=problems(
        registry.DatesDisagree,
        errors.AnswersDoNotFit,
        errors.CaseIsAgreed,
        errors.CauseUnknown,
        errors.PointsNotEntered,
        errors.ReviewCaseNotFound,
        errors.ReviewIsCancelled,
        errors.ReviewIsDecided,
        errors.ReviewNotFound,
        errors.ReviewNotListed,
    ),
)
async def score_household(
    review_id: ToScore,
    case_id: CaseToScore,
    given: Annotated[schemas.FormIn, Body()],
    session: Session,
    by: Registrar,
    version: IfMatch,
    response: Response,
) -> schemas.ReviewCase:
    """Keep what reviewers found, in place of an earlier form, and answer with the class it leads to and why.

    Income is estimated, or scored in points of form B1; every indicator of the standard is answered. The class counts
    once it is computed for the review, agreed to in the village, posted and decided.
    """
    await actions.score(session, review_id, case_id, given, version, by=by)
    found = await queries.case(session, review_id, case_id)
    response.headers["ETag"] = etag(found.version)
    return found


@reviews.post(
    "/{review_id}/classification",
    operation_id="classify_review",
    summary="Compute the class of every household that was scored",
    responses=problems(errors.ReviewNotFound, errors.ReviewIsCancelled, errors.ReviewIsDecided, errors.ReviewNotListed),
)
async def classify_review(
    review_id: ToClassify, session: Session, by: Registrar, _key: IdempotencyKey, response: Response
) -> schemas.Review:
    """Classify all scored households at once by the rules, points and lines that the review was opened with."""
    await actions.classify(session, review_id, by=by)
    return await _shown(session, review_id, response)


@reviews.post(
    "/{review_id}/cancellation",
    operation_id="cancel_review",
    summary="Cancel a review that was opened by mistake",
    responses=problems(errors.ReviewIsCancelled, errors.ReviewIsDecided, errors.ReviewIsPosted, errors.ReviewNotFound),
)
async def cancel_review(
    review_id: ToCancel,
    given: Annotated[schemas.CancellationIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    response: Response,
) -> schemas.Review:
    """Call a review off, with the reason, as long as none of its results is posted.

    It stays readable; another of the same period can be opened, and requests that it had taken up are open again.
    """
    await actions.cancel(session, review_id, given.because, by=by)
    return await _shown(session, review_id, response)


async def _shown(session: Session, review_id: UUID, response: Response) -> schemas.Review:
    found = await queries.one(session, review_id, today())
    response.headers["ETag"] = etag(found.version)
    return found
