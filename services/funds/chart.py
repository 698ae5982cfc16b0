"""The fund's chart of accounts: three per campaign and unit.

`held` is what the campaign owns and may never go below zero; `received` and `given` only collect. A donation debits
`held` and credits `received`, support debits `given` and credits `held`: held = received - given, on any day.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import ledger
from services.funds.values import UNITS, Unit

Account = Literal["received", "given", "held"]


def code(campaign_id: UUID, account: Account, unit: str) -> str:
    return f"campaign/{campaign_id}/{account}/{unit}"


async def open_books(session: AsyncSession, campaign_id: UUID, *, by: str) -> None:
    """Open the campaign's nine accounts."""
    await ledger.open_accounts(
        session,
        [
            ledger.Account(
                code=code(campaign_id, account, unit),
                unit=unit,
                side="credit" if account == "received" else "debit",
                may_go_negative=account != "held",
            )
            for unit in UNITS
            for account in ("received", "given", "held")
        ],
        actor=by,
    )


def receipt(campaign_id: UUID, unit: Unit, parts: int) -> tuple[ledger.Posting, ...]:
    return (
        ledger.debit(code(campaign_id, "held", unit), parts, unit),
        ledger.credit(code(campaign_id, "received", unit), parts, unit),
    )


def support(campaign_id: UUID, bundle: dict[Unit, int]) -> tuple[ledger.Posting, ...]:
    """Return the postings that give `bundle`, parts by unit, out of the campaign."""
    return tuple(
        posting
        for unit, parts in bundle.items()
        if parts
        for posting in (
            ledger.debit(code(campaign_id, "given", unit), parts, unit),
            ledger.credit(code(campaign_id, "held", unit), parts, unit),
        )
    )


async def totals(session: AsyncSession, campaign_id: UUID, *, on: date | None = None) -> dict[Account, dict[Unit, int]]:
    """Return what was received, given and is held, parts by unit, in one statement."""
    found = await ledger.balances_below(session, f"campaign/{campaign_id}/", on=on)
    return {
        account: {unit: found[code(campaign_id, account, unit)] for unit in UNITS}
        for account in ("received", "given", "held")
    }
