from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from services.funds.campaigns.queries import read as read_campaign
from services.funds.donations.queries import one as read_donation
from services.funds.donors.queries import read as read_donor
from services.funds.pledges import queries
from services.funds.pledges.models import Pledge, PledgeInstalment, PledgePayment
from services.funds.pledges.schemas import PledgeIn
from services.funds.values import parts_of


async def record(session: AsyncSession, wanted: PledgeIn, *, by: Actor) -> Pledge:
    """Errors: InstalmentsDisagree, PledgeTooLarge, CampaignNotFound, DonorNotFound; PledgeExists, by the database."""
    pledge = Pledge.made(wanted, by=by.subject)
    await read_campaign(session, wanted.campaign_id)
    await read_donor(session, wanted.donor_id)
    session.add(pledge)
    await session.flush()
    rows = [
        {"pledge_id": pledge.id, "number": number, "due_on": one.due_on, "amount": parts_of(one.value)}
        for number, one in enumerate(wanted.instalments, start=1)
    ]
    await session.execute(insert(PledgeInstalment), rows)
    await audit.record(session, by, "pledge.recorded", "pledge", pledge.id, {"reference": pledge.reference})
    return pledge


async def fulfil(session: AsyncSession, pledge_id: UUID, donation_id: UUID, *, by: Actor) -> None:
    """Count a donation towards a pledge.

    Errors: PledgeNotFound, PledgeCancelled, DonationNotFound; DonationOfAnotherKind, DonationCounted, by the database.
    """
    pledge = await queries.locked(session, pledge_id)
    pledge.expected()
    await read_donation(session, donation_id)
    session.add(
        PledgePayment(
            donation_id=donation_id,
            pledge_id=pledge.id,
            campaign_id=pledge.campaign_id,
            unit=pledge.unit,
            linked_by=by.subject,
        )
    )
    await session.flush()
    await audit.record(session, by, "pledge.fulfilled", "pledge", pledge.id, {"donation": str(donation_id)})


async def cancel(session: AsyncSession, pledge_id: UUID, reason: str, *, by: Actor) -> None:
    """Errors: PledgeNotFound, PledgeCancelled."""
    pledge = await queries.locked(session, pledge_id)
    pledge.cancel(reason, by=by.subject)
    await session.flush()
    await audit.record(session, by, "pledge.cancelled", "pledge", pledge.id, reason=reason)
