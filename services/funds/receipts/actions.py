from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.ids import new_id
from kit.values.reference import reference_of
from services.funds.donations.queries import one as read_donation
from services.funds.receipts import queries
from services.funds.receipts.models import Receipt
from services.funds.receipts.paper import Paper
from services.funds.receipts.schemas import ReceiptIn


async def issue(session: AsyncSession, donation_id: UUID, wanted: ReceiptIn, *, by: Actor) -> Receipt:
    """Errors: DonationNotFound; by the database DonationReversed, ReceiptExists, ReceiptBookNotFound."""
    await read_donation(session, donation_id)
    own = wanted.id or new_id()
    receipt = Receipt(
        id=own,
        donation_id=donation_id,
        book=wanted.book,
        code=reference_of(queries.PREFIX, own),
        issued_by=by.subject,
        state="valid",
        prints=0,
        version=1,
    )
    session.add(receipt)
    await session.flush()
    await session.refresh(receipt)
    change = {"book": receipt.book, "year": receipt.year, "number": receipt.number}
    await audit.record(session, by, "receipt.issued", "receipt", receipt.id, change)
    return receipt


async def print_one(session: AsyncSession, receipt_id: UUID, *, by: Actor) -> tuple[Paper, bool]:
    """Count one more sheet, and return what stands on it and whether it is the original.

    Errors: ReceiptNotFound, ReceiptIsVoid.
    """
    receipt = await queries.read(session, receipt_id, lock=True)
    original = receipt.print()
    await session.flush()
    await audit.record(session, by, "receipt.printed", "receipt", receipt.id, {"sheet": receipt.prints})
    return await queries.paper(session, receipt.id), original


async def void(session: AsyncSession, receipt_id: UUID, reason: str, *, by: Actor) -> Receipt:
    """Errors: ReceiptNotFound, ReceiptIsVoid."""
    receipt = await queries.read(session, receipt_id, lock=True)
    receipt.void(reason, by=by.subject)
    await session.flush()
    await audit.record(session, by, "receipt.voided", "receipt", receipt.id, reason=reason)
    return receipt
