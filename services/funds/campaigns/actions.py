from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.http.versions import expect_version
from kit.identity import Actor
from services.funds import chart
from services.funds.campaigns import queries
from services.funds.campaigns.models import Campaign
from services.funds.campaigns.schemas import CampaignIn, CampaignPatch
from services.funds.errors import CampaignExists, DonationsOutsideDates


async def open_campaign(session: AsyncSession, wanted: CampaignIn, *, by: Actor) -> Campaign:
    """Errors: CampaignExists, CampaignEndsBeforeItOpens."""
    if wanted.id is not None and await session.get(Campaign, wanted.id) is not None:
        raise CampaignExists
    campaign = Campaign.opened(
        wanted.id,
        name=wanted.name,
        purpose=wanted.purpose,
        opens_on=wanted.opens_on,
        closes_on=wanted.closes_on,
        target=wanted.target.amount if wanted.target else None,
    )
    session.add(campaign)
    await session.flush()
    await chart.open_books(session, campaign.id, by=by.subject)
    change = wanted.model_dump(mode="json", exclude={"id"})
    await audit.record(session, by, "campaign.opened", "campaign", campaign.id, change)
    return campaign


async def change_campaign(
    session: AsyncSession, campaign_id: UUID, change: CampaignPatch, *, version: int, by: Actor
) -> Campaign:
    """Errors: CampaignNotFound, StaleVersion, CampaignEndsBeforeItOpens, DonationsOutsideDates."""
    campaign = await queries.locked(session, campaign_id)
    expect_version(campaign.version, version)
    for name in change.model_fields_set - {"target"}:
        setattr(campaign, name, getattr(change, name))
    if "target" in change.model_fields_set:
        campaign.target = change.target.amount if change.target else None
    campaign.check_dates()
    if change.model_fields_set & {"opens_on", "closes_on"} and await queries.received_outside(session, campaign):
        raise DonationsOutsideDates
    campaign.version += 1
    await session.flush()
    changed = change.model_dump(mode="json", exclude_unset=True)
    await audit.record(session, by, "campaign.changed", "campaign", campaign.id, changed)
    return campaign


async def close_campaign(session: AsyncSession, campaign_id: UUID, *, by: Actor) -> Campaign:
    """Stop receiving for good; a campaign closed before stays as it is. Errors: CampaignNotFound."""
    campaign = await queries.locked(session, campaign_id)
    if campaign.state == "open":
        campaign.state = "closed"
        campaign.version += 1
        await session.flush()
        await audit.record(session, by, "campaign.closed", "campaign", campaign.id)
    return campaign
