from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from services.funds.donations import actions as donations
from services.funds.donations.models import DonationReversal
from services.funds.donations.queries import one as read_donation
from services.funds.errors import DonationReversed
from services.funds.refunds import queries
from services.funds.refunds.models import Refund
from services.funds.refunds.schemas import RefundIn


async def propose(session: AsyncSession, donation_id: UUID, wanted: RefundIn, *, by: Actor) -> Refund:
    """Errors: DonationNotFound, DonationReversed; RefundExists, RefundUnderWay, by the database."""
    await read_donation(session, donation_id)
    if await session.get(DonationReversal, donation_id) is not None:
        raise DonationReversed
    refund = Refund(donation_id=donation_id, reason=wanted.reason, state="proposed", proposed_by=by.subject)
    if wanted.id is not None:
        refund.id = wanted.id
    session.add(refund)
    await session.flush()
    await _noted(session, refund, "proposed", by=by, reason=wanted.reason)
    return refund


async def pay(session: AsyncSession, refund_id: UUID, *, by: Actor) -> Refund:
    """Give the donation back, by an entry that mirrors its own.

    Errors: RefundNotFound, RefundDecided, SecondPersonNeeded, DonationReversed, DonationSpent.
    """
    refund = await queries.read(session, refund_id, lock=True)
    refund.decide("paid", by=by.subject)
    await session.flush()
    await donations.take_back(session, refund.donation_id, refund.reason, by=by, kind="refund", refund_id=refund.id)
    await _noted(session, refund, "paid", by=by)
    return refund


async def reject(session: AsyncSession, refund_id: UUID, reason: str, *, by: Actor) -> Refund:
    """Errors: RefundNotFound, RefundDecided, SecondPersonNeeded."""
    refund = await queries.read(session, refund_id, lock=True)
    refund.decide("rejected", by=by.subject, answer=reason)
    await session.flush()
    await _noted(session, refund, "rejected", by=by, reason=reason)
    return refund


async def _noted(session: AsyncSession, refund: Refund, what: str, *, by: Actor, reason: str | None = None) -> None:
    change = {"donation": str(refund.donation_id)}
    await audit.record(session, by, f"refund.{what}", "refund", refund.id, change, reason=reason)
