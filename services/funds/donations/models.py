from datetime import date
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit import ledger
from kit.model import Id, Model, RecordedAt
from kit.values.dates import now, today
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.funds import chart
from services.funds.campaigns.models import Campaign
from services.funds.donations.errors import CreditedToGiver, MoneyNeedsNoValuation
from services.funds.donations.schemas import DonationIn
from services.funds.values import Unit, parts_of, unit_of

ReversalKind = Literal["mistake", "correction", "refund"]


class Donation(Model):
    """A gift received: `amount` in the unit's smallest part. Never changed; a wrong one is reversed.

    `on_behalf_of` is the group credited with it (soft credit), `valuation` in đồng what goods or labour were worth, and
    `corrects` the donation recorded wrongly in its place.
    """

    __tablename__ = "donations"

    id: Mapped[Id]
    reference: Mapped[str]
    campaign_id: Mapped[UUID]
    donor_id: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    unit: Mapped[Unit] = mapped_column(Text)
    amount: Mapped[int]
    valuation: Mapped[int | None]
    valuation_basis: Mapped[str | None]
    received_on: Mapped[date]
    entry_id: Mapped[UUID]
    corrects: Mapped[UUID | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def received(cls, campaign: Campaign, gift: DonationIn, *, by: str, corrects: UUID | None = None) -> Self:
        """Take a gift in. Errors: ReceivedInTheFuture, CampaignClosed, MoneyNeedsNoValuation, CreditedToGiver."""
        campaign.accepts(gift.received_on)
        unit = unit_of(gift.value)
        if gift.valuation is not None and unit == "VND":
            raise MoneyNeedsNoValuation
        if gift.on_behalf_of is not None and gift.on_behalf_of == gift.donor_id:
            raise CreditedToGiver
        return cls(
            id=gift.id or new_id(),
            reference=new_reference("DN"),
            campaign_id=campaign.id,
            donor_id=gift.donor_id,
            on_behalf_of=gift.on_behalf_of,
            unit=unit,
            amount=parts_of(gift.value),
            valuation=gift.valuation and gift.valuation.worth.amount,
            valuation_basis=gift.valuation and gift.valuation.basis,
            received_on=gift.received_on,
            entry_id=new_id(),
            corrects=corrects,
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
    """A donation taken back, once at most: recorded wrongly, corrected by another, or refunded."""

    __tablename__ = "donation_reversals"

    donation_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID]
    reason: Mapped[str]
    reversed_on: Mapped[date]
    reversed_by: Mapped[str]
    kind: Mapped[ReversalKind] = mapped_column(Text)
    refund_id: Mapped[UUID | None]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def of(
        cls,
        donation: Donation,
        entry: ledger.Entry,
        *,
        reason: str,
        kind: ReversalKind,
        refund_id: UUID | None = None,
    ) -> Self:
        return cls(
            donation_id=donation.id,
            kind=kind,
            refund_id=refund_id,
            entry_id=entry.id,
            reason=reason,
            reversed_on=today(),
            reversed_by=entry.actor,
        )
