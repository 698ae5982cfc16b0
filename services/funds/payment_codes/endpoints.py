from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Body, Query, Response

from kit.database import Reader
from kit.http import router, row_id
from kit.problems import problems
from kit.values.dates import today
from kit.values.money import Money
from services.funds.bank_accounts.schemas import BankAccountOut
from services.funds.campaigns.queries import read as read_campaign
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.errors import CampaignClosed, CampaignNotFound
from services.funds.payment_codes import queries
from services.funds.payment_codes.drawing import drawn
from services.funds.payment_codes.errors import (
    CampaignHasNoAccount,
    CodeChecksumWrong,
    CodeNotVietQr,
    CodeStructureBroken,
    TransferTooLarge,
)
from services.funds.payment_codes.references import for_memo, found_in
from services.funds.payment_codes.schemas import CodeIn, CodeOut, PaymentCodeOut, PaymentCodeQuery
from services.funds.payment_codes.vietqr import Transfer, parse, write

payment_codes = router("", "Payment codes")

CampaignId = Annotated[UUID, row_id("The campaign", "the Fund itself", str(STANDING_FUND))]

_MEDIA: Final = {"png": "image/png", "svg": "image/svg+xml"}
_PICTURES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The code",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()},
    }
}
_READ: Final = {"a bill of 180,000 đồng": {"value": {"text": CodeIn.model_fields["text"].examples[0]}}}  # type: ignore[index] # it has one


@payment_codes.get(
    "/campaigns/{campaign_id}/payment-code",
    response_model=PaymentCodeOut,
    operation_id="read_payment_code",
    summary="Get a campaign's payment code",
    responses={**_PICTURES, **problems(CampaignNotFound, CampaignHasNoAccount, CampaignClosed)},
)
async def read_payment_code(
    campaign_id: CampaignId, query: Annotated[PaymentCodeQuery, Query()], session: Reader
) -> Any:
    """Return a VietQR code that pays into the campaign's bank account, for any amount or for one; as text or picture.

    The transfer's memo carries the campaign's reference, by which the statement's line finds the campaign. A campaign
    that no longer receives has none. No token is needed.
    """
    campaign = await read_campaign(session, campaign_id)
    campaign.accepts(today())
    account, reference = await queries.account_of(session, campaign_id)
    memo = for_memo(reference)
    text = write(
        Transfer(
            bank_bin=account.bank_bin,
            number=account.number,
            amount=query.amount,
            dynamic=query.amount is not None,
            details={"reference": memo, "purpose": memo},
        )
    )
    if query.format != "json":
        return Response(drawn(text, query.format), media_type=_MEDIA[query.format])
    return PaymentCodeOut(
        campaign_id=campaign_id,
        text=text,
        reference=reference,
        account=BankAccountOut.of(account),
        amount=None if query.amount is None else Money(amount=query.amount),
    )


@payment_codes.post(
    "/payment-codes/reading",
    response_model=CodeOut,
    operation_id="parse_payment_code",
    summary="Read a payment code",
    responses=problems(CodeChecksumWrong, CodeStructureBroken, CodeNotVietQr, TransferTooLarge),
)
async def parse_payment_code(code: Annotated[CodeIn, Body(openapi_examples=_READ)]) -> CodeOut:
    """Say what a VietQR code asks a bank to do, or what is wrong with it and where.

    Read strictly, to the innermost field: a checksum that fits proves nothing about what it covers. No token is needed.
    """
    transfer = parse(code.text)
    memo = " ".join(transfer.details[name] for name in ("reference", "purpose") if name in transfer.details)
    return CodeOut.of(transfer, found_in(memo))
