from typing import Any
from uuid import UUID

from sqlalchemy import Select, column, select, table, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.review_meetings.schemas import Meeting, MeetingQuery
from services.beneficiaries.reviews import queries as reviews

_ID = column("id", PG_UUID(as_uuid=True))
_TABLE = table("review_meetings", _ID, column("campaign_id", PG_UUID(as_uuid=True)), column("village"))
_ORDER = Keyset((_ID,), (UUID,))
_SHOWN = text(
    "select m.*, m.campaign_id as review_id, count(v.case_id) filter (where v.passed) as agreed,"
    "  count(v.case_id) filter (where not v.passed) as sent_back"
    " from review_meetings m left join review_votes v on v.meeting_id = m.id where m.id = any(:ids)"
    " group by m.id order by m.id"
)


async def shown(session: AsyncSession, ids: list[UUID]) -> list[Meeting]:
    rows = await session.execute(_SHOWN, {"ids": ids})
    return [Meeting(**{name: getattr(row, name) for name in Meeting.model_fields}) for row in rows]


async def page(session: AsyncSession, review_id: UUID, query: MeetingQuery) -> tuple[list[Meeting], str | None]:
    """Errors: ReviewNotFound."""
    await reviews.seen(session, review_id)
    wanted: Select[*tuple[Any, ...]] = select(_ID).select_from(_TABLE).where(_TABLE.c.campaign_id == review_id)
    if query.village is not None:
        wanted = wanted.where(_TABLE.c.village == query.village)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row.id])
    return await shown(session, [row.id for row in rows]), following
