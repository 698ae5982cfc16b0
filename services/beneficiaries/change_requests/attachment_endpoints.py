"""Files that come with change requests, at an address of their own: they may be larger than what else is sent."""

from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.database import Database, Session
from kit.files import Files
from kit.http import router, row_id
from kit.problems import TooLarge, problems
from services.beneficiaries import examples
from services.beneficiaries.auth import ChangeReader, Proposer, row_scope
from services.beneficiaries.change_requests import attaching, errors
from services.beneficiaries.change_requests.schemas import AttachmentQuery, AttachmentShown

attachments = router("change-request-attachments", "Change requests")
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {**_BINARY, "examples": {"the beginning of one": {"value": "%PDF-1.7"}}}
        },
    }
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), _BINARY),
    }
}


@attachments.post(
    "",
    status_code=201,
    operation_id="attach_to_change_request",
    summary="Attach a file to a change request",
    responses=problems(
        errors.ChangeRequestNotFound,
        errors.ProposerOnly,
        errors.AttachmentAlreadyThere,
        errors.ChangeRequestStepRefused,
        errors.AttachmentKindRefused,
        errors.TooManyAttachments,
        TooLarge,
    ),
    openapi_extra=_BODY,
)
async def attach_to_change_request(
    query: Annotated[AttachmentQuery, Query()], by: Proposer, request: Request, response: Response
) -> AttachmentShown:
    """Take a PDF, JPEG or PNG of at most 8 MiB as the body, from who proposed the change, until it is decided.

    What the file is shows its content, not its name. It is kept encrypted. The same file sent twice is kept once: no
    `Idempotency-Key` is needed. A request takes ten files.
    """
    state = request.app.state
    database: Database = state.database
    files: Files = state.files
    most = state.settings.attachment_max_bytes
    shown = await attaching.attach(database, row_scope(by), files, request.stream(), query, most=most, by=by)
    response.headers["Location"] = f"{request.url.path}/{shown.id}"
    return shown


@attachments.get(
    "/{attachment_id}",
    operation_id="fetch_change_request_attachment",
    summary="Fetch a file of a change request",
    response_class=StreamingResponse,
    responses={**_FILE, **problems(errors.AttachmentNotFound)},
)
async def fetch_change_request_attachment(
    attachment_id: Annotated[
        UUID,
        row_id("The attachment's `id`, as its request lists it", "a file", examples.CHANGE_REQUEST_ATTACHMENT),
    ],
    session: Session,
    by: ChangeReader,
    request: Request,
) -> StreamingResponse:
    """Give the file to who sent it and to those who decide on such requests; that it was fetched is recorded."""
    found = await attaching.fetch(session, attachment_id, by=by)
    files: Files = request.app.state.files
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(files.read(found.place), media_type=found.media_type, headers=headers)
