"""Kinds of requests of data subjects, with their clocks: data that the district keeps."""

from typing import Annotated

from fastapi import Body, Path

from kit.database import Reader, Session
from kit.http import IdempotencyKey, router
from kit.problems import problems
from services.beneficiaries.auth import AreaKeeper, RegistryReader
from services.beneficiaries.subject_requests import actions, errors, queries
from services.beneficiaries.subject_requests.schemas import RequestClocksIn, RequestKindOut, RequestKinds

subject_request_kinds = router("subject-request-kinds", "Data subjects")
KindCode = Annotated[
    str,
    Path(
        pattern="^[a-z][a-z_]{0,39}$",
        description="Code of the kind",
        openapi_examples={"access": {"value": "access"}},
    ),
]


@subject_request_kinds.get("", operation_id="list_subject_request_kinds", summary="What people may ask, and the clocks")
async def list_subject_request_kinds(session: Reader, _by: RegistryReader) -> RequestKinds:
    """Give the kinds of requests with their clocks: working days to acknowledge, calendar days to answer."""
    return RequestKinds(items=await queries.kinds(session))


@subject_request_kinds.post(
    "/{code}/clocks",
    operation_id="supersede_request_clocks",
    summary="Set the clocks of a kind of request",
    responses=problems(errors.SubjectRequestKindNotFound),
)
async def supersede_request_clocks(
    code: KindCode,
    given: Annotated[RequestClocksIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
) -> RequestKindOut:
    """Set the days in which such requests are acknowledged and answered, and the paper that says so.

    Requests taken in from now on follow them; deadlines that were told already stay.
    """
    return queries.kind(await actions.set_clocks(session, code, given, by=by))
