"""`/v1/beneficiaries/imports`: households from files, sent by who answers for them, taken in by the worker."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from kit import tables
from kit.database import Database, Reader
from kit.files import Files
from kit.http import ListQuery, Page, router, row_id, set_next_link
from kit.problems import Language, language_of, problems
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, row_scope
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.imports import actions, errors, queries, template
from services.beneficiaries.imports.schemas import (
    FormatQuery,
    Import,
    ImportMistake,
    ImportQuery,
    Template,
    TemplateQuery,
    UploadQuery,
)

imports = router("imports", "Imports")
ImportId = Annotated[
    UUID,
    row_id("The import's `id`, as its upload gave it", "an officer's", examples.IMPORT),
]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: Final = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
_CSV_EXAMPLE: Final = (
    "Mã hộ,Mã xã,Thôn bản,Họ và tên,Giới tính,Ngày sinh,Dân tộc,Quan hệ với chủ hộ\n"
    "1,04105,Bản Nà Bó,Lò Thị Đôi,nữ,1984,Thái,chủ hộ\n"
    "1,04105,Bản Nà Bó,Cà Văn Minh,nam,20/05/2012,Thái,con\n"
)
_EMPTY: Final = "/v1/beneficiaries/imports/template?format=xlsx"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "examples": {"one household": {"value": _CSV_EXAMPLE}}},
            XLSX: {
                "schema": {"type": "string", "format": "binary"},
                "examples": {"a table": {"externalValue": _EMPTY}},
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                },
                "examples": {"a table": {"externalValue": _EMPTY}},
            },
        },
    }
}
_TABLES: Final = {"text/csv": {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string", "format": "binary"}}}
_TABLE: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The table", "content": _TABLES}}


@imports.post(
    "",
    status_code=202,
    operation_id="import_households",
    summary="Send a file of households",
    responses=problems(tables.TableKindUnknown, errors.NoRows, AreaNotFound),
    openapi_extra=_BODY,
)
async def import_households(
    query: Annotated[UploadQuery, Query()], by: Registrar, request: Request, response: Response
) -> Import:
    """Take a table of households with their members, one row for each member, and check and write it in the background.

    CSV (UTF-8, or UTF-16 with its mark; commas, semicolons or tabs) or XLSX, as the body itself or as the part `file`
    of a form. `GET /imports/template` describes the columns. A household is taken whole or not at all; ask the import
    how far it is, and fetch what was refused, with its reasons, as a table to correct and send again. The same file
    sent twice writes nothing twice: no `Idempotency-Key` is needed. `dry_run=true` checks all and writes nothing.
    """
    state = request.app.state
    files: Files = state.files
    database: Database = state.database
    language = _language(request)
    async with files.entering("imports", _content(request), most=state.settings.import_max_bytes) as stored:
        actions.must_be_a_table(stored)
        async with database.transaction(row_scope(by)) as session:
            found, kept = await actions.enter(
                session,
                stored,
                query,
                scope=row_scope(by),
                language=language,
                by=by,
                days=state.settings.import_days,
            )
            shown = queries.shown(found, language)
        if not kept:
            await files.forget(stored.place)
    response.headers["Location"] = f"{request.url.path}/{shown.id}"
    return shown


@imports.get(
    "/template",
    operation_id="read_import_template",
    summary="The columns of a file of households",
    response_model=Template,
    responses={200: {"content": {**_TABLES}}},
)
async def read_import_template(query: Annotated[TemplateQuery, Query()], request: Request) -> Any:
    """Describe every column, with the headings that are understood; or give an empty table with one example.

    No sign-in is needed.
    """
    language = _language(request)
    if query.format == "json":
        return template.described(language)
    return _file(template.table(query.format, language), query.format, "households")


@imports.get("", operation_id="list_imports", summary="List imports")
async def list_imports(
    query: Annotated[ImportQuery, Query()], session: Reader, _by: Registrar, request: Request, response: Response
) -> Page[Import]:
    """Give the imports of the caller's area, newest first, with how far each is."""
    items, following = await queries.page(session, query, _language(request))
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@imports.get(
    "/{import_id}",
    operation_id="read_import",
    summary="How far an import is",
    responses=problems(errors.ImportNotFound),
)
async def read_import(import_id: ImportId, session: Reader, _by: Registrar, request: Request) -> Import:
    """Give the state of an import and its sums: rows read = accepted + unchanged + refused once it is done."""
    return queries.shown(await queries.one(session, import_id), _language(request))


@imports.get(
    "/{import_id}/errors",
    operation_id="list_import_errors",
    summary="What was wrong, by sheet, row and column",
    responses=problems(errors.ImportNotFound),
)
async def list_import_errors(
    import_id: ImportId,
    query: Annotated[ListQuery, Query()],
    session: Reader,
    _by: Registrar,
    request: Request,
    response: Response,
) -> Page[ImportMistake]:
    """Give every mistake in the order of the file, in the language of the caller; the refused values are not shown."""
    await queries.one(session, import_id)
    items, following = await queries.mistakes(session, import_id, query, _language(request))
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@imports.get(
    "/{import_id}/refused-rows",
    operation_id="fetch_refused_rows",
    summary="The refused rows as a table to correct and send again",
    response_class=StreamingResponse,
    responses={**_TABLE, **problems(errors.ImportNotFound, errors.ReportNotReady, errors.SenderOnly)},
)
async def fetch_refused_rows(
    import_id: ImportId,
    query: Annotated[FormatQuery, Query()],
    session: Reader,
    by: Registrar,
    request: Request,
) -> StreamingResponse:
    """Give all rows of the households that were refused, as they were sent, with what is wrong in a last column.

    That column is read past when the table is sent again. Only who sent the file gets it: it holds identity numbers.
    """
    found = await queries.one(session, import_id)
    if found.sent_by != by.subject:
        raise errors.SenderOnly
    place = found.refused_csv if query.format == "csv" else found.refused_xlsx
    if place is None:
        raise errors.ReportNotReady
    files: Files = request.app.state.files
    headers = _headers(query.format, "refused-rows")
    return StreamingResponse(files.read(place), media_type=MEDIA[query.format], headers=headers)


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def _headers(kind: str, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=MEDIA[kind], headers=_headers(kind, name))


async def _content(request: Request) -> AsyncIterator[bytes]:
    """Yield the file, whether it is the body or the first file of a form. Errors: TableKindUnknown."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=1) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise tables.TableKindUnknown
            while piece := await sent.read(1 << 18):
                yield piece
        return
    async for piece in request.stream():
        yield piece
