"""Keep a meeting with its votes; what the village does not agree to goes back to scoring."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.households.models import in_order
from services.beneficiaries.review_meetings.errors import VotesDoNotFit
from services.beneficiaries.review_meetings.models import passes
from services.beneficiaries.review_meetings.schemas import MeetingIn
from services.beneficiaries.review_terms import queries as terms
from services.beneficiaries.reviews import queries as reviews

_OPEN = text(
    "select id from review_cases where campaign_id = :review and village = :village and state = 'classified'"
    " and id = any(:ids) order by id for update"
)
_MEETING = text(
    "insert into review_meetings (id, campaign_id, village, held_on, chair, secretary, supervisor, invited, attended,"
    " percent, minutes, recorded_by) values (:id, :review, :village, :held_on, :chair, :secretary, :supervisor,"
    " :invited, :attended, :percent, :minutes, :by)"
)
_VOTES = text(
    "insert into review_votes (meeting_id, case_id, campaign_id, round, attended, percent, agreed, passed)"
    " select :id, c.id, c.campaign_id, c.round, :attended, :percent, v.agreed, v.passed"
    " from unnest(cast(:ids as uuid[]), cast(:agreed as int[]), cast(:passed as boolean[])) as v (id, agreed, passed)"
    " join review_cases c on c.id = v.id"
)
_AGREE = text(
    "update review_cases c set state = 'agreed', version = c.version + 1, changed_at = now() from review_votes v"
    " where v.meeting_id = :id and v.passed and c.id = v.case_id"
)
_SEND_BACK = text(
    "update review_cases c set state = 'scoring', round = c.round + 1, class = null, low_income = null,"
    " deprivations = null, income_points = null, deprivation_points = null, version = c.version + 1, changed_at = now()"
    " from review_votes v where v.meeting_id = :id and not v.passed and c.id = v.case_id"
)
_FORMS = text(
    "update review_forms f set superseded_at = now() from review_votes v"
    " where v.meeting_id = :id and not v.passed and f.case_id = v.case_id and f.superseded_at is null"
)


async def hold(session: AsyncSession, review_id: UUID, given: MeetingIn, *, by: Actor) -> UUID:
    """Save a meeting and what it means for the households voted on; return its id.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed, DatesDisagree, VotesDoNotFit, VoteAlreadyRecorded,
    MeetingAlreadyRecorded.
    """
    campaign = await reviews.locked(session, review_id)
    campaign.must_be_listed()
    in_order("held_on", campaign.opens_on, given.held_on)
    in_order("held_on", given.held_on, today())
    percent = (await terms.terms(session, terms_id=campaign.terms_id)).agreement_percent
    ids = [vote.case_id for vote in given.votes]
    found = await session.scalars(_OPEN, {"review": review_id, "village": given.village, "ids": ids})
    unfit = set(ids) - set(found)
    if unfit:
        raise VotesDoNotFit(count=len(unfit), first=min(map(str, unfit)))
    meeting_id = given.id or new_id()
    meeting = {"id": meeting_id, "attended": given.attended, "percent": percent}
    row = given.model_dump(exclude={"votes"}) | meeting
    await session.execute(_MEETING, row | {"review": review_id, "by": by.subject})
    passed = [passes(vote.agreed, given.attended, percent) for vote in given.votes]
    votes = {"ids": ids, "agreed": [vote.agreed for vote in given.votes], "passed": passed}
    await session.execute(_VOTES, meeting | votes)
    for statement in (_AGREE, _FORMS, _SEND_BACK):
        await session.execute(statement, {"id": meeting_id})
    facts = {
        "review_id": review_id,
        "village": given.village,
        "agreed": sum(passed),
        "sent_back": len(ids) - sum(passed),
    }
    await audit.record(session, by, "review_meeting.held", "review_meeting", meeting_id, facts)
    return meeting_id
