from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.funds.campaigns.models import Campaign
from services.funds.campaigns.schemas import CampaignsQuery
from services.funds.donations.models import Donation
from services.funds.errors import CampaignNotFound

NEWEST_FIRST = Keyset((Campaign.opens_on, Campaign.id), (date, UUID), descending=True)


def listed(query: CampaignsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(Campaign)
    if query.state is not None:
        statement = statement.where(Campaign.state == query.state)
    return statement


async def read(session: AsyncSession, campaign_id: UUID) -> Campaign:
    """Errors: CampaignNotFound."""
    campaign = await session.get(Campaign, campaign_id)
    if campaign is None:
        raise CampaignNotFound
    return campaign


async def locked(session: AsyncSession, campaign_id: UUID) -> Campaign:
    """Return the campaign, locked until the end. Errors: CampaignNotFound.

    Donations under way hold the campaign's key: this waits for them.
    """
    campaign = await session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise CampaignNotFound
    return campaign


async def received_outside(session: AsyncSession, campaign: Campaign) -> bool:
    """Return whether donations lie outside the campaign's dates."""
    outside = [Donation.received_on < campaign.opens_on]
    if campaign.closes_on is not None:
        outside.append(Donation.received_on > campaign.closes_on)
    found = await session.scalar(select(exists().where(Donation.campaign_id == campaign.id, or_(*outside))))
    return bool(found)
