import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link
from kit.paper import Pdf
from kit.problems import problems
from kit.problems.problem import language_of
from services.funds import examples
from services.funds.auth import Reading, Treasurer
from services.funds.errors import DonationNotFound, DonationReversed
from services.funds.receipts import actions, paper, queries
from services.funds.receipts.errors import ReceiptBookNotFound, ReceiptExists, ReceiptIsVoid, ReceiptNotFound
from services.funds.receipts.models import Receipt
from services.funds.receipts.schemas import ReceiptIn, ReceiptOut, ReceiptsQuery, ReceiptVoidIn, VerifiedReceipt

receipts = router("", "Receipts")

_RECEIPT = "A receipt, as its issue gave it"
GivenId = Annotated[UUID, row_id("The donation that it is for", "a donation", examples.DONATION)]
ReceiptId = Annotated[UUID, row_id(_RECEIPT, "a receipt", examples.RECEIPT)]
VoidableId = Annotated[UUID, row_id(_RECEIPT, "one with a mistake", examples.RECEIPT_TO_VOID)]
Code = Annotated[
    str,
    Path(
        max_length=40,
        description="The verification code on the receipt",
        openapi_examples={"a code": {"value": examples.RECEIPT_CODE}},
    ),
]

_BOOK = {"summary": "In the Fund's own book", "value": {"book": "QVNN"}}
_MISPRINT = {"summary": "Spoiled", "value": {"reason": "The paper was torn before it was handed over."}}


@receipts.post(
    "/donations/{donation_id}/receipts",
    status_code=201,
    response_model=ReceiptOut,
    operation_id="issue_receipt",
    summary="Issue a receipt",
    responses=problems(DonationNotFound, DonationReversed, ReceiptBookNotFound, ReceiptExists),
)
async def issue_receipt(
    donation_id: GivenId,
    wanted: Annotated[ReceiptIn, Body(openapi_examples={"book": _BOOK})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> ReceiptOut:
    """Issue the receipt for a donation, with the next number of its book and year: there are no gaps.

    A donation has one valid receipt; where that is void, another may be issued.
    """
    receipt = await actions.issue(session, donation_id, wanted, by=treasurer)
    response.headers["Location"] = f"/v1/funds/receipts/{receipt.id}"
    return _shown(receipt, response)


@receipts.get("/receipts", response_model=Page[ReceiptOut], operation_id="list_receipts", summary="List receipts")
async def list_receipts(
    query: Annotated[ReceiptsQuery, Query()], request: Request, response: Response, session: Reader, _reader: Reading
) -> Page[ReceiptOut]:
    """Return the receipts, those issued last first; by book, year, state and donation."""
    rows, following = await queries.NEWEST_FIRST.rows(session, queries.listed(query), query, lambda row: (row[0].id,))
    set_next_link(request, response, following)
    return Page(items=[ReceiptOut.of(row[0]) for row in rows], next=following)


@receipts.get(
    "/receipts/{receipt_id}",
    response_model=ReceiptOut,
    operation_id="read_receipt",
    summary="Read a receipt",
    responses=problems(ReceiptNotFound),
)
async def read_receipt(receipt_id: ReceiptId, response: Response, session: Reader, _reader: Reading) -> ReceiptOut:
    """Return one receipt, with how often it was printed, and why it is void if it is."""
    return _shown(await queries.read(session, receipt_id), response)


@receipts.post(
    "/receipts/{receipt_id}/prints",
    operation_id="print_receipt",
    summary="Print a receipt as PDF",
    response_class=Pdf,
    responses=problems(ReceiptIsVoid, ReceiptNotFound),
)
async def print_receipt(
    receipt_id: ReceiptId, request: Request, session: Session, treasurer: Treasurer, _key: IdempotencyKey
) -> Pdf:
    """Give the receipt as a sheet to print, in the language asked for, with the code that anybody can check.

    The first is the original. Every other is marked DUPLICATE; where an answer was lost, repeating the call with its
    `Idempotency-Key` gives the same sheet again, without a mark that the first did not have.
    """
    found, original = await actions.print_one(session, receipt_id, by=treasurer)
    address = f"{request.app.state.settings.public_url}/v1/funds/receipts/codes/{found.code}"
    language = language_of(request.headers.get("accept-language"))
    made = await asyncio.to_thread(paper.pdf, found, check_at=address, language=language, original=original)
    return Pdf(made)


@receipts.post(
    "/receipts/{receipt_id}/voiding",
    response_model=ReceiptOut,
    operation_id="void_receipt",
    summary="Declare a receipt void",
    responses=problems(ReceiptIsVoid, ReceiptNotFound),
)
async def void_receipt(
    receipt_id: VoidableId,
    wanted: Annotated[ReceiptVoidIn, Body(openapi_examples={"spoiled": _MISPRINT})],
    response: Response,
    session: Session,
    treasurer: Treasurer,
    _key: IdempotencyKey,
) -> ReceiptOut:
    """Declare a receipt void, for a reason that is kept. Its number stays used; whoever checks its code is told."""
    return _shown(await actions.void(session, receipt_id, wanted.reason, by=treasurer), response)


@receipts.get(
    "/receipts/codes/{code}",
    response_model=VerifiedReceipt,
    operation_id="verify_receipt",
    summary="Check a receipt",
    responses=problems(ReceiptNotFound),
)
async def verify_receipt(code: Code, session: Reader) -> VerifiedReceipt:
    """Say whether the receipt with this code holds, and for what it was given. Nobody is named; no token is needed."""
    return await queries.verified(session, code)


def _shown(receipt: Receipt, response: Response) -> ReceiptOut:
    response.headers["ETag"] = etag(receipt.version)
    return ReceiptOut.of(receipt)
