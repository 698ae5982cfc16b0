"""Postings for the public in their days, and for those who answer for the review."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Select, Table, Text, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.review_postings.errors import ComplaintNotFound, PostingNotFound
from services.beneficiaries.review_postings.schemas import (
    Complaint,
    ComplaintQuery,
    PostedLine,
    Posting,
    PublicPosting,
    PublicQuery,
)
from services.beneficiaries.reviews import queries as reviews
from services.beneficiaries.reviews.explaining import CLASSES
from services.beneficiaries.reviews.models import Campaign

_META: Final = MetaData()
_POSTINGS = Table(
    "review_postings",
    _META,
    Column("id", Uuid),
    Column("campaign_id", Uuid),
    Column("posted_from", Date),
    Column("posted_until", Date),
    Column("place", Text),
)
_LINES = Table("review_posting_lines", _META, Column("posting_id", Uuid), Column("case_id", Uuid))
_COMPLAINTS = Table("review_complaints", _META, Column("id", Uuid), Column("campaign_id", Uuid), Column("answer", Text))
_BY_POSTING = Keyset((_POSTINGS.c.id,), (UUID,))
_BY_CASE = Keyset((_LINES.c.case_id,), (UUID,))
_BY_COMPLAINT = Keyset((_COMPLAINTS.c.id,), (UUID,))
_SHOWN = text(
    "select p.*, p.campaign_id as review_id, count(l.case_id) as households from review_postings p"
    " left join review_posting_lines l on l.posting_id = p.id where p.id = any(:ids) group by p.id order by p.id"
)
# The result of the round that was posted; a household sent back since then shows none.
_POSTED = text(
    """
    select coalesce(head.full_name, '') as head_name, c.village, c.class as status
    from review_posting_lines l
    join review_cases c on c.id = l.case_id and c.round = l.round and c.class is not null
    left join lateral (
        select p.full_name, p.id from memberships m join people p on p.id = m.person_id
        where m.household_id = c.household_id and m.relation = 'head' and m.left_on is null and m.recorded_to is null
    ) head on true
    where l.posting_id = :id and c.id = any(:ids) and not coalesce(person_is_restricted(head.id), false) order by c.id
    """
)
_COMPLAINT = text(
    "select k.*, k.campaign_id as review_id from review_complaints k where k.id = any(:ids) order by k.id"
)


async def up(session: AsyncSession, query: PublicQuery, today: date) -> tuple[list[PublicPosting], str | None]:
    """Return what is posted on this day, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = (
        select(_POSTINGS, AreaVersion.id.label("area_id"), AreaVersion.code, AreaVersion.name)
        .join(Campaign, Campaign.id == _POSTINGS.c.campaign_id)
        .join(AreaVersion, AreaVersion.id == Campaign.area_id)
        .where(_POSTINGS.c.posted_from <= today, _POSTINGS.c.posted_until >= today)
    )
    if query.area is not None:
        wanted = wanted.where(AreaVersion.code == query.area)
    rows, following = await _BY_POSTING.rows(session, wanted, query, lambda row: [row.id])
    return [_public(row) for row in rows], following


async def lines(
    session: AsyncSession, posting_id: UUID, query: ListQuery, today: date
) -> tuple[list[PostedLine], str | None]:
    """Return the results of a posting in its days. Errors: PostingNotFound."""
    posting = (await session.execute(select(_POSTINGS).where(_POSTINGS.c.id == posting_id))).one_or_none()
    if posting is None or not posting.posted_from <= today <= posting.posted_until:
        raise PostingNotFound
    wanted: Select[*tuple[Any, ...]] = select(_LINES.c.case_id).where(_LINES.c.posting_id == posting_id)
    rows, following = await _BY_CASE.rows(session, wanted, query, lambda row: [row.case_id])
    found = await session.execute(_POSTED, {"id": posting_id, "ids": [row.case_id for row in rows]})
    return [PostedLine(**row._mapping, result=CLASSES[row.status]) for row in found], following  # noqa: SLF001


async def shown(session: AsyncSession, ids: list[UUID]) -> list[Posting]:
    rows = await session.execute(_SHOWN, {"ids": ids})
    return [Posting(**{name: getattr(row, name) for name in Posting.model_fields}) for row in rows]


async def page(session: AsyncSession, review_id: UUID, query: ListQuery) -> tuple[list[Posting], str | None]:
    """Errors: ReviewNotFound."""
    await reviews.seen(session, review_id)
    wanted: Select[*tuple[Any, ...]] = select(_POSTINGS.c.id).where(_POSTINGS.c.campaign_id == review_id)
    rows, following = await _BY_POSTING.rows(session, wanted, query, lambda row: [row.id])
    return await shown(session, [row.id for row in rows]), following


async def complaint(session: AsyncSession, complaint_id: UUID) -> Complaint:
    """Errors: ComplaintNotFound."""
    found = await _complaints(session, [complaint_id])
    if not found:
        raise ComplaintNotFound
    return found[0]


async def complaints(
    session: AsyncSession, review_id: UUID, query: ComplaintQuery
) -> tuple[list[Complaint], str | None]:
    """Errors: ReviewNotFound."""
    await reviews.seen(session, review_id)
    wanted: Select[*tuple[Any, ...]] = select(_COMPLAINTS.c.id).where(_COMPLAINTS.c.campaign_id == review_id)
    if query.answered is not None:
        wanted = wanted.where(_COMPLAINTS.c.answer.is_not(None) == query.answered)
    rows, following = await _BY_COMPLAINT.rows(session, wanted, query, lambda row: [row.id])
    return await _complaints(session, [row.id for row in rows]), following


async def _complaints(session: AsyncSession, ids: list[UUID]) -> list[Complaint]:
    rows = await session.execute(_COMPLAINT, {"ids": ids})
    return [Complaint(**{name: getattr(row, name) for name in Complaint.model_fields}) for row in rows]


def _public(row: Any) -> PublicPosting:
    area = AreaName(id=row.area_id, code=row.code, name=row.name)
    return PublicPosting(
        id=row.id, area=area, posted_from=row.posted_from, posted_until=row.posted_until, place=row.place
    )
