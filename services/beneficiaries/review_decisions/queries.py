"""Reads of decisions and certificates."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Select, Table, Text, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.review_decisions import schemas
from services.beneficiaries.review_decisions.errors import CertificateIsVoid, CertificateNotFound, NoRefusal
from services.beneficiaries.review_decisions.paper import Certificate
from services.beneficiaries.reviews import queries as reviews

_CERTIFICATES = Table(
    "poverty_certificates",
    MetaData(),
    Column("id", Uuid),
    Column("campaign_id", Uuid),
    Column("void_on", Date),
    Column("code", Text),
)
_ORDER: Final = Keyset((_CERTIFICATES.c.id,), (UUID,))
_READY = text(
    """
    select count(*) filter (where c.state <> 'agreed') as unagreed,
           count(*) filter (where c.state = 'agreed'
               and (p.posted_until is null or p.posted_until >= :today)) as unposted,
           (select count(*) from review_complaints k where k.campaign_id = :id and k.answer is null) as unanswered,
           max(p.posted_until) as posted_until
    from review_cases c
    left join review_posting_lines l on l.case_id = c.id and l.round = c.round
    left join review_postings p on p.id = l.posting_id
    where c.campaign_id = :id and c.state <> 'decided'
    """
)
_OUTCOMES = text("select outcome, count(*) as many from review_cases where campaign_id = :id group by outcome")
_LINES = text("select t.*, t.class as status from poverty_certificates t where t.id = any(:ids) order by t.id")
# It holds as long as nobody voided it and what it says is still what is known, on its first day or today.
_VERIFY = text(
    """
    select t.code, a.name as commune, r.year, t.void_on is null and exists (
        select from poverty_statuses s where s.household_id = t.household_id and s.recorded_to is null
        and s.status = t.class and s.decision_number = r.decision_number
        and s.valid_from <= greatest(:today, r.valid_from)
        and (s.valid_to is null or s.valid_to > greatest(:today, r.valid_from))) as holds
    from poverty_certificates t join review_campaigns r on r.id = t.campaign_id join areas a on a.id = r.area_id
    where t.code = :code
    """
)


_PAPER = text(
    """
    select t.code, coalesce(head.full_name, '') as head_name, c.village, a.name as commune, t.class as status, r.year,
           s.title as standard, r.decision_number, t.issued_on, r.valid_from, t.void_on
    from poverty_certificates t
    join review_cases c on c.id = t.case_id
    join review_campaigns r on r.id = t.campaign_id
    join poverty_standards s on s.code = r.standard
    join areas a on a.id = r.area_id
    left join lateral (
        select p.full_name from memberships m join people p on p.id = m.person_id
        where m.household_id = t.household_id and m.relation = 'head' and m.left_on is null and m.recorded_to is null
    ) head on true
    where t.case_id = :case and t.campaign_id = :review
    """
)


async def readiness(session: AsyncSession, review_id: UUID, today: date) -> Any:
    """Return counts of what is missing (unagreed, unposted, unanswered) and the last day of posting."""
    return (await session.execute(_READY, {"id": review_id, "today": today})).one()


async def decided(session: AsyncSession, review_id: UUID) -> schemas.ReviewDecided:
    """Return what the decision on a review did. Errors: ReviewNotFound."""
    campaign = await reviews.seen(session, review_id)
    many = {row.outcome: row.many for row in await session.execute(_OUTCOMES, {"id": review_id})}
    return schemas.ReviewDecided.model_validate(
        {
            "review_id": review_id,
            "decision_number": campaign.decision_number,
            "decided_on": campaign.decided_on,
            "decided_by": campaign.decided_by,
            "valid_from": campaign.valid_from,
            "standard": campaign.standard,
            "certificates": many.get("certificate", 0),
            "refusals": many.get("refusal", 0),
            "left": many.get("left", 0),
            "moved": many.get("moved", 0),
        }
    )


async def certificates(
    session: AsyncSession, review_id: UUID, query: schemas.CertificateQuery
) -> tuple[list[schemas.CertificateLine], str | None]:
    """Errors: ReviewNotFound."""
    await reviews.seen(session, review_id)
    wanted: Select[*tuple[Any, ...]] = select(_CERTIFICATES.c.id).where(_CERTIFICATES.c.campaign_id == review_id)
    if query.void is not None:
        wanted = wanted.where(_CERTIFICATES.c.void_on.is_not(None) == query.void)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row.id])
    found = await session.execute(_LINES, {"ids": [row.id for row in rows]})
    names = schemas.CertificateLine.model_fields
    return [schemas.CertificateLine(**{name: getattr(row, name) for name in names}) for row in found], following


async def line(session: AsyncSession, code: str) -> schemas.CertificateLine:
    """Errors: CertificateNotFound."""
    found = await session.scalar(select(_CERTIFICATES.c.id).where(_CERTIFICATES.c.code == code))
    row = (await session.execute(_LINES, {"ids": [found]})).one_or_none() if found else None
    if row is None:
        raise CertificateNotFound
    names = schemas.CertificateLine.model_fields
    return schemas.CertificateLine(**{name: getattr(row, name) for name in names})


async def paper(session: AsyncSession, review_id: UUID, case_id: UUID) -> Certificate:
    """Return what stands on a certificate. Errors: ReviewNotFound, CertificateNotFound, CertificateIsVoid."""
    await reviews.seen(session, review_id)
    row = (await session.execute(_PAPER, {"review": review_id, "case": case_id})).one_or_none()
    if row is None:
        raise CertificateNotFound
    if row.void_on is not None:
        raise CertificateIsVoid
    return Certificate(**{name: getattr(row, name) for name in Certificate.__dataclass_fields__})


async def verified(session: AsyncSession, code: str, today: date) -> schemas.Verified:
    """Errors: CertificateNotFound."""
    row = (await session.execute(_VERIFY, {"code": code, "today": today})).one_or_none()
    if row is None:
        raise CertificateNotFound
    return schemas.Verified(code=row.code, state="valid" if row.holds else "void", commune=row.commune, year=row.year)


async def refusal(session: AsyncSession, review_id: UUID, case_id: UUID) -> schemas.Refusal:
    """Return the refusal of a request with its reasons. Errors: ReviewNotFound, ReviewCaseNotFound, NoRefusal."""
    campaign = await reviews.seen(session, review_id)
    case = await reviews.case(session, review_id, case_id)
    if case.outcome != "refusal":
        raise NoRefusal
    area = await session.get_one(AreaVersion, campaign.area_id)
    return schemas.Refusal.model_validate(
        {
            "review_id": review_id,
            "case_id": case_id,
            "household_id": case.household_id,
            "area": AreaName(id=area.id, code=area.code, name=area.name),
            "decision_number": campaign.decision_number,
            "decided_on": campaign.decided_on,
            "standard": campaign.standard,
            "reasons": case.reasons,
        }
    )
