from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import Reading, Treasurer
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.errors import CampaignNotFound, DonationNotFound, DonorNotFound
from services.funds.pledges import actions, queries
from services.funds.pledges.errors import (
    DonationCounted,
    DonationOfAnotherKind,
    InstalmentsDisagree,
    PledgeCancelled,
    PledgeExists,
    PledgeNotFound,
    PledgeTooLarge,
)
from services.funds.pledges.schemas import AsOfQuery, CancellationIn, FulfilmentIn, PledgeIn, PledgeOut, PledgesQuery

pledges = router("pledges", "Pledges")

_PLEDGE = "A pledge, as its recording gave it"
PledgeId = Annotated[UUID, row_id(_PLEDGE, "in two instalments", examples.PLEDGE)]
CancellableId = Annotated[UUID, row_id(_PLEDGE, "nobody expects more of it", examples.PLEDGE_TO_CANCEL)]

_MONEY = {"amount": 500000, "currency": "VND"}
_TWICE = {
    "summary": "Half now, half in spring",
    "value": {
        "campaign_id": str(STANDING_FUND),
        "donor_id": examples.DONOR,
        "pledged_on": "2026-10-17",
        "instalments": [{"due_on": "2026-11-18", "value": _MONEY}, {"due_on": "2027-03-01", "value": _MONEY}],
    },
}
_CAME = {"summary": "The first half came", "value": {"donation_id": examples.DONATION}}
_GONE = {"summary": "The firm closed", "value": {"reason": "The firm was dissolved in June."}}


@pledges.post(
    "",
    status_code=201,
    response_model=PledgeOut,
    operation_id="record_pledge",
    summary="Record a pledge",
    responses=problems(CampaignNotFound, DonorNotFound, InstalmentsDisagree, PledgeExists, PledgeTooLarge),
)
async def record_pledge(
    wanted: Annotated[PledgeIn, Body(openapi_examples={"twice": _TWICE})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> PledgeOut:
    """Record a promise to give, with the days on which its instalments fall due. It is no money yet: no book has it."""
    pledge = await actions.record(session, wanted, by=treasurer)
    response.headers["Location"] = f"/v1/funds/pledges/{pledge.id}"
    return await _shown(session, pledge.id, response)


@pledges.get("", response_model=Page[PledgeOut], operation_id="list_pledges", summary="List pledges")
async def list_pledges(
    query: Annotated[PledgesQuery, Query()], request: Request, response: Response, session: Reader, _reader: Reading
) -> Page[PledgeOut]:
    """Return the pledges, those made last first, with what was due and came up to a day; or those overdue only."""
    rows, following = await queries.NEWEST_FIRST.rows(
        session, queries.listed(query), query, lambda row: (row[0].pledged_on, row[0].id)
    )
    set_next_link(request, response, following)
    return Page(items=[queries.shown(row) for row in rows], next=following)


@pledges.get(
    "/{pledge_id}",
    response_model=PledgeOut,
    operation_id="read_pledge",
    summary="Read a pledge",
    responses=problems(PledgeNotFound),
)
async def read_pledge(
    pledge_id: PledgeId,
    query: Annotated[AsOfQuery, Query()],
    response: Response,
    session: Reader,
    _reader: Reading,
) -> PledgeOut:
    """Return one pledge, instalment by instalment: what was scheduled against what came."""
    found = await queries.one(session, pledge_id, query.as_of)
    response.headers["ETag"] = etag(found.version)
    return found


@pledges.post(
    "/{pledge_id}/fulfilments",
    response_model=PledgeOut,
    operation_id="fulfil_pledge",
    summary="Count a donation towards a pledge",
    responses=problems(DonationCounted, DonationNotFound, DonationOfAnotherKind, PledgeCancelled, PledgeNotFound),
)
async def fulfil_pledge(
    pledge_id: PledgeId,
    wanted: Annotated[FulfilmentIn, Body(openapi_examples={"came": _CAME})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> PledgeOut:
    """Say that a donation was given because of the pledge. It counts once, and no more when it is taken back."""
    await actions.fulfil(session, pledge_id, wanted.donation_id, by=treasurer)
    return await _shown(session, pledge_id, response)


@pledges.post(
    "/{pledge_id}/cancellation",
    response_model=PledgeOut,
    operation_id="cancel_pledge",
    summary="Cancel a pledge",
    responses=problems(PledgeCancelled, PledgeNotFound),
)
async def cancel_pledge(
    pledge_id: CancellableId,
    wanted: Annotated[CancellationIn, Body(openapi_examples={"gone": _GONE})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> PledgeOut:
    """Expect nothing more of the pledge, saying why; what came of it stays."""
    await actions.cancel(session, pledge_id, wanted.reason, by=treasurer)
    return await _shown(session, pledge_id, response)


async def _shown(session: Session, pledge_id: UUID, response: Response) -> PledgeOut:
    found = await queries.one(session, pledge_id)
    response.headers["ETag"] = etag(found.version)
    return found
