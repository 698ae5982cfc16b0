"""`/v1/beneficiaries/reviews/{review_id}/meetings`: the village speaks on every household."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link
from kit.problems import problems
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, RegistryReader
from services.beneficiaries.errors import DatesDisagree
from services.beneficiaries.review_meetings import actions, errors, queries
from services.beneficiaries.review_meetings.schemas import Meeting, MeetingIn, MeetingQuery
from services.beneficiaries.reviews.errors import ReviewIsCancelled, ReviewIsDecided, ReviewNotFound, ReviewNotListed

meetings = router("reviews", "Poverty reviews")
_REVIEW = "The review's `id`"
ReviewId = Annotated[UUID, row_id(_REVIEW, "decided", examples.REVIEW)]
ToDiscuss = Annotated[UUID, row_id(_REVIEW, "classified", examples.REVIEW_TO_DISCUSS)]


@meetings.post(
    "/{review_id}/meetings",
    status_code=201,
    operation_id="record_review_meeting",
    summary="Record a village meeting and its votes",
    responses=problems(
        DatesDisagree,
        ReviewIsCancelled,
        ReviewIsDecided,
        ReviewNotFound,
        ReviewNotListed,
        errors.MeetingAlreadyRecorded,
        errors.VoteAlreadyRecorded,
        errors.VotesDoNotFit,
    ),
)
async def record_review_meeting(
    review_id: ToDiscuss, given: Annotated[MeetingIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Meeting:
    """Keep the minutes, and for each household how many of those present agree with its class.

    Where fewer than the share needed agree (half of them, by the terms in force), the household goes back to scoring:
    its form no longer counts, it is scored, classified and voted on again.
    """
    meeting_id = await actions.hold(session, review_id, given, by=by)
    return (await queries.shown(session, [meeting_id]))[0]


@meetings.get(
    "/{review_id}/meetings",
    operation_id="list_review_meetings",
    summary="List the village meetings of a review",
    responses=problems(ReviewNotFound),
)
async def list_review_meetings(
    review_id: ReviewId,
    query: Annotated[MeetingQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Meeting]:
    """Give the meetings with their minutes and how many results stood or were sent back, in order of record."""
    items, following = await queries.page(session, review_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)
