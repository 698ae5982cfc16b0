"""`/v1/beneficiaries/exports`: any list as a file, for who asked for it."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Body, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.database import Reader, Session
from kit.files import Files
from kit.http import IdempotencyKey, ListQuery, Page, router, row_id, set_next_link
from kit.problems import Forbidden, Invalid, problems
from services.beneficiaries import examples
from services.beneficiaries.auth import RegistryReader, row_scope
from services.beneficiaries.exports import actions, errors, queries
from services.beneficiaries.exports.catalogue import LISTS
from services.beneficiaries.exports.schemas import Export, ExportableList, ExportableLists, ExportIn

exports = router("exports", "Exports")
ExportId = Annotated[
    UUID,
    row_id("The export's `id`, as asking for it gave it", "an officer's", examples.EXPORT),
]
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()
        },
    }
}


@exports.post(
    "",
    status_code=202,
    operation_id="ask_for_export",
    summary="Ask for a list as a file",
    responses=problems(errors.ListUnknown, Invalid, Forbidden),
)
async def ask_for_export(
    given: Annotated[ExportIn, Body()],
    session: Session,
    by: RegistryReader,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Export:
    """Have a list written to a file in the background, with the filters of its page; ask the export whether it is done.

    It holds what the caller would see in the list, page by page: rows of the caller's area, identity numbers and
    telephones masked. In CSV an apostrophe stands before text that a spreadsheet would take for a formula. Only the
    caller can fetch it, and only for some days. Asking, making and fetching are each in the audit log.
    """
    days = request.app.state.settings.export_days
    export = await actions.ask(session, given, scope=row_scope(by), by=by, days=days)
    response.headers["Location"] = f"{request.url.path}/{export.id}"
    return queries.shown(export)


@exports.get("", operation_id="list_exports", summary="List one's own exports")
async def list_exports(
    query: Annotated[ListQuery, Query()], session: Reader, _by: RegistryReader, request: Request, response: Response
) -> Page[Export]:
    """Give the caller's exports whose time is not over, newest first."""
    items, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@exports.get("/lists", operation_id="list_exportable_lists", summary="What can be exported")
async def list_exportable_lists(by: RegistryReader) -> ExportableLists:
    """Give the lists that the caller may export, with their filters and columns."""
    return ExportableLists(
        items=[
            ExportableList(name=name, filters=wanted.filters, columns=wanted.columns)
            for name, wanted in LISTS.items()
            if by.may(wanted.needs)
        ]
    )


@exports.get(
    "/{export_id}",
    operation_id="read_export",
    summary="Whether an export is done",
    responses=problems(errors.ExportNotFound),
)
async def read_export(export_id: ExportId, session: Reader, _by: RegistryReader) -> Export:
    """Give one of the caller's own exports: whether its file is there, how many rows it has, and until when."""
    return await queries.one(session, export_id)


@exports.get(
    "/{export_id}/file",
    operation_id="fetch_export",
    summary="Fetch the file of an export",
    response_class=StreamingResponse,
    responses={**_FILE, **problems(errors.ExportNotFound, errors.ExportNotReady)},
)
async def fetch_export(
    export_id: ExportId, session: Session, by: RegistryReader, request: Request
) -> StreamingResponse:
    """Give the file to who asked for the export; that it was fetched is in the audit log."""
    export = await actions.fetch(session, export_id, by=by)
    files: Files = request.app.state.files
    headers = {
        "Content-Disposition": f'attachment; filename="{export.list}.{export.format}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(files.read(export.place or ""), media_type=_MEDIA[export.format], headers=headers)
