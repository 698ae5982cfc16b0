"""`/v1/beneficiaries/needs`: what households need, raised, told beside the support that came, and closed."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from services.beneficiaries import examples
from services.beneficiaries.auth import AreaKeeper, Registrar, RegistryReader
from services.beneficiaries.errors import DatesDisagree, HouseholdNotFound
from services.beneficiaries.needs import actions, derivation, errors, queries
from services.beneficiaries.needs.schemas import (
    ClosingIn,
    DerivationIn,
    Derived,
    Need,
    NeedChange,
    NeedIn,
    NeedKind,
    NeedKindChange,
    NeedKindIn,
    NeedKinds,
    NeedQuery,
)

need_kinds = router("need-kinds", "Needs")
needs = router("needs", "Needs")
NeedId = Annotated[
    UUID,
    row_id("The need's `id`, as a list or its raising gave it", "a house", examples.NEED),
]
ClosingId = Annotated[
    UUID,
    row_id("The need's `id`, as a list or its raising gave it", "sanitation", examples.NEED_TO_CLOSE),
]
KindCode = Annotated[
    str,
    Path(pattern="^[a-z][a-z_]{0,39}$", description="Code of the kind", openapi_examples={"house": {"value": "house"}}),
]


@need_kinds.get("", operation_id="list_need_kinds", summary="The kinds of need")
async def list_need_kinds(session: Reader, _by: RegistryReader) -> NeedKinds:
    """Give every kind of need by code, with the support that answers it and the deprivations that raise it."""
    return await queries.kinds(session)


@need_kinds.post(
    "",
    status_code=201,
    operation_id="add_need_kind",
    summary="Add a kind of need",
    responses=problems(errors.NeedKindTaken),
)
async def add_need_kind(
    given: Annotated[NeedKindIn, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey, response: Response
) -> NeedKind:
    """Add a kind of need with its titles, the support that answers it and the deprivations that raise it.

    Kinds are the district administrator's to keep; nothing of them is fixed in the program.
    """
    made = await actions.add_kind(session, given, by=by)
    response.headers["ETag"] = etag(made.version)
    return made


@need_kinds.get(
    "/{code}", operation_id="read_need_kind", summary="Read a kind of need", responses=problems(errors.NeedKindNotFound)
)
async def read_need_kind(code: KindCode, session: Reader, _by: RegistryReader, response: Response) -> NeedKind:
    """Give one kind of need, and its version as `ETag`: what a change of it has to name."""
    found = queries.kind(await queries.one_kind(session, code))
    response.headers["ETag"] = etag(found.version)
    return found


@need_kinds.patch(
    "/{code}",
    operation_id="change_need_kind",
    summary="Change a kind of need",
    responses=problems(errors.NeedKindNotFound),
)
async def change_need_kind(
    code: KindCode,
    given: Annotated[NeedKindChange, Body()],
    session: Session,
    by: AreaKeeper,
    version: IfMatch,
    response: Response,
) -> NeedKind:
    """Change titles, answering support or raising deprivations, or take the kind out of use.

    From then on needs of this kind are read with the new support kinds; nothing on record is touched.
    """
    changed = await actions.change_kind(session, code, given, version, by=by)
    response.headers["ETag"] = etag(changed.version)
    return changed


@needs.post(
    "",
    status_code=201,
    operation_id="report_need",
    summary="Report a need of a household",
    responses=problems(HouseholdNotFound, errors.NeedKindUnknown, errors.NeedAlreadyRecorded, DatesDisagree),
)
async def report_need(
    given: Annotated[NeedIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Need:
    """Record that a household is in need of something since a day. One need of a kind is open at a time."""
    need_id = await actions.report(session, given, by=by)
    made = await queries.one(session, need_id)
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"{request.url.path}/{need_id}"
    return made


@needs.post(
    "/derivations",
    operation_id="derive_needs",
    summary="Raise needs from the deprivations of a review",
    responses=problems(HouseholdNotFound, errors.ReviewNotDecided),
)
async def derive_needs(
    given: Annotated[DerivationIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Derived:
    """Raise the needs that follow from what the last decided review found, by the indicators of each kind of need.

    What is open already stays, and what was met after the review looked is not raised again. A deprivation that a
    later review no longer finds closes nothing: somebody looks and decides.
    """
    return await derivation.derive(session, given, by=by)


@needs.get("", operation_id="list_needs", summary="List needs")
async def list_needs(
    query: Annotated[NeedQuery, Query()], session: Reader, _by: RegistryReader, request: Request, response: Response
) -> Page[Need]:
    """Give the needs of the households that the caller may see, in the order in which they were recorded.

    Each tells since when support of its kind came. `supported=false&state=open` are those that nobody has answered.
    """
    items, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@needs.get("/{need_id}", operation_id="read_need", summary="Read a need", responses=problems(errors.NeedNotFound))
async def read_need(need_id: NeedId, session: Reader, _by: RegistryReader, response: Response) -> Need:
    """Give one need with the support of its kind; of a household outside the caller's area it is not found."""
    found = await queries.one(session, need_id)
    response.headers["ETag"] = etag(found.version)
    return found


@needs.patch(
    "/{need_id}",
    operation_id="explain_need",
    summary="Change the note of a need",
    responses=problems(errors.NeedNotFound, errors.NeedClosed),
)
async def explain_need(
    need_id: NeedId,
    given: Annotated[NeedChange, Body()],
    session: Session,
    by: Registrar,
    version: IfMatch,
    response: Response,
) -> Need:
    """Replace the note of an open need, or take it out. Kind and dates stay: what was raised wrongly is withdrawn."""
    await actions.explain(session, need_id, given.note, version, by=by)
    changed = await queries.one(session, need_id)
    response.headers["ETag"] = etag(changed.version)
    return changed


@needs.post(
    "/{need_id}/closing",
    operation_id="close_need",
    summary="Close a need as met or withdrawn",
    responses=problems(errors.NeedNotFound, errors.NeedClosed, DatesDisagree),
)
async def close_need(
    need_id: ClosingId,
    given: Annotated[ClosingIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    response: Response,
) -> Need:
    """Say that a need is met, or withdraw it, from a day on. No gift does that by itself: somebody looks and decides.

    It stays on record, and counts for the days before. A need that comes back is raised anew.
    """
    await actions.close(session, need_id, given, by=by)
    closed = await queries.one(session, need_id)
    response.headers["ETag"] = etag(closed.version)
    return closed
