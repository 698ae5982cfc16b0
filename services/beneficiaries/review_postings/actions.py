"""Post what the villages agreed to; take complaints and answer them."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.dates import now, today
from kit.values.ids import new_id
from services.beneficiaries.households.models import in_order
from services.beneficiaries.review_postings.errors import (
    ComplaintAnswered,
    ComplaintNotFound,
    NothingToPost,
    NotPosted,
    PostingTooShort,
)
from services.beneficiaries.review_postings.schemas import AnswerIn, ComplaintIn, PostingIn
from services.beneficiaries.review_terms import queries as terms
from services.beneficiaries.reviews import queries as reviews

_LAST_MEETING = text("select max(held_on) from review_meetings where campaign_id = :review")
_POSTING = text(
    "insert into review_postings (id, campaign_id, posted_from, posted_until, place, posted_by)"
    " values (:id, :review, :posted_from, :posted_until, :place, :by)"
)
_LINES = text(
    "insert into review_posting_lines (posting_id, case_id, campaign_id, round)"
    " select :id, c.id, c.campaign_id, c.round from review_cases c"
    " where c.campaign_id = :review and c.state = 'agreed' and not exists ("
    "  select from review_posting_lines l where l.case_id = c.id and l.round = c.round) returning case_id"
)
_POSTED = text("select posting_id from review_posting_lines where case_id = :case and round = :round")
_COMPLAINT = text(
    "insert into review_complaints (id, campaign_id, case_id, received_on, complaint, received_by)"
    " values (:id, :review, :case_id, :received_on, :complaint, :by)"
)
_LOCK = text(
    "select case_id, answer, received_on from review_complaints where id = :id and campaign_id = :review for update"
)
_ANSWER = text(
    "update review_complaints set answer = :answer, upheld = :upheld, answered_on = :answered_on, answered_by = :by,"
    " version = version + 1 where id = :id"
)
_FORM = text("update review_forms set superseded_at = now() where case_id = :case and superseded_at is null")


async def post(session: AsyncSession, review_id: UUID, given: PostingIn, *, by: Actor) -> UUID:
    """Post every result that was agreed to and is not posted, and return the posting's id.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed, NothingToPost, PostingTooShort, DatesDisagree.
    """
    campaign = await reviews.locked(session, review_id)
    campaign.must_be_listed()
    least = (await terms.terms(session, terms_id=campaign.terms_id)).posting_days
    last = given.posted_from + timedelta(days=least - 1)
    if given.posted_until is not None and given.posted_until < last:
        raise PostingTooShort(days=least)
    held_on = await session.scalar(_LAST_MEETING, {"review": review_id})
    if held_on is None:
        raise NothingToPost
    in_order("posted_from", held_on, given.posted_from)
    posting = {"id": given.id or new_id(), "review": review_id}
    row = given.model_dump() | posting | {"posted_until": given.posted_until or last, "by": by.subject}
    await session.execute(_POSTING, row)
    posted = (await session.execute(_LINES, posting)).all()
    if not posted:
        raise NothingToPost
    facts = {"review_id": review_id, "households": len(posted), "from": given.posted_from}
    await audit.record(session, by, "review.posted", "review_posting", posting["id"], facts)
    return posting["id"]


async def complain(session: AsyncSession, review_id: UUID, given: ComplaintIn, *, by: Actor) -> UUID:
    """Keep a complaint about a posted result, and return its id.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed, ReviewCaseNotFound, NotPosted, DatesDisagree.
    """
    campaign = await reviews.locked(session, review_id)
    campaign.must_be_listed()
    in_order("received_on", given.received_on, today())
    case = await reviews.locked_case(session, review_id, given.case_id)
    if await session.scalar(_POSTED, {"case": case.id, "round": case.round}) is None:
        raise NotPosted
    complaint_id = given.id or new_id()
    row = given.model_dump() | {"id": complaint_id, "review": review_id, "by": by.subject}
    await session.execute(_COMPLAINT, row)
    facts = {"review_id": review_id, "case_id": case.id}
    await audit.record(session, by, "review_complaint.received", "review_complaint", complaint_id, facts)
    return complaint_id


async def answer(session: AsyncSession, review_id: UUID, complaint_id: UUID, given: AnswerIn, *, by: Actor) -> None:
    """Answer a complaint; one that is right sends the household back to scoring, meeting and posting.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed, ComplaintNotFound, ComplaintAnswered, DatesDisagree.
    """
    campaign = await reviews.locked(session, review_id)
    campaign.must_be_listed()
    found = (await session.execute(_LOCK, {"id": complaint_id, "review": review_id})).one_or_none()
    if found is None:
        raise ComplaintNotFound
    if found.answer is not None:
        raise ComplaintAnswered
    in_order("answered_on", found.received_on, given.answered_on)
    in_order("answered_on", given.answered_on, today())
    await session.execute(_ANSWER, given.model_dump() | {"id": complaint_id, "by": by.subject})
    if given.upheld:
        case = await reviews.locked_case(session, review_id, found.case_id)
        if case.state == "agreed":
            case.back_to_scoring(now())
            await session.flush()
            await session.execute(_FORM, {"case": case.id})
    facts = {"review_id": review_id, "upheld": given.upheld}
    await audit.record(session, by, "review_complaint.answered", "review_complaint", complaint_id, facts)
