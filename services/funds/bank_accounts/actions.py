from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from services.funds.bank_accounts import queries
from services.funds.bank_accounts.models import BankAccount, CampaignAccount
from services.funds.bank_accounts.schemas import BankAccountIn
from services.funds.campaigns.queries import locked
from services.funds.payment_codes.references import campaign_reference


async def open_account(session: AsyncSession, wanted: BankAccountIn, *, by: Actor) -> BankAccount:
    """Errors: BankAccountExists, by the database."""
    account = BankAccount(**wanted.model_dump(exclude_none=True), opened_by=by.subject)
    session.add(account)
    await session.flush()
    change = wanted.model_dump(mode="json", exclude={"id"})
    await audit.record(session, by, "bank_account.opened", "bank_account", account.id, change)
    return account


async def assign(
    session: AsyncSession, campaign_id: UUID, account_id: UUID, *, by: Actor
) -> tuple[CampaignAccount, BankAccount]:
    """Let a campaign's money arrive at an account from now on; its reference stays the same.

    Errors: CampaignNotFound, BankAccountNotFound.
    """
    await locked(session, campaign_id)
    account = await queries.read(session, account_id)
    assigned = await session.get(CampaignAccount, campaign_id)
    if assigned is None:
        assigned = CampaignAccount(campaign_id=campaign_id, reference=campaign_reference(campaign_id))
        session.add(assigned)
    assigned.account_id, assigned.assigned_by = account_id, by.subject
    await session.flush()
    change = {"account_id": str(account_id)}
    await audit.record(session, by, "campaign.account_assigned", "campaign", campaign_id, change)
    return assigned, account
