"""`/v1/beneficiaries/villages`: public to read, kept by whoever keeps the areas."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, row_id, set_next_link
from kit.problems import language_of, problems
from kit.values.dates import today
from services.beneficiaries import examples
from services.beneficiaries.auth import AreaKeeper
from services.beneficiaries.errors import AreaNotFound, AreaNotInForce, DatesDisagree
from services.beneficiaries.villages import actions, errors, loading, queries
from services.beneficiaries.villages.schemas import (
    CSV_EXAMPLE,
    ImportQuery,
    ImportReport,
    Village,
    VillageChange,
    VillageIn,
    VillageQuery,
)

villages = router("villages", "Villages")
VillageId = Annotated[
    UUID,
    row_id("The village's `id`, as a list gave it", "Bản Nà Bó", examples.VILLAGE),
]
_CSV = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "examples": {"two": {"value": CSV_EXAMPLE}}}},
    }
}


@villages.get("", operation_id="list_villages", summary="List the villages of a commune on a day")
async def list_villages(
    query: Annotated[VillageQuery, Query()], session: Reader, request: Request, response: Response
) -> Page[Village]:
    """Give villages by kind and name, each with the commune in which it lies on the day `as_of`.

    A village follows its commune through mergers and renamings, and through a split into the part that the act named;
    where none was named its `area` is null. No sign-in is needed.
    """
    items, following = await queries.page(session, query, query.as_of or today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@villages.post(
    "",
    status_code=201,
    operation_id="add_village",
    summary="List a village",
    responses=problems(AreaNotFound, AreaNotInForce, errors.VillageAlreadyListed),
)
async def add_village(
    given: Annotated[VillageIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Village:
    """Put a village on its commune's list from a day on.

    Once a commune has a list, its households are registered in villages of the list, by any spelling known.
    """
    village_id = await actions.add(session, given, by=by)
    made = await queries.one(session, village_id, today())
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"{request.url.path}/{village_id}"
    return made


@villages.post(
    "/imports",
    operation_id="import_villages",
    summary="List villages from a CSV file",
    responses=problems(errors.CsvExpected, errors.CsvUnreadable, errors.CsvColumnsWrong, errors.VillageAlreadyListed),
    openapi_extra=_CSV,
)
async def import_villages(
    query: Annotated[ImportQuery, Query()], session: Session, by: AreaKeeper, request: Request
) -> ImportReport:
    """Read a file of villages row by row: columns `area_code` and `name`; `kind`, `aliases` and `valid_from` if wanted.

    UTF-8, with commas or semicolons; other spellings are parted by `|`; a name that begins with its kind needs no
    `kind`. A refused row is told with its line, column and reason and nothing of it is written; all others are. The
    same file sent again changes nothing. `dry_run=true` only tells.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise errors.CsvExpected
    language = language_of(request.headers.get("accept-language"))
    return await loading.load(session, request.stream(), query, language=language, by=by)


@villages.get(
    "/{village_id}",
    operation_id="read_village",
    summary="Read a village",
    responses=problems(errors.VillageNotFound),
)
async def read_village(village_id: VillageId, session: Reader, response: Response) -> Village:
    """Give a village with the commune in which it lies today, and its version as `ETag`. No sign-in is needed."""
    found = await queries.one(session, village_id, today())
    response.headers["ETag"] = etag(found.version)
    return found


@villages.patch(
    "/{village_id}",
    operation_id="change_village",
    summary="Rename or end a village",
    responses=problems(errors.VillageNotFound, DatesDisagree, errors.VillageAlreadyListed),
)
async def change_village(
    village_id: VillageId,
    given: Annotated[VillageChange, Body()],
    session: Session,
    by: AreaKeeper,
    version: IfMatch,
    response: Response,
) -> Village:
    """Change name, kind, other spellings or last day of the version named in `If-Match`; what is absent stays.

    A former name stays among the spellings, so that households recorded under it are still found.
    """
    await actions.change(session, village_id, given, version, by=by)
    changed = await queries.one(session, village_id, today())
    response.headers["ETag"] = etag(changed.version)
    return changed
