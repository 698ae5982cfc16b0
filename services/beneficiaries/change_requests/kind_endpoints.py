"""Kinds of change requests: data that the district keeps."""

from typing import Annotated

from fastapi import Body, Path, Response

from kit.database import Reader, Session
from kit.http import IfMatch, etag, router
from kit.problems import problems
from services.beneficiaries.auth import AreaKeeper, ChangeReader
from services.beneficiaries.change_requests import actions, errors, queries
from services.beneficiaries.change_requests.schemas import (
    ChangeRequestKind,
    ChangeRequestKindChange,
    ChangeRequestKinds,
)

change_request_kinds = router("change-request-kinds", "Change requests")
KindCode = Annotated[
    str,
    Path(pattern="^[a-z][a-z_]{0,39}$", description="Code of the kind", openapi_examples={"move": {"value": "move"}}),
]


@change_request_kinds.get("", operation_id="list_change_request_kinds", summary="The kinds of change requests")
async def list_change_request_kinds(session: Reader, _by: ChangeReader) -> ChangeRequestKinds:
    """Give every kind: who may propose it, who checks it, whether on a document, in how many days."""
    return await queries.kinds(session)


@change_request_kinds.get(
    "/{code}",
    operation_id="read_change_request_kind",
    summary="Read a kind of change request",
    responses=problems(errors.ChangeRequestKindNotFound),
)
async def read_change_request_kind(
    code: KindCode, session: Reader, _by: ChangeReader, response: Response
) -> ChangeRequestKind:
    """Give one kind, and its version as `ETag`: what a change of it has to name."""
    found = queries.kind(await queries.one_kind(session, code))
    response.headers["ETag"] = etag(found.version)
    return found


@change_request_kinds.patch(
    "/{code}",
    operation_id="change_change_request_kind",
    summary="Change a kind of change request",
    responses=problems(errors.ChangeRequestKindNotFound),
)
async def change_change_request_kind(
    code: KindCode,
    given: Annotated[ChangeRequestKindChange, Body()],
    session: Session,
    by: AreaKeeper,
    version: IfMatch,
    response: Response,
) -> ChangeRequestKind:
    """Say who proposes and who checks changes of a kind, and whether officers may make them without a request.

    With `direct_allowed` false the direct change of that kind is refused to officers; the district's administrator may
    still set right what nobody else can, under the own name. Requests that are open are decided by what holds then.
    """
    changed = await actions.change_kind(session, code, given, version, by=by)
    response.headers["ETag"] = etag(changed.version)
    return changed
