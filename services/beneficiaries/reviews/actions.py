"""The steps of a review up to the computed class: fetch, ask, save."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import now, today
from kit.values.ids import new_id
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.households.models import in_order
from services.beneficiaries.review_terms import queries as terms
from services.beneficiaries.reviews import judging, queries, schemas
from services.beneficiaries.reviews.errors import AnswersDoNotFit, PointsNotEntered, ReviewIsPosted
from services.beneficiaries.reviews.models import Campaign, Case
from services.beneficiaries.standards import queries as standards
from services.beneficiaries.standards.models import PointTable, Rules

_IS_POSTED = text("select exists (select from review_postings where campaign_id = :id)")
_FREE_REQUESTS = text(
    "update review_requests set state = 'open', campaign_id = null, listed_before = true where campaign_id = :id"
)
_SUPERSEDE = text("update review_forms set superseded_at = now() where case_id = :id and superseded_at is null")
_FORM = text(
    "insert into review_forms (id, case_id, campaign_id, round, way, income, income_points, scored_on, scored_by)"
    " values (:id, :case_id, :campaign_id, :round, :way, :income, :income_points, :scored_on, :by)"
)
_DEPRIVATIONS = text(
    "insert into review_form_deprivations (form_id, campaign_id, rules_id, indicator)"
    " select :id, :campaign_id, :rules_id, unnest(cast(:codes as text[]))"
)
_ITEMS = text(
    "insert into review_form_items (form_id, campaign_id, points_id, item)"
    " select :id, :campaign_id, :points_id, unnest(cast(:codes as text[]))"
)
_CAUSES = text(
    "insert into review_form_causes (form_id, campaign_id, cause)"
    " select :id, :campaign_id, unnest(cast(:codes as text[]))"
)
# Only a name that is new touches the row, so that reviewers do not wait for each other.
_PREPARED = text(
    "update review_campaigns set prepared_by = prepared_by || cast(:by as text)"
    " where id = :id and not cast(:by as text) = any (prepared_by)"
)


async def open_review(session: AsyncSession, given: schemas.ReviewIn, *, by: Actor) -> UUID:
    """Open a review under the standard, points and terms of today's knowledge, and return its id.

    Errors: AreaNotFound, AreaNotInForce, ReviewTooEarly, StandardUnknown, DatesDisagree, ReviewAlreadyOpened.
    """
    kept = await terms.terms(session, kind=given.kind)
    opens_on, due_on = kept.period(given.year, given.month or 0)
    Campaign.must_have_begun(opens_on, today())
    list_on = given.list_on or opens_on
    in_order("list_on", list_on, today())
    area = await areas.in_scope(session, given.area_id)
    area.must_stand_on(list_on)
    code = await standards.code_on(session, list_on)
    rules, points = await standards.rules(session, code=code), await standards.points(session, code=code)
    campaign = Campaign(
        id=given.id or new_id(),
        code=Campaign.new_code(),
        area_id=area.id,
        kind=given.kind,
        year=given.year,
        month=given.month or 0,
        urban=bool(area.urban),
        standard=code,
        rules_id=rules.id,
        points_id=points and points.id,
        terms_id=kept.id,
        list_on=list_on,
        opens_on=opens_on,
        due_on=due_on,
        state="opened",
        opened_by=by.subject,
        prepared_by=[by.subject],
        version=1,
    )
    session.add(campaign)
    await session.flush()
    facts = {"area": area.code, "kind": given.kind, "year": given.year, "month": given.month, "standard": code}
    await audit.record(session, by, "review.opened", "review", campaign.id, facts)
    return campaign.id


async def draw_list(session: AsyncSession, review_id: UUID, *, by: Actor) -> None:
    """Draw the list, or add to it who belongs there since. Errors: ReviewNotFound, ReviewIsDecided."""
    campaign = await queries.locked(session, review_id)
    campaign.must_be_undecided()
    await judging.draw(session, review_id)
    counted = await judging.counts(session, review_id)
    campaign.state = "listed"
    campaign.version += 1
    await session.flush()
    await audit.record(session, by, "review.listed", "review", review_id, {"households": sum(counted.values())})


async def classify(session: AsyncSession, review_id: UUID, *, by: Actor) -> None:
    """Compute the class of every household scored. Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed."""
    campaign = await queries.locked(session, review_id)
    campaign.must_be_listed()
    await judging.classify(session, review_id)
    campaign.version += 1
    await session.flush()
    await audit.record(
        session, by, "review.classified", "review", review_id, {**await judging.counts(session, review_id)}
    )


async def cancel(session: AsyncSession, review_id: UUID, because: str, *, by: Actor) -> None:
    """Call a review off before its results are posted; requests that it took up wait for another.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewIsCancelled, ReviewIsPosted.
    """
    campaign = await queries.locked(session, review_id)
    campaign.must_be_undecided()
    if await session.scalar(_IS_POSTED, {"id": review_id}):
        raise ReviewIsPosted
    campaign.state = "cancelled"
    campaign.cancelled_by, campaign.cancelled_at, campaign.cancelled_because = by.subject, now(), because
    campaign.version += 1
    await session.flush()
    await session.execute(_FREE_REQUESTS, {"id": review_id})
    facts = {"code": campaign.code, **await judging.counts(session, review_id)}
    await audit.record(session, by, "review.cancelled", "review", review_id, facts, reason=because)


async def score(
    session: AsyncSession, review_id: UUID, case_id: UUID, given: schemas.FormIn, expected: int, *, by: Actor
) -> None:
    """Keep a form in place of the one before.

    Errors: ReviewNotFound, ReviewCaseNotFound, StaleVersion, ReviewIsDecided, CaseIsAgreed, AnswersDoNotFit,
    PointsNotEntered, CauseUnknown, DatesDisagree.
    """
    campaign = await queries.seen(session, review_id)
    campaign.must_be_listed()
    in_order("scored_on", given.scored_on, today())
    case = await queries.locked_case(session, review_id, case_id)
    expect_version(case.version, expected)
    rules = await standards.rules(session, rules_id=campaign.rules_id)
    points = await standards.points(session, table_id=campaign.points_id) if campaign.points_id else None
    _must_fit(given, rules, points)
    case.score(now())
    await session.flush()
    await _write(session, campaign, case, given, by)
    await session.execute(_PREPARED, {"id": review_id, "by": by.subject})
    facts = {"review_id": review_id, "round": case.round, "way": given.income.way}
    await audit.record(session, by, "review_case.scored", "review_case", case_id, facts)


async def _write(session: AsyncSession, campaign: Campaign, case: Case, given: schemas.FormIn, by: Actor) -> None:
    income = given.income
    form = {"id": new_id(), "campaign_id": campaign.id}
    row: dict[str, Any] = {
        "case_id": case.id,
        "round": case.round,
        "way": income.way,
        "income": income.income if income.way == "estimate" else None,
        "income_points": income.points if income.way == "points" else None,
        "scored_on": given.scored_on,
        "by": by.subject,
    }
    await session.execute(_SUPERSEDE, {"id": case.id})
    await session.execute(_FORM, form | row)
    deprived = [code for code, lacking in given.deprived.items() if lacking]
    await session.execute(_DEPRIVATIONS, {**form, "rules_id": campaign.rules_id, "codes": deprived})
    await session.execute(_CAUSES, {**form, "codes": sorted(set(given.causes))})
    if income.way == "items":
        await session.execute(_ITEMS, {**form, "points_id": campaign.points_id, "codes": sorted(set(income.items))})


def _must_fit(given: schemas.FormIn, rules: Rules, points: PointTable | None) -> None:
    wrong = set(given.deprived) ^ set(rules.indicators)
    income = given.income
    if income.way != "estimate" and (points is None or (income.way == "items" and not points.items)):
        raise PointsNotEntered
    if income.way == "items" and points is not None:
        wrong |= set(income.items) - set(points.items)
    if wrong:
        raise AnswersDoNotFit(codes=", ".join(sorted(wrong)))
