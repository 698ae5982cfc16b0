from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Body, Path, Query, Request, Response

from kit.database import DirectReader, DirectWriter, Reader, Session
from kit.http import DirectIdempotencyKey, IdempotencyKey, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from kit.statements import Statements
from services.funds import examples
from services.funds.auth import OwnGiver, Reading, Treasurer
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.donations import actions, queries
from services.funds.donations.errors import CreditedToGiver, MoneyNeedsNoValuation
from services.funds.donations.schemas import CorrectionIn, DonationIn, DonationOut, DonationsQuery, ReversalIn
from services.funds.errors import (
    CampaignClosed,
    CampaignNotFound,
    DonationExists,
    DonationNotFound,
    DonationReversed,
    DonationSpent,
    DonorNotFound,
    ReceivedInTheFuture,
)

donations = router("donations", "Donations")

DonationId = Annotated[UUID, Path(openapi_examples={"a donation to the Fund": {"value": examples.DONATION}})]
MistakenId = Annotated[
    UUID, Path(openapi_examples={"a donation recorded twice": {"value": examples.MISTAKEN_DONATION}})
]
WrongId = Annotated[UUID, row_id("The donation recorded wrongly", "a wrong amount", examples.DONATION_TO_CORRECT)]

_RECORDING = (
    CampaignNotFound,
    CampaignClosed,
    CreditedToGiver,
    DonationExists,
    DonorNotFound,
    MoneyNeedsNoValuation,
    ReceivedInTheFuture,
)
_GIFTS = {
    name: {
        "summary": summary,
        "value": {"campaign_id": str(STANDING_FUND), "value": value, "received_on": "2024-01-15"},
    }
    for name, summary, value in (
        ("money", "Money", {"amount": 150000, "currency": "VND"}),
        ("rice", "Rice", {"quantity": "50.000", "unit": "kg"}),
        ("labour", "Days of work", {"quantity": "2.5", "unit": "person-day"}),
    )
} | {
    "valued": {
        "summary": "Rice with its worth, on behalf of a group",
        "value": {
            "campaign_id": str(STANDING_FUND),
            "value": {"quantity": "50.000", "unit": "kg"},
            "valuation": {"worth": {"amount": 900000, "currency": "VND"}, "basis": "Giá chợ Hát Lót ngày nhận"},
            "on_behalf_of": examples.DONOR,
            "received_on": "2024-01-15",
        },
    }
}
_CORRECTION = {
    "summary": "A digit too many",
    "value": {"reason": "1,500,000 was typed for 150,000.", "donation": _GIFTS["money"]["value"]},
}


@donations.post(
    "",
    status_code=201,
    response_model=DonationOut,
    operation_id="record_donation",
    summary="Record a donation",
    responses=problems(*_RECORDING),
)
async def record_donation(
    gift: Annotated[DonationIn, Body(openapi_examples=_GIFTS)],
    session: DirectWriter,
    treasurer: Treasurer,
    key: DirectIdempotencyKey,  # noqa: ARG001 - taken for its effect
) -> Response:
    """Record money, rice or days of work received for a campaign, from a donor or from somebody unknown.

    The gift and its entry in the books come into being together. Repeating the call with the same `Idempotency-Key`
    returns the first donation.
    """
    donation = await actions.record(session, gift, by=treasurer)
    headers = {"ETag": etag(1), "Location": f"/v1/funds/donations/{donation['id']}"}
    return _json(donation, status_code=201, headers=headers)


@donations.get("", response_model=Page[DonationOut], operation_id="list_donations", summary="List donations")
async def list_donations(
    query: Annotated[DonationsQuery, Query()],
    request: Request,
    session: DirectReader,
    reader: Reading,  # noqa: ARG001
) -> Response:
    """Return the donations, those received last first; by campaign, donor, kind and days of receiving."""
    return await _page(query, request, session)


@donations.get("/mine", response_model=Page[DonationOut], operation_id="list_own_donations", summary="List what I gave")
async def list_own_donations(
    query: Annotated[DonationsQuery, Query()],
    request: Request,
    session: DirectReader,
    giver: OwnGiver,  # noqa: ARG001
) -> Response:
    """Return the caller's own donations. The treasurer ties a donor to a login; the database shows no others."""
    return await _page(query, request, session)


@donations.get(
    "/{donation_id}",
    response_model=DonationOut,
    operation_id="read_donation",
    summary="Read a donation",
    responses=problems(DonationNotFound),
)
async def read_donation(
    donation_id: DonationId,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> Response:
    """Return one donation, with its reversal if there was one."""
    donation = queries.shown(await queries.one(session, donation_id))
    return _json(donation, headers={"ETag": etag(donation["version"])})


@donations.post(
    "/{donation_id}/reversal",
    status_code=201,
    response_model=DonationOut,
    operation_id="reverse_donation",
    summary="Reverse a donation",
    responses=problems(DonationNotFound, DonationReversed, DonationSpent),
)
async def reverse_donation(
    donation_id: MistakenId,
    wanted: Annotated[
        ReversalIn, Body(openapi_examples={"twice": {"value": {"reason": "Recorded twice from one receipt."}}})
    ],
    session: Session,
    treasurer: Treasurer,
    key: IdempotencyKey,  # noqa: ARG001
) -> Response:
    """Correct a donation that was recorded wrongly, by an entry that mirrors its own; nothing is erased.

    Refused once what it brought has been given out: the campaign would then have given what it never had.
    """
    donation = await actions.reverse(session, donation_id, wanted.reason, by=treasurer)
    return _json(donation, status_code=201, headers={"ETag": etag(donation["version"])})


@donations.post(
    "/{donation_id}/correction",
    status_code=201,
    response_model=DonationOut,
    operation_id="correct_donation",
    summary="Correct a donation",
    responses=problems(*_RECORDING, DonationNotFound, DonationReversed, DonationSpent),
)
async def correct_donation(
    donation_id: WrongId,
    wanted: Annotated[CorrectionIn, Body(openapi_examples={"digit": _CORRECTION})],
    session: Session,
    treasurer: Treasurer,
    key: IdempotencyKey,  # noqa: ARG001
) -> Response:
    """Record what a donation should have said: another amount, campaign, donor or day.

    The first is taken back and kept; the one returned points to it. Both happen together, or neither. Refused where a
    campaign would be left with less than it has given out.
    """
    donation = await actions.correct(session, donation_id, wanted, by=treasurer)
    headers = {"ETag": etag(1), "Location": f"/v1/funds/donations/{donation['id']}"}
    return _json(donation, status_code=201, headers=headers)


async def _page(query: DonationsQuery, request: Request, session: Statements) -> Response:
    filters = queries.filters(query)
    rows, following = await queries.NEWEST_FIRST.direct_rows(
        session, queries.listed(frozenset(filters)), query, filters, lambda row: (row.received_on, row.id)
    )
    response = _json({"items": [queries.shown(row) for row in rows], "next": following})
    set_next_link(request, response, following)
    return response


def _json(body: object, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status_code=status_code, headers=headers, media_type="application/json")
