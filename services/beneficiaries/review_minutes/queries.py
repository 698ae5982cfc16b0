"""Files of minutes, of the reviews that the caller may see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.review_minutes.errors import MeetingNotFound, MinutesNotFound
from services.beneficiaries.review_minutes.schemas import Minutes, MinutesQuery

_MINUTES = table("review_minutes", column("id", Uuid), column("meeting_id", Uuid))
_BY_ID = Keyset((_MINUTES.c.id,), (UUID,))
_MEETING = text("select campaign_id from review_meetings where id = :id")
_SHOWN = text(
    "select id, meeting_id, kind, size, encode(digest, 'hex') as sha256, added_by, added_at from review_minutes"
    " where id = any(:ids) order by id"
)
_PLACE = text("select kind, place from review_minutes where id = :id")


async def review_of(session: AsyncSession, meeting_id: UUID) -> UUID:
    """Return the review of a meeting. Errors: MeetingNotFound."""
    found: UUID | None = await session.scalar(_MEETING, {"id": meeting_id})
    if found is None:
        raise MeetingNotFound
    return found


async def shown(session: AsyncSession, ids: list[UUID]) -> list[Minutes]:
    rows = await session.execute(_SHOWN, {"ids": ids})
    return [Minutes(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


async def page(session: AsyncSession, query: MinutesQuery) -> tuple[list[Minutes], str | None]:
    """Errors: MeetingNotFound."""
    await review_of(session, query.meeting_id)
    wanted: Select[*tuple[Any, ...]] = select(_MINUTES.c.id).where(_MINUTES.c.meeting_id == query.meeting_id)
    rows, following = await _BY_ID.rows(session, wanted, query, lambda row: [row.id])
    return await shown(session, [row.id for row in rows]), following


async def kept(session: AsyncSession, minutes_id: UUID) -> Any:
    """Return kind and place of a file. Errors: MinutesNotFound."""
    row = (await session.execute(_PLACE, {"id": minutes_id})).one_or_none()
    if row is None:
        raise MinutesNotFound
    return row
