"""Folding old postings into daily sums, off the hot path: balances then read few rows, and stay exact meanwhile."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.errors import refusals

_ROLL_UP = text("SELECT rolled_through, folded FROM ledger_roll_up()")


@dataclass(frozen=True, slots=True)
class RollUp:
    """Positions up to `through` are folded, `folded` of them by this run."""

    through: int
    folded: int


async def roll_up(session: AsyncSession) -> RollUp | None:
    """Fold what the run before has marked, and mark what is there now; None while another run is at it.

    A job for every few seconds. The session's transaction must not have written anything, and must be committed
    after. A transaction that stays open holds the fold back, never the postings.
    """
    with refusals():
        row = (await session.execute(_ROLL_UP)).one_or_none()
    return None if row is None else RollUp(row.rolled_through, row.folded)
