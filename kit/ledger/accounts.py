"""The chart of accounts: opened by code, closed once, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.errors import refusals
from kit.values.ids import new_id

Side = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, in one unit.

    `code`: a path such as `campaign/<id>/cash`, 1 to 200 characters. `side`: where its balance is positive; `debit`
    for what is owned or spent, `credit` for what is owed or was given. `may_go_negative` False: never spent below
    zero, whoever tries. `opened_on` None: takes entries of any day.
    """

    code: str
    unit: str
    side: Side
    may_go_negative: bool = False
    opened_on: date | None = None


_OPEN = text(
    "SELECT ledger_open_accounts(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:units AS text[]),"
    " CAST(:sides AS text[]), CAST(:negative AS boolean[]), CAST(:opened AS date[]), CAST(:actor AS text))"
)
_CLOSE = text("SELECT ledger_close_account(CAST(:code AS text), CAST(:day AS date))")
_ADD_UNIT = text("SELECT ledger_add_unit(CAST(:code AS text), CAST(:decimals AS smallint))")


async def open_accounts(session: AsyncSession, accounts: Sequence[Account], *, actor: str) -> None:
    """Open what does not exist yet, in one statement; calling it again changes nothing.

    Errors: AccountDiffers where one exists with another unit, side or floor; UnitUnknown.
    """
    if not accounts:
        return
    with refusals():
        await session.execute(
            _OPEN,
            {
                "ids": [new_id() for _ in accounts],
                "codes": [account.code for account in accounts],
                "units": [account.unit for account in accounts],
                "sides": [account.side for account in accounts],
                "negative": [account.may_go_negative for account in accounts],
                "opened": [account.opened_on for account in accounts],
                "actor": actor,
            },
        )


async def close_account(session: AsyncSession, code: str, *, last_day: date) -> None:
    """Take no entry dated after `last_day` any more.

    Waits up to five seconds for entries under way. Errors: AccountInUse, AccountUnknown, LedgerBusy.
    """
    with refusals():
        await session.execute(_CLOSE, {"code": code, "day": last_day})


async def add_unit(session: AsyncSession, code: str, *, decimals: int) -> None:
    """Let accounts be kept in `code`; people write its whole number with `decimals` places.

    Errors: AccountDiffers where it exists with other decimals.
    """
    with refusals():
        await session.execute(_ADD_UNIT, {"code": code, "decimals": decimals})
