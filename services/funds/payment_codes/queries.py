from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.bank_accounts.models import BankAccount, CampaignAccount
from services.funds.payment_codes.errors import CampaignHasNoAccount


async def account_of(session: AsyncSession, campaign_id: UUID) -> tuple[BankAccount, str]:
    """Return where a campaign's money arrives, and its reference. Errors: CampaignHasNoAccount."""
    row = (
        await session.execute(
            select(BankAccount, CampaignAccount.reference)
            .join(CampaignAccount, CampaignAccount.account_id == BankAccount.id)
            .where(CampaignAccount.campaign_id == campaign_id)
        )
    ).one_or_none()
    if row is None:
        raise CampaignHasNoAccount
    return row[0], row[1]
