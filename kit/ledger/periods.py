"""Closed periods refuse entries dated in them, for good: corrections are dated in an open one."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.errors import refusals
from kit.values.ids import new_id

_CLOSE = text(
    "SELECT ledger_close_period(CAST(:id AS uuid), CAST(:starts_on AS date), CAST(:ends_on AS date),"
    " CAST(:actor AS text))"
)


async def close_period(session: AsyncSession, starts_on: date, ends_on: date, *, actor: str) -> UUID:
    """Close the days from `starts_on` to `ends_on`, both included; the same days again give the first closing's id.

    Waits up to five seconds for entries under way. Errors: PeriodOverlaps, LedgerBusy; ValueError for days that run
    backwards.
    """
    if ends_on < starts_on:
        raise ValueError("a period ends on its first day or later")
    with refusals():
        closed: UUID = (
            await session.execute(_CLOSE, {"id": new_id(), "starts_on": starts_on, "ends_on": ends_on, "actor": actor})
        ).scalar_one()
    return closed
