from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt


class BankAccount(Model):
    """An account of the Fund at a bank: `bank_bin` as NAPAS numbers it, `number` as the bank writes it."""

    __tablename__ = "bank_accounts"

    id: Mapped[Id]
    bank_bin: Mapped[str]
    bank_name: Mapped[str]
    number: Mapped[str]
    holder: Mapped[str]
    opened_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]


class CampaignAccount(Model):
    """Where a campaign's money arrives, and the reference that a transfer for it carries: one at a time."""

    __tablename__ = "campaign_accounts"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    reference: Mapped[str]
    assigned_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]
