from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, ledger, outbox
from kit.identity import Actor
from kit.statements import Statements
from kit.values.dates import today
from services.funds.donations import queries
from services.funds.donations.models import Donation, DonationReversal
from services.funds.donations.schemas import DonationIn
from services.funds.errors import DonationNotFound, DonationReversed, DonationSpent
from services.funds.values import plain, spoken


async def record(session: Statements, gift: DonationIn, *, by: Actor) -> dict[str, Any]:
    """Take a gift in, with its entry in the books, and return it as `DonationOut` shows it.

    Errors: CampaignNotFound, DonorNotFound, CampaignClosed, ReceivedInTheFuture; DonationExists, by the database.
    """
    campaign, donor = await queries.campaign_and_donor(session, gift.campaign_id, gift.donor_id)
    donation = Donation.received(
        campaign, gift.value, on=gift.received_on, donor_id=gift.donor_id, by=by.subject, donation_id=gift.id
    )
    row = {
        "id": donation.id,
        "reference": donation.reference,
        "campaign_id": donation.campaign_id,
        "donor_id": donation.donor_id,
        "unit": donation.unit,
        "amount": donation.amount,
        "received_on": donation.received_on,
        "entry_id": donation.entry_id,
        "recorded_by": donation.recorded_by,
        "recorded_at": donation.recorded_at,
    }
    await session.execute(queries.INSERT, row)
    await ledger.post(session, donation.entry())
    told = {
        "donation_id": str(donation.id),
        "campaign_id": str(donation.campaign_id),
        "value": plain(donation.unit, donation.amount),
        "received_on": donation.received_on,
        "reference": donation.reference,
    }
    await outbox.add(session, "donation.recorded", str(donation.id), told)
    await audit.record(session, by, "donation.recorded", "donation", donation.id, {"reference": donation.reference})
    return queries.shown(
        (
            *(donation.id, donation.reference, donation.campaign_id, donation.donor_id, donor),
            *(donation.unit, donation.amount, donation.received_on, donation.recorded_at, donation.recorded_by),
            *(None, None, None),
        )
    )


async def reverse(session: AsyncSession, donation_id: UUID, reason: str, *, by: Actor) -> dict[str, Any]:
    """Take a wrongly recorded gift out of the books again, and return it as `DonationOut` shows it.

    Errors: DonationNotFound, DonationReversed, DonationSpent.
    """
    # Append-only, so there is nothing to lock: of two reversals at once, the ledger takes one.
    donation = await session.scalar(select(Donation).where(Donation.id == donation_id))
    if donation is None:
        raise DonationNotFound
    entry = donation.reversing(on=today(), by=by.subject)
    if await session.get(DonationReversal, donation.id) is not None:
        raise DonationReversed
    session.add(DonationReversal.of(donation, entry, reason=reason))
    await session.flush()
    try:
        await ledger.post(session, entry)
    except ledger.Overdrawn as short:
        missing = spoken(donation.unit, int(str(short.facts["missing"])))
        raise DonationSpent(missing=missing) from short
    told = {"donation_id": str(donation.id), "reference": donation.reference, "reason": reason}
    await outbox.add(session, "donation.reversed", str(donation.id), {**told, "campaign_id": str(donation.campaign_id)})
    await audit.record(
        session, by, "donation.reversed", "donation", donation.id, {"reference": donation.reference}, reason=reason
    )
    return queries.shown(await queries.one(session, donation.id))
