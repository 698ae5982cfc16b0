from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import DonorKeeper, Reading
from services.funds.donors import actions, queries
from services.funds.donors.schemas import DonorIn, DonorOut, DonorPatch, DonorsQuery
from services.funds.errors import DonorExists, DonorNameMismatch, DonorNotFound

donors = router("donors", "Donors")

DonorId = Annotated[UUID, Path(openapi_examples={"a donor who is named": {"value": examples.DONOR}})]

_PERSON = {
    "summary": "A person who wants to be named",
    "value": {"kind": "individual", "name": "Nguyễn Thị Hoa", "named": True},
}
_FIRM = {
    "summary": "An organisation that stays unnamed",
    "value": {"kind": "organisation", "name": "Hợp tác xã Mường Bon", "named": False},
}


@donors.post(
    "",
    status_code=201,
    response_model=DonorOut,
    operation_id="add_donor",
    summary="Add a donor",
    responses=problems(DonorExists, DonorNameMismatch),
)
async def add_donor(
    wanted: Annotated[DonorIn, Body(openapi_examples={"person": _PERSON, "organisation": _FIRM})],
    response: Response,
    session: Session,
    keeper: DonorKeeper,
    key: IdempotencyKey,  # noqa: ARG001 - taken for its effect
) -> DonorOut:
    """Record somebody who gives: a person, an organisation, or a regular giver who stays anonymous.

    The public sees a name only where `named` is true.
    """
    donor = await actions.add_donor(session, wanted, by=keeper)
    response.headers["ETag"] = etag(donor.version)
    response.headers["Location"] = f"/v1/funds/donors/{donor.id}"
    return DonorOut.of(donor)


@donors.get("", response_model=Page[DonorOut], operation_id="list_donors", summary="List donors")
async def list_donors(
    query: Annotated[DonorsQuery, Query()],
    request: Request,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> Page[DonorOut]:
    """Return the donors, those recorded last first."""
    rows, following = await queries.NEWEST_FIRST.rows(session, queries.listed(query), query, lambda row: (row[0].id,))
    set_next_link(request, response, following)
    return Page(items=[DonorOut.of(row[0]) for row in rows], next=following)


@donors.get(
    "/{donor_id}",
    response_model=DonorOut,
    operation_id="read_donor",
    summary="Read a donor",
    responses=problems(DonorNotFound),
)
async def read_donor(
    donor_id: DonorId,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> DonorOut:
    """Return one donor; the `ETag` is what a change needs as `If-Match`."""
    donor = await queries.read(session, donor_id)
    response.headers["ETag"] = etag(donor.version)
    return DonorOut.of(donor)


@donors.patch(
    "/{donor_id}",
    response_model=DonorOut,
    operation_id="change_donor",
    summary="Change a donor",
    responses=problems(DonorNotFound, DonorExists, DonorNameMismatch),
)
async def change_donor(
    donor_id: DonorId,
    change: Annotated[
        DonorPatch,
        Body(openapi_examples={"unnamed": {"summary": "No longer named", "value": {"named": False}}}),
    ],
    response: Response,
    session: Session,
    keeper: DonorKeeper,
    version: IfMatch,
) -> DonorOut:
    """Change a donor's name, login, or whether the public may see the name; earlier gifts follow at once."""
    donor = await actions.change_donor(session, donor_id, change, version=version, by=keeper)
    response.headers["ETag"] = etag(donor.version)
    return DonorOut.of(donor)
