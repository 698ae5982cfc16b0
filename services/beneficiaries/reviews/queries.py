"""Reads of reviews; a fixed number of statements for a list of any length."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.review_terms import queries as terms
from services.beneficiaries.reviews import judging, schemas
from services.beneficiaries.reviews.errors import ReviewCaseNotFound, ReviewNotFound
from services.beneficiaries.reviews.explaining import explain
from services.beneficiaries.reviews.models import UNDECIDED, Campaign, Case
from services.beneficiaries.reviews.scoring import Form, judge
from services.beneficiaries.standards import queries as standards

_REVIEWS = Keyset((Campaign.id,), (UUID,), descending=True)
_CASES = Keyset((Case.id,), (UUID,))
_LINES = text(
    """
    select c.id, c.household_id, h.code as household_code, coalesce(head.full_name, '') as head_name, c.village,
           c.origin, c.status_before, c.state, c.round, c.class as status, c.outcome, c.version,
           c.campaign_id as review_id
    from review_cases c
    join households h on h.id = c.household_id
    left join lateral (
        select p.full_name from memberships m join people p on p.id = m.person_id
        where m.household_id = h.id and m.relation = 'head' and m.left_on is null and m.recorded_to is null
    ) head on true
    where c.id = any(:ids) order by c.id
    """
)
_FORM = text(
    """
    select f.round, f.way, f.income, f.income_points, f.scored_on, f.scored_by, f.scored_at,
           array(select i.item from review_form_items i where i.form_id = f.id order by 1) as items,
           array(select d.indicator from review_form_deprivations d where d.form_id = f.id order by 1) as deprived,
           array(select c.cause from review_form_causes c where c.form_id = f.id order by 1) as causes
    from review_forms f where f.case_id = :id and f.superseded_at is null
    """
)


async def locked(session: AsyncSession, review_id: UUID) -> Campaign:
    """Return a review that no other transaction may change meanwhile. Errors: ReviewNotFound."""
    found = await session.scalar(select(Campaign).where(Campaign.id == review_id).with_for_update())
    if found is None:
        raise ReviewNotFound
    return found


async def seen(session: AsyncSession, review_id: UUID) -> Campaign:
    """Return a review without a lock. Errors: ReviewNotFound."""
    found = await session.scalar(select(Campaign).where(Campaign.id == review_id))
    if found is None:
        raise ReviewNotFound
    return found


async def locked_case(session: AsyncSession, review_id: UUID, case_id: UUID) -> Case:
    """Errors: ReviewCaseNotFound."""
    wanted = select(Case).where(Case.id == case_id, Case.campaign_id == review_id).with_for_update()
    found = await session.scalar(wanted)
    if found is None:
        raise ReviewCaseNotFound
    return found


async def page(
    session: AsyncSession, query: schemas.ReviewQuery, today: date
) -> tuple[list[schemas.ReviewLine], str | None]:
    """Return the caller's reviews, newest first, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = select(Campaign, AreaVersion).join(
        AreaVersion, AreaVersion.id == Campaign.area_id
    )
    for column, value in (
        (AreaVersion.code, query.area),
        (Campaign.kind, query.kind),
        (Campaign.year, query.year),
        (Campaign.state, query.state),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if query.overdue is not None:
        late = (Campaign.due_on < today) & Campaign.state.in_(UNDECIDED)
        wanted = wanted.where(late if query.overdue else ~late)
    rows, following = await _REVIEWS.rows(session, wanted, query, lambda row: [row[0].id])
    return [schemas.ReviewLine(**_line(campaign, area, today)) for campaign, area in rows], following


async def one(session: AsyncSession, review_id: UUID, today: date) -> schemas.Review:
    """Errors: ReviewNotFound."""
    campaign = await seen(session, review_id)
    area = await session.get_one(AreaVersion, campaign.area_id)
    counted = await judging.counts(session, review_id)
    of = await terms.terms(session, terms_id=campaign.terms_id)
    rules = await standards.rules(session, rules_id=campaign.rules_id)
    points = await standards.points(session, table_id=campaign.points_id) if campaign.points_id else None
    return schemas.Review(
        **_line(campaign, area, today),
        standard=campaign.standard,
        rules_version=rules.version,
        points_version=points and points.version,
        urban=campaign.urban,
        list_on=campaign.list_on,
        posting_days=of.posting_days,
        agreement_percent=of.agreement_percent,
        households=schemas.CaseCounts(**{state: counted.get(state, 0) for state in schemas.CaseCounts.model_fields}),
        opened_by=campaign.opened_by,
        decided_by=campaign.decided_by,
        decided_on=campaign.decided_on,
        decision_number=campaign.decision_number,
        valid_from=campaign.valid_from,
        cancelled_by=campaign.cancelled_by,
        cancelled_because=campaign.cancelled_because,
    )


async def cases(
    session: AsyncSession, review_id: UUID, query: schemas.CaseQuery
) -> tuple[list[schemas.CaseLine], str | None]:
    """Return the households of a review in the order of its list, and the next cursor. Errors: ReviewNotFound."""
    await seen(session, review_id)
    wanted: Select[*tuple[Any, ...]] = select(Case.id).where(Case.campaign_id == review_id)
    for column, value in ((Case.state, query.state), (Case.village, query.village), (Case.judged, query.status)):
        if value is not None:
            wanted = wanted.where(column == value)
    rows, following = await _CASES.rows(session, wanted, query, lambda row: [row.id])
    return [schemas.CaseLine(**line) for line in await _lines(session, [row.id for row in rows])], following


async def case(session: AsyncSession, review_id: UUID, case_id: UUID) -> schemas.ReviewCase:
    """Return a household in a review with its form and the reasons. Errors: ReviewNotFound, ReviewCaseNotFound."""
    campaign = await seen(session, review_id)
    found = [line | {"review_id": review_id} for line in await _lines(session, [case_id], review_id)]
    if not found:
        raise ReviewCaseNotFound
    row = (await session.execute(_FORM, {"id": case_id})).one_or_none()
    form = None if row is None else schemas.FormShown(**row._mapping)  # noqa: SLF001 - public in SQLAlchemy
    reasons = [] if form is None else await _reasons(session, campaign, form)
    return schemas.ReviewCase(**found[0], form=form, reasons=reasons)


async def _reasons(session: AsyncSession, campaign: Campaign, form: schemas.FormShown) -> list[schemas.Explained]:
    rules = await standards.rules(session, rules_id=campaign.rules_id)
    points = await standards.points(session, table_id=campaign.points_id) if campaign.points_id else None
    scored = Form(form.way, frozenset(form.deprived), form.income, form.income_points, frozenset(form.items))
    return explain(judge(scored, rules, points, urban=campaign.urban), campaign.standard)


async def _lines(session: AsyncSession, ids: list[UUID], review_id: UUID | None = None) -> list[dict[str, Any]]:
    rows = (await session.execute(_LINES, {"ids": ids})).all()
    names = schemas.CaseLine.model_fields
    return [{name: getattr(row, name) for name in names} for row in rows if review_id in {None, row.review_id}]


def _line(campaign: Campaign, area: AreaVersion, today: date) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "code": campaign.code,
        "area": AreaName(id=area.id, code=area.code, name=area.name),
        "kind": campaign.kind,
        "year": campaign.year,
        "month": campaign.month or None,
        "state": campaign.state,
        "opens_on": campaign.opens_on,
        "due_on": campaign.due_on,
        "overdue": campaign.state in UNDECIDED and campaign.due_on < today,
        "version": campaign.version,
    }
