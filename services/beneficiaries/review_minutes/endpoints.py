"""`/v1/beneficiaries/review-minutes`: the signed minutes of village meetings, scanned or written."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.database import Database, Reader
from kit.files import Files
from kit.http import Page, router, row_id, set_next_link
from kit.problems import TooLarge, problems
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, RegistryReader, row_scope
from services.beneficiaries.review_minutes import actions, errors, queries
from services.beneficiaries.review_minutes.schemas import MEDIA, Minutes, MinutesQuery, MinutesUpload
from services.beneficiaries.review_minutes.sniffing import minutes_kind
from services.beneficiaries.reviews.errors import ReviewIsCancelled, ReviewIsDecided

minutes = router("review-minutes", "Poverty reviews")
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
# The least that is taken for a document; a scan is chosen as a file.
_SCAN: Final = {"examples": {"a scan": {"value": "%PDF-1.7\n%%EOF\n"}}}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {media: {**_BINARY, **_SCAN} for media in MEDIA.values()}}
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file", "content": dict.fromkeys(MEDIA.values(), _BINARY)}
}


@minutes.post(
    "",
    status_code=201,
    operation_id="add_review_minutes",
    summary="Keep a file as the minutes of a village meeting",
    responses=problems(
        ReviewIsCancelled,
        ReviewIsDecided,
        TooLarge,
        errors.MeetingNotFound,
        errors.MinutesAlreadyKept,
        errors.MinutesKindUnknown,
    ),
    openapi_extra=_BODY,
)
async def add_review_minutes(
    query: Annotated[MinutesUpload, Query()], by: Registrar, request: Request, response: Response
) -> Minutes:
    """Keep the body as it is, encrypted: a PDF, a JPEG or PNG picture, or a DOCX document, of 15 MiB at most.

    What it is shows in its content, whatever the header says. A meeting may have several, a picture for each page; the
    same file twice is refused, so no `Idempotency-Key` is needed. Until the review is decided.
    """
    files: Files = request.app.state.files
    database: Database = request.app.state.database
    async with database.transaction(row_scope(by), read_only=True) as session:
        await actions.may_add(session, query.meeting_id)
    most = request.app.state.settings.minutes_max_bytes
    async with files.entering("review-minutes", request.stream(), most=most) as stored:
        kind = await minutes_kind(files, stored)
        async with database.transaction(row_scope(by)) as session:
            kept = await actions.add(session, query, stored, kind, by=by)
    response.headers["Location"] = f"{request.url.path}/{kept.id}"
    return kept


@minutes.get(
    "",
    operation_id="list_review_minutes",
    summary="List the minutes of a village meeting",
    responses=problems(errors.MeetingNotFound),
)
async def list_review_minutes(
    query: Annotated[MinutesQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Minutes]:
    """Give what files there are of a meeting, in the order in which they were added."""
    items, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@minutes.get(
    "/{minutes_id}",
    operation_id="fetch_review_minutes",
    summary="Fetch a file of minutes",
    response_class=StreamingResponse,
    responses={**_FILE, **problems(errors.MinutesNotFound)},
)
async def fetch_review_minutes(
    minutes_id: Annotated[
        UUID, row_id("The `id` of the file, as the list of minutes gives it", "a scan", examples.MINUTES)
    ],
    session: Reader,
    _by: RegistryReader,
    request: Request,
) -> StreamingResponse:
    """Give the file as it was sent, to be saved and not to be shown within a page."""
    row = await queries.kept(session, minutes_id)
    files: Files = request.app.state.files
    headers = {
        "Content-Disposition": f'attachment; filename="bien-ban-{minutes_id}.{row.kind}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(files.read(row.place), media_type=MEDIA[row.kind], headers=headers)
