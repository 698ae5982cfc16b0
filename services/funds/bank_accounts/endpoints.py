from typing import Annotated, Final
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import CampaignKeeper, Reading
from services.funds.bank_accounts import actions, queries
from services.funds.bank_accounts.errors import BankAccountExists, BankAccountNotFound
from services.funds.bank_accounts.schemas import (
    AssignmentIn,
    AssignmentOut,
    BankAccountIn,
    BankAccountOut,
    BankAccountsQuery,
)
from services.funds.errors import CampaignNotFound

bank_accounts = router("", "Bank accounts")

CampaignId = Annotated[UUID, row_id("The campaign", "a campaign that goes on", examples.RUNNING_CAMPAIGN)]

_OPENED: Final = {
    "an account of its own": {
        "value": {
            "bank_bin": "970405",
            "bank_name": "Agribank, chi nhánh huyện Mai Sơn",
            "number": "7902201000123",
            "holder": "BAN VAN DONG QUY VI NGUOI NGHEO HUYEN MAI SON",
        }
    }
}
_ASSIGNED: Final = {"the Fund's account": {"value": {"account_id": examples.BANK_ACCOUNT}}}


@bank_accounts.post(
    "/bank-accounts",
    status_code=201,
    response_model=BankAccountOut,
    operation_id="open_bank_account",
    summary="Enter a bank account",
    responses=problems(BankAccountExists),
)
async def open_bank_account(
    wanted: Annotated[BankAccountIn, Body(openapi_examples=_OPENED)],
    session: Session,
    keeper: CampaignKeeper,
    key: IdempotencyKey,  # noqa: ARG001 - taken for its effect
) -> BankAccountOut:
    """Enter an account that the Fund has at a bank: the bank by its number at NAPAS, the account as the bank writes it.

    Campaigns are assigned to it, and its statements are imported. It is never changed: another number is another one.
    """
    return BankAccountOut.of(await actions.open_account(session, wanted, by=keeper))


@bank_accounts.get(
    "/bank-accounts",
    response_model=Page[BankAccountOut],
    operation_id="list_bank_accounts",
    summary="List bank accounts",
)
async def list_bank_accounts(
    query: Annotated[BankAccountsQuery, Query()],
    request: Request,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> Page[BankAccountOut]:
    """Return the Fund's accounts at banks, those entered last first."""
    rows, following = await queries.NEWEST_FIRST.rows(
        session, queries.listed(query), query, lambda row: (row[0].recorded_at, row[0].id)
    )
    set_next_link(request, response, following)
    return Page(items=[BankAccountOut.of(row[0]) for row in rows], next=following)


@bank_accounts.post(
    "/campaigns/{campaign_id}/bank-account",
    response_model=AssignmentOut,
    operation_id="assign_bank_account",
    summary="Say where a campaign's money arrives",
    responses=problems(CampaignNotFound, BankAccountNotFound),
)
async def assign_bank_account(
    campaign_id: CampaignId,
    wanted: Annotated[AssignmentIn, Body(openapi_examples=_ASSIGNED)],
    session: Session,
    keeper: CampaignKeeper,
    key: IdempotencyKey,  # noqa: ARG001
) -> AssignmentOut:
    """Assign a bank account to a campaign, in the place of the one before; several campaigns may share one.

    The campaign's reference stays the same: a transfer that carries it is the campaign's whichever account it reaches.
    """
    assigned, account = await actions.assign(session, campaign_id, wanted.account_id, by=keeper)
    return AssignmentOut.of(assigned, account)
