"""Files that come with a change request: from who proposed it, to them and to those who decide."""

from collections.abc import AsyncIterable
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.database import Database, RowScope
from kit.files import Files, Stored, kind_of
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.change_requests import queries, schemas
from services.beneficiaries.change_requests.errors import AttachmentKindRefused, TooManyAttachments
from services.beneficiaries.change_requests.models import Attachment

_FOLDER: Final = "change-requests"
_TYPES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
MOST: Final = 10


async def attach(
    database: Database,
    scope: RowScope,
    files: Files,
    content: AsyncIterable[bytes],
    query: schemas.AttachmentQuery,
    *,
    most: int,
    by: Actor,
) -> schemas.AttachmentShown:
    """Store a file and enter it; the same file sent again is the one that is there. No transaction waits for it.

    Errors: ChangeRequestNotFound, ProposerOnly, ChangeRequestStepRefused, TooManyAttachments, TooLarge,
    AttachmentKindRefused; by constraint AttachmentAlreadyThere. Nothing is left of a file that was refused.
    """
    async with database.transaction(scope) as session:
        await _must_take(session, query.change_request, by)
    async with files.entering(_FOLDER, content, most=most) as stored:
        async with database.transaction(scope) as session:
            entered = await _enter(session, stored, query, by)
            shown = queries.attachment(entered)
        if entered.place != stored.place:
            await files.forget(stored.place)
    return shown


async def fetch(session: AsyncSession, attachment_id: UUID, *, by: Actor) -> Attachment:
    """Return where a file is, and record who looked. Errors: AttachmentNotFound."""
    found = await queries.one_attachment(session, attachment_id, by=by)
    facts = {"change_request": found.request_id}
    await audit.record(session, by, "change_request.attachment_read", "change_request_attachment", found.id, facts)
    return found


async def _must_take(session: AsyncSession, request_id: UUID, by: Actor) -> int:
    """Lock a request that takes files, and return how many it has."""
    request = await queries.locked(session, request_id)
    request.must_be_open_to(by)
    return len(await queries.attached(session, request_id))


async def _enter(session: AsyncSession, stored: Stored, query: schemas.AttachmentQuery, by: Actor) -> Attachment:
    there = await _must_take(session, query.change_request, by)
    for same in await queries.attached(session, query.change_request, stored.digest):
        return same
    if there >= MOST:
        raise TooManyAttachments(most=MOST)
    media_type = kind_of(stored.head)
    if media_type not in _TYPES:
        raise AttachmentKindRefused
    made = Attachment(
        id=query.id or new_id(),
        request_id=query.change_request,
        name=query.name,
        media_type=media_type,
        size=stored.size,
        digest=stored.digest,
        place=stored.place,
        sent_by=by.subject,
    )
    session.add(made)
    await session.flush()
    facts = {"attachment": made.id, "media_type": media_type, "size": stored.size}
    await audit.record(session, by, "change_request.attached", "change_request", made.request_id, facts)
    return made
