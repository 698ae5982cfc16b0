"""Keep a file as the minutes of a meeting."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.files import Stored
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.review_minutes import queries
from services.beneficiaries.review_minutes.schemas import Kind, Minutes, MinutesUpload
from services.beneficiaries.reviews import queries as reviews

_INSERT = text(
    "insert into review_minutes (id, meeting_id, campaign_id, kind, size, digest, place, added_by)"
    " values (:id, :meeting_id, :review_id, :kind, :size, :digest, :place, :by)"
)


async def may_add(session: AsyncSession, meeting_id: UUID) -> None:
    """Errors: MeetingNotFound, ReviewIsDecided, ReviewIsCancelled."""
    (await reviews.seen(session, await queries.review_of(session, meeting_id))).must_be_undecided()


async def add(session: AsyncSession, query: MinutesUpload, stored: Stored, kind: Kind, *, by: Actor) -> Minutes:
    """Errors: MeetingNotFound, ReviewIsDecided, ReviewIsCancelled; MinutesAlreadyKept by constraint."""
    review_id = await queries.review_of(session, query.meeting_id)
    (await reviews.locked(session, review_id)).must_be_undecided()
    minutes_id = query.id or new_id()
    file = {"meeting_id": query.meeting_id, "kind": kind, "size": stored.size}
    row = {"id": minutes_id, "review_id": review_id, "digest": stored.digest, "place": stored.place, "by": by.subject}
    await session.execute(_INSERT, file | row)
    facts = {**file, "review_id": review_id, "sha256": stored.digest.hex()}
    await audit.record(session, by, "review_minutes.added", "review_minutes", minutes_id, facts)
    return (await queries.shown(session, [minutes_id]))[0]
