from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit import ledger
from kit.model import Id, Model, RecordedAt
from kit.values.dates import now, today
from kit.values.ids import new_id
from kit.values.money import Money
from kit.values.quantity import Quantity
from kit.values.reference import new_reference
from services.funds import chart
from services.funds.campaigns.models import Campaign
from services.funds.values import Unit, parts_of, unit_of


class Donation(Model):
    """A gift received: `amount` in the unit's smallest part. Never changed; a wrong one is reversed."""

    __tablename__ = "donations"

    id: Mapped[Id]
    reference: Mapped[str]
    campaign_id: Mapped[UUID]
    donor_id: Mapped[UUID | None]
    unit: Mapped[Unit] = mapped_column(Text)
    amount: Mapped[int]
    received_on: Mapped[date]
    entry_id: Mapped[UUID]
    recorded_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def received(
        cls,
        campaign: Campaign,
        value: Money | Quantity,
        *,
        on: date,
        donor_id: UUID | None,
        by: str,
        donation_id: UUID | None = None,
    ) -> Self:
        """Take a gift in. Errors: ReceivedInTheFuture, CampaignClosed."""
        campaign.accepts(on)
        return cls(
            id=donation_id or new_id(),
            reference=new_reference("DN"),
            campaign_id=campaign.id,
            donor_id=donor_id,
            unit=unit_of(value),
            amount=parts_of(value),
            received_on=on,
            entry_id=new_id(),
            recorded_by=by,
            recorded_at=now(),
        )

    def entry(self) -> ledger.Entry:
        return ledger.Entry(
            id=self.entry_id,
            effective_on=self.received_on,
            postings=chart.receipt(self.campaign_id, self.unit, self.amount),
            description=self.reference,
            source=f"donation:{self.id}",
            key=f"donation:{self.id}",
            actor=self.recorded_by,
        )

    def reversing(self, *, on: date, by: str) -> ledger.Entry:
        """Return the entry that takes it back, on `on` or on the day it was received, whichever is later."""
        return ledger.reverse(
            self.entry(),
            effective_on=max(on, self.received_on),
            key=f"donation:{self.id}:reversal",
            actor=by,
            description=f"{self.reference} reversed",
        )


class DonationReversal(Model):
    """The correction of a donation recorded wrongly; one at most."""

    __tablename__ = "donation_reversals"

    donation_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID]
    reason: Mapped[str]
    reversed_on: Mapped[date]
    reversed_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def of(cls, donation: Donation, entry: ledger.Entry, *, reason: str) -> Self:
        return cls(
            donation_id=donation.id,
            entry_id=entry.id,
            reason=reason,
            reversed_on=today(),
            reversed_by=entry.actor,
        )
