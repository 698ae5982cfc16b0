from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import Approver, Reading, Treasurer
from services.funds.errors import DonationNotFound, DonationReversed, DonationSpent, SecondPersonNeeded
from services.funds.refunds import actions, queries
from services.funds.refunds.errors import RefundDecided, RefundExists, RefundNotFound, RefundUnderWay
from services.funds.refunds.models import Refund
from services.funds.refunds.schemas import RefundIn, RefundOut, RefundRejectionIn, RefundsQuery

refunds = router("", "Refunds")

_REFUND = "A refund, as its proposal gave it"
GivenId = Annotated[UUID, row_id("The donation to give back", "a donation", examples.DONATION_TO_REFUND)]
PayableId = Annotated[UUID, row_id(_REFUND, "a proposal", examples.REFUND_TO_PAY)]
RejectableId = Annotated[UUID, row_id(_REFUND, "another proposal", examples.REFUND_TO_REJECT)]

_WHY = {"summary": "Meant for somebody else", "value": {"reason": "The donor paid into the wrong account."}}
_NO = {"summary": "Not asked for", "value": {"reason": "The donor wishes the Fund to keep it."}}


@refunds.post(
    "/donations/{donation_id}/refunds",
    status_code=201,
    response_model=RefundOut,
    operation_id="propose_refund",
    summary="Propose to refund a donation",
    responses=problems(DonationNotFound, DonationReversed, RefundExists, RefundUnderWay),
)
async def propose_refund(
    donation_id: GivenId,
    wanted: Annotated[RefundIn, Body(openapi_examples={"why": _WHY})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> RefundOut:
    """Propose to give a whole donation back to who gave it; another person decides. Nothing is paid before.

    A donation that was recorded wrongly is reversed or corrected instead.
    """
    refund = await actions.propose(session, donation_id, wanted, by=treasurer)
    response.headers["Location"] = f"/v1/funds/refunds/{refund.id}"
    return _shown(refund, response)


@refunds.get("/refunds", response_model=Page[RefundOut], operation_id="list_refunds", summary="List refunds")
async def list_refunds(
    query: Annotated[RefundsQuery, Query()], request: Request, response: Response, session: Reader, _reader: Reading
) -> Page[RefundOut]:
    """Return the refunds, those proposed last first; by state."""
    rows, following = await queries.NEWEST_FIRST.rows(session, queries.listed(query), query, lambda row: (row[0].id,))
    set_next_link(request, response, following)
    return Page(items=[RefundOut.of(row[0]) for row in rows], next=following)


@refunds.get(
    "/refunds/{refund_id}",
    response_model=RefundOut,
    operation_id="read_refund",
    summary="Read a refund",
    responses=problems(RefundNotFound),
)
async def read_refund(refund_id: PayableId, response: Response, session: Reader, _reader: Reading) -> RefundOut:
    """Return one refund with who proposed it, who decided, and why."""
    return _shown(await queries.read(session, refund_id), response)


@refunds.post(
    "/refunds/{refund_id}/payment",
    response_model=RefundOut,
    operation_id="pay_refund",
    summary="Approve and pay a refund",
    responses=problems(DonationReversed, DonationSpent, RefundDecided, RefundNotFound, SecondPersonNeeded),
)
async def pay_refund(
    refund_id: PayableId, response: Response, session: Session, approver: Approver, _key: IdempotencyKey
) -> RefundOut:
    """Give back what another person proposed to: an entry mirrors that of the donation, which is kept.

    Refused once what it brought has been given out. A donation is given back once, however often it is asked for.
    """
    return _shown(await actions.pay(session, refund_id, by=approver), response)


@refunds.post(
    "/refunds/{refund_id}/rejection",
    response_model=RefundOut,
    operation_id="reject_refund",
    summary="Reject a refund",
    responses=problems(RefundDecided, RefundNotFound, SecondPersonNeeded),
)
async def reject_refund(
    refund_id: RejectableId,
    wanted: Annotated[RefundRejectionIn, Body(openapi_examples={"no": _NO})],
    response: Response,
    session: Session,
    approver: Approver,
    _key: IdempotencyKey,
) -> RefundOut:
    """Turn the refund down, saying why; it may be proposed again."""
    return _shown(await actions.reject(session, refund_id, wanted.reason, by=approver), response)


def _shown(refund: Refund, response: Response) -> RefundOut:
    response.headers["ETag"] = etag(refund.version)
    return RefundOut.of(refund)
