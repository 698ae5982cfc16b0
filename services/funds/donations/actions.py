from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, ledger, outbox
from kit.identity import Actor
from kit.statements import Statements
from kit.values.dates import today
from services.funds.donations import queries
from services.funds.donations.models import Donation, DonationReversal, ReversalKind
from services.funds.donations.schemas import CorrectionIn, DonationIn
from services.funds.errors import DonationNotFound, DonationReversed, DonationSpent
from services.funds.values import plain, spoken


async def record(session: Statements, gift: DonationIn, *, by: Actor) -> dict[str, Any]:
    """Take a gift in, with its entry in the books, and return it as `DonationOut` shows it.

    Errors: CampaignNotFound, DonorNotFound, CampaignClosed, ReceivedInTheFuture, MoneyNeedsNoValuation,
    CreditedToGiver; DonationExists, by the database.
    """
    found = await queries.named(session, gift)
    donation = Donation.received(found.campaign, gift, by=by.subject)
    await session.execute(queries.INSERT, queries.columns(donation))
    await ledger.post(session, donation.entry())
    await _told(session, donation, by=by)
    return queries.recorded(donation, found)


async def correct(session: AsyncSession, donation_id: UUID, wanted: CorrectionIn, *, by: Actor) -> dict[str, Any]:
    """Take a wrong donation back and record the right one, both in one entry of two into the books, or neither.

    Errors: DonationNotFound, DonationReversed, DonationSpent, and those of `record`.
    """
    wrong, reversing = await _taken_back(session, donation_id, wanted.reason, by=by, kind="correction")
    found = await queries.named(session, wanted.donation)
    right = Donation.received(found.campaign, wanted.donation, by=by.subject, corrects=wrong.id)
    await session.execute(queries.INSERT, queries.columns(right))
    # Together: what both leave to a campaign is what has to cover what it spent.
    await _post(session, wrong, reversing, right.entry())
    await _reversal_told(session, wrong, wanted.reason, by=by)
    await _told(session, right, by=by)
    return queries.recorded(right, found)


async def reverse(session: AsyncSession, donation_id: UUID, reason: str, *, by: Actor) -> dict[str, Any]:
    """Take a wrongly recorded gift out of the books again, and return it as `DonationOut` shows it.

    Errors: DonationNotFound, DonationReversed, DonationSpent.
    """
    await take_back(session, donation_id, reason, by=by, kind="mistake")
    return queries.shown(await queries.one(session, donation_id))


async def take_back(
    session: AsyncSession,
    donation_id: UUID,
    reason: str,
    *,
    by: Actor,
    kind: ReversalKind,
    refund_id: UUID | None = None,
) -> None:
    """Mirror a donation's entry; a refund names the decision that paid it.

    Errors: DonationNotFound, DonationReversed, DonationSpent.
    """
    donation, entry = await _taken_back(session, donation_id, reason, by=by, kind=kind, refund_id=refund_id)
    await _post(session, donation, entry)
    await _reversal_told(session, donation, reason, by=by)


async def _taken_back(
    session: AsyncSession,
    donation_id: UUID,
    reason: str,
    *,
    by: Actor,
    kind: ReversalKind,
    refund_id: UUID | None = None,
) -> tuple[Donation, ledger.Entry]:
    # Append-only, so there is nothing to lock: of two reversals at once, the key of the table takes one.
    donation = await session.scalar(select(Donation).where(Donation.id == donation_id))
    if donation is None:
        raise DonationNotFound
    if await session.get(DonationReversal, donation.id) is not None:
        raise DonationReversed
    entry = donation.reversing(on=today(), by=by.subject)
    session.add(DonationReversal.of(donation, entry, reason=reason, kind=kind, refund_id=refund_id))
    await session.flush()
    return donation, entry


async def _post(session: AsyncSession, donation: Donation, *entries: ledger.Entry) -> None:
    try:
        await ledger.post_many(session, entries)
    except ledger.Overdrawn as short:
        missing = spoken(donation.unit, int(str(short.facts["missing"])))
        raise DonationSpent(missing=missing) from short


async def _told(session: Statements, donation: Donation, *, by: Actor) -> None:
    told = {
        "donation_id": str(donation.id),
        "campaign_id": str(donation.campaign_id),
        "value": plain(donation.unit, donation.amount),
        "received_on": donation.received_on,
        "reference": donation.reference,
    }
    await outbox.add(session, "donation.recorded", str(donation.id), told)
    change = {"reference": donation.reference}
    if donation.corrects is not None:
        change["corrects"] = str(donation.corrects)
    await audit.record(session, by, "donation.recorded", "donation", donation.id, change)


async def _reversal_told(session: AsyncSession, donation: Donation, reason: str, *, by: Actor) -> None:
    told = {"donation_id": str(donation.id), "reference": donation.reference, "reason": reason}
    await outbox.add(session, "donation.reversed", str(donation.id), {**told, "campaign_id": str(donation.campaign_id)})
    await audit.record(
        session, by, "donation.reversed", "donation", donation.id, {"reference": donation.reference}, reason=reason
    )
