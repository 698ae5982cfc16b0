"""What accounts hold, on any day, as known at any moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.errors import AccountUnknown, NotYetKnown, refusals

_SIGN = "CASE a.normal_side WHEN 'debit' THEN 1 ELSE -1 END"
_NAMED = "a.code = ANY (CAST(:codes AS text[]))"
_BELOW = "starts_with(a.code, CAST(:prefix AS text))"


def _now(which: str) -> TextClause:
    return text(f"SELECT a.code, a.balance FROM ledger_balances a WHERE {which} ORDER BY a.code")  # noqa: S608


def _on_day(which: str) -> TextClause:
    return text(
        f"SELECT a.code, {_SIGN} * ("  # noqa: S608 - our own fragments
        " (SELECT coalesce(sum(r.amount), 0) FROM ledger_rollups r"
        "  WHERE r.account_id = a.id AND r.effective_on <= CAST(:day AS date))"
        " + (SELECT coalesce(sum(p.amount), 0) FROM ledger_postings p WHERE p.account_id = a.id"
        "     AND p.position > (SELECT m.through FROM ledger_rollup_mark m)"
        "     AND p.effective_on <= CAST(:day AS date))) AS balance"
        f" FROM ledger_accounts a WHERE {which} ORDER BY a.code"
    )


def _as_known(which: str) -> TextClause:
    # Roll-ups do not remember when they learned: this one reads the postings themselves.
    return text(
        f"SELECT a.code, {_SIGN} * (SELECT coalesce(sum(p.amount), 0) FROM ledger_postings p"  # noqa: S608
        " WHERE p.account_id = a.id AND p.recorded_at <= CAST(:known_at AS timestamptz)"
        " AND (CAST(:day AS date) IS NULL OR p.effective_on <= CAST(:day AS date))) AS balance"
        f" FROM ledger_accounts a WHERE {which} ORDER BY a.code"
    )


_READ = {which: (_now(which), _on_day(which), _as_known(which)) for which in (_NAMED, _BELOW)}
_AVAILABLE = text("SELECT a.code, a.balance, a.held FROM ledger_balances a WHERE a.code = ANY (CAST(:codes AS text[]))")
_SETTLED = text("SELECT ledger_settled(CAST(:known_at AS timestamptz))")
_PATIENCE = 2.0
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Available:
    """`balance` less what is `held`; each in the unit's smallest part."""

    balance: int
    held: int

    @property
    def free(self) -> int:
        return self.balance - self.held


async def balance(
    session: AsyncSession, account: str, *, on: date | None = None, known_at: datetime | None = None
) -> int:
    """Return the balance of one account, positive on its normal side; see `balances`. Errors: AccountUnknown."""
    return (await balances(session, [account], on=on, known_at=known_at))[account]


async def balances(
    session: AsyncSession, accounts: Sequence[str], *, on: date | None = None, known_at: datetime | None = None
) -> dict[str, int]:
    """Return the balance of each account in one statement, positive on its normal side.

    For `credit` accounts that is credits less debits, for `debit` accounts the reverse. `on` counts entries that are
    effective up to that day, None all of them. `known_at` counts entries recorded up to that moment: an entry is
    recorded when it is posted, a little before its commit. So an answer is given only once no transaction from before
    `known_at` is still writing; it then never changes. Waits two seconds for that.

    Errors: AccountUnknown; NotYetKnown for a moment in the future or still being written.
    """
    found = await _read(session, _NAMED, {"codes": list(accounts)}, on, known_at)
    for code in accounts:
        if code not in found:
            raise AccountUnknown(account=code)
    return found


async def balances_below(
    session: AsyncSession, prefix: str, *, on: date | None = None, known_at: datetime | None = None
) -> dict[str, int]:
    """Return the balances of all accounts whose code starts with `prefix`, by code; otherwise as `balances`."""
    return await _read(session, _BELOW, {"prefix": prefix}, on, known_at)


async def available(session: AsyncSession, accounts: Sequence[str]) -> dict[str, Available]:
    """Return balance and holds of each account, now. Errors: AccountUnknown."""
    rows = await session.execute(_AVAILABLE, {"codes": list(accounts)})
    found = {code: Available(int(total), int(held)) for code, total, held in rows}
    for code in accounts:
        if code not in found:
            raise AccountUnknown(account=code)
    return found


async def _read(
    session: AsyncSession, which: str, values: dict[str, Any], on: date | None, known_at: datetime | None
) -> dict[str, int]:
    now, on_day, as_known = _READ[which]
    if known_at is not None:
        await _settle(session, known_at)
        rows = await session.execute(as_known, values | {"day": on, "known_at": known_at})
    elif on is not None:
        rows = await session.execute(on_day, values | {"day": on})
    else:
        rows = await session.execute(now, values)
    return {code: _whole(total) for code, total in rows}


async def _settle(session: AsyncSession, known_at: datetime) -> None:
    if known_at.tzinfo is None:
        raise ValueError("known_at needs a time zone")
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    with refusals():
        while not await session.scalar(_SETTLED, {"known_at": known_at}):
            if asyncio.get_running_loop().time() > deadline:
                raise NotYetKnown
            await asyncio.sleep(_PAUSE)


def _whole(total: Decimal) -> int:
    return int(total)
