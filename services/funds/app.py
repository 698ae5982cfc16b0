"""The fund's application: `uvicorn services.funds.app:create_app --factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI

from kit import app as kit_app
from services.funds.auth import row_scope
from services.funds.bank_accounts import errors as bank_account_errors
from services.funds.bank_accounts.endpoints import bank_accounts
from services.funds.books.endpoints import books
from services.funds.campaigns.endpoints import campaigns
from services.funds.clients.registry import Registry
from services.funds.donations import errors as donations_errors
from services.funds.donations.endpoints import donations
from services.funds.donor_merges import errors as donor_merges_errors
from services.funds.donor_merges.endpoints import donor_merges
from services.funds.donors.endpoints import donors
from services.funds.errors import ALL, CONSTRAINTS
from services.funds.impact.endpoints import impact
from services.funds.payment_codes import errors as payment_code_errors
from services.funds.payment_codes.endpoints import payment_codes
from services.funds.pledges import errors as pledges_errors
from services.funds.pledges.endpoints import pledges
from services.funds.receipts import errors as receipts_errors
from services.funds.receipts.endpoints import receipts
from services.funds.refunds import errors as refunds_errors
from services.funds.refunds.endpoints import refunds
from services.funds.rounds.endpoints import rounds
from services.funds.settings import MIGRATION_HEAD, Settings
from services.funds.transparency.endpoints import transparency

__all__ = ["Settings", "create_app"]

_ROUTERS = (
    *(campaigns, donors, donations, rounds, books, transparency, impact),
    *(donor_merges, refunds, receipts, pledges),
    *(bank_accounts, payment_codes),
)
_PROBLEMS = (
    *(*ALL, *bank_account_errors.ALL, *payment_code_errors.ALL),
    *(*donations_errors.ALL, *donor_merges_errors.ALL, *refunds_errors.ALL, *receipts_errors.ALL),
    *pledges_errors.ALL,
)
_CONSTRAINTS = {
    **CONSTRAINTS,
    **bank_account_errors.CONSTRAINTS,
    **donations_errors.CONSTRAINTS,
    **donor_merges_errors.CONSTRAINTS,
    **refunds_errors.CONSTRAINTS,
    **receipts_errors.CONSTRAINTS,
    **pledges_errors.CONSTRAINTS,
}


def create_app(settings: Settings | None = None, *, transport: httpx2.AsyncBaseTransport | None = None) -> FastAPI:
    """Return the application; `transport` carries its calls to the registry and the issuer."""
    settings = settings or Settings()

    @asynccontextmanager
    async def neighbours(app: FastAPI) -> AsyncIterator[None]:
        app.state.households = Registry.of(settings, transport)
        yield
        await app.state.households.close()

    return kit_app.create_app(
        "funds",
        settings,
        _ROUTERS,
        title="The Fund for the Poor",
        description="Campaigns, donors, donations in money, rice and labour; gifts and rice given to households; "
        "the books of it, and an account that anybody may read.",
        migration_head=MIGRATION_HEAD,
        row_scope=row_scope,
        problems=_PROBLEMS,
        constraints=_CONSTRAINTS,
        hooks=(neighbours,),
    )
