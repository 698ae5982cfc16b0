"""Results posted for all to read in their days, and the complaints about them."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, RowScope, Session
from kit.http import IdempotencyKey, ListQuery, Page, router, row_id, set_next_link
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, RegistryReader
from services.beneficiaries.errors import DatesDisagree
from services.beneficiaries.review_postings import actions, errors, queries
from services.beneficiaries.review_postings.schemas import (
    AnswerIn,
    Complaint,
    ComplaintIn,
    ComplaintQuery,
    PostedLine,
    Posting,
    PostingIn,
    PublicPosting,
    PublicQuery,
)
from services.beneficiaries.reviews.errors import (
    ReviewCaseNotFound,
    ReviewIsCancelled,
    ReviewIsDecided,
    ReviewNotFound,
    ReviewNotListed,
)

postings = router("reviews", "Poverty reviews")
public_postings = router("review-postings", "Poverty reviews")
_REVIEW = "The review's `id`"
ReviewId = Annotated[UUID, row_id(_REVIEW, "posted", examples.REVIEW_POSTED)]
ToPost = Annotated[UUID, row_id(_REVIEW, "agreed to", examples.REVIEW_TO_POST)]
_STATE = (DatesDisagree, ReviewIsCancelled, ReviewIsDecided, ReviewNotFound, ReviewNotListed)


@postings.post(
    "/{review_id}/postings",
    status_code=201,
    operation_id="post_review_results",
    summary="Post the results that the villages agreed to",
    responses=problems(*_STATE, errors.NothingToPost, errors.PostingTooShort),
)
async def post_review_results(
    review_id: ToPost, given: Annotated[PostingIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Posting:
    """Post all results that are agreed to and not posted yet, for at least the days of the terms, after the meetings.

    During these days anybody reads name, village and result at `/review-postings/{posting_id}`.
    """
    posting_id = await actions.post(session, review_id, given, by=by)
    return (await queries.shown(session, [posting_id]))[0]


@postings.get(
    "/{review_id}/postings",
    operation_id="list_review_results",
    summary="List the postings of a review",
    responses=problems(ReviewNotFound),
)
async def list_review_results(
    review_id: ReviewId,
    query: Annotated[ListQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Posting]:
    """Give when and where the results of a review were posted, and how many each time, in order of record."""
    items, following = await queries.page(session, review_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@postings.post(
    "/{review_id}/complaints",
    status_code=201,
    operation_id="record_review_complaint",
    summary="Record a complaint about a posted result",
    responses=problems(*_STATE, ReviewCaseNotFound, errors.NotPosted),
)
async def record_review_complaint(
    review_id: ReviewId, given: Annotated[ComplaintIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Complaint:
    """Keep what somebody says against a posted result; the review is not decided before it is answered."""
    return await queries.complaint(session, await actions.complain(session, review_id, given, by=by))


@postings.get(
    "/{review_id}/complaints",
    operation_id="list_review_complaints",
    summary="List the complaints about a review",
    responses=problems(ReviewNotFound),
)
async def list_review_complaints(
    review_id: ReviewId,
    query: Annotated[ComplaintQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Complaint]:
    """Give the complaints with their answers, in order of record; `answered=false` those that still wait for one."""
    items, following = await queries.complaints(session, review_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@postings.post(
    "/{review_id}/complaints/{complaint_id}/answer",
    operation_id="answer_review_complaint",
    summary="Answer a complaint in writing",
    responses=problems(*_STATE, errors.ComplaintAnswered, errors.ComplaintNotFound),
)
async def answer_review_complaint(
    review_id: ReviewId,
    complaint_id: Annotated[UUID, row_id("The complaint's `id`", "to answer", examples.COMPLAINT)],
    given: Annotated[AnswerIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Complaint:
    """Answer once. A complaint that is upheld sends the household back to be scored, voted on and posted again."""
    await actions.answer(session, review_id, complaint_id, given, by=by)
    return await queries.complaint(session, complaint_id)


@public_postings.get("", operation_id="list_public_postings", summary="Where review results are posted today")
async def list_public_postings(
    query: Annotated[PublicQuery, Query()], request: Request, response: Response
) -> Page[PublicPosting]:
    """Give the postings whose days include today, with their commune. No sign-in is needed."""
    async with request.app.state.database.transaction(RowScope.everything("postings"), read_only=True) as session:
        items, following = await queries.up(session, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@public_postings.get(
    "/{posting_id}",
    operation_id="read_public_posting",
    summary="Read posted results",
    responses=problems(errors.PostingNotFound),
)
async def read_public_posting(
    posting_id: Annotated[UUID, row_id("The posting's `id`", "in its days", examples.POSTING)],
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
) -> Page[PostedLine]:
    """Give name of the head, village and result of each household, in the days of the posting only.

    Never a number, an illness or an ethnic group; nothing else of the review. No sign-in is needed.
    """
    async with request.app.state.database.transaction(RowScope.everything("postings"), read_only=True) as session:
        items, following = await queries.lines(session, posting_id, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)
