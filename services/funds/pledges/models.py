from datetime import date, datetime
from itertools import pairwise
from typing import Self
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import now
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.funds.pledges.errors import InstalmentsDisagree, PledgeCancelled, PledgeTooLarge
from services.funds.pledges.schemas import PledgeIn
from services.funds.values import LARGEST_GIFT, Unit, parts_of, unit_of


class Pledge(Model):
    """A promise to give; `amount` in the unit's smallest part is the sum of its instalments."""

    __tablename__ = "pledges"

    id: Mapped[Id]
    reference: Mapped[str]
    campaign_id: Mapped[UUID]
    donor_id: Mapped[UUID]
    unit: Mapped[Unit] = mapped_column(Text)
    amount: Mapped[int]
    pledged_on: Mapped[date]
    recorded_by: Mapped[str]
    cancelled_by: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def made(cls, wanted: PledgeIn, *, by: str) -> Self:
        """Errors: InstalmentsDisagree, PledgeTooLarge."""
        units = {unit_of(instalment.value) for instalment in wanted.instalments}
        days = [wanted.pledged_on, *(instalment.due_on for instalment in wanted.instalments)]
        in_order = all(day < after for day, after in pairwise(days[1:]))
        if len(units) != 1 or not in_order or days[1] < days[0]:
            raise InstalmentsDisagree
        amount = sum(parts_of(instalment.value) for instalment in wanted.instalments)
        if amount > LARGEST_GIFT:
            raise PledgeTooLarge
        return cls(
            id=wanted.id or new_id(),
            reference=new_reference("PL"),
            campaign_id=wanted.campaign_id,
            donor_id=wanted.donor_id,
            unit=units.pop(),
            amount=amount,
            pledged_on=wanted.pledged_on,
            recorded_by=by,
            version=1,
        )

    def expected(self) -> None:
        """Errors: PledgeCancelled."""
        if self.cancelled_at is not None:
            raise PledgeCancelled

    def cancel(self, because: str, *, by: str) -> None:
        """Errors: PledgeCancelled."""
        self.expected()
        self.cancelled_by, self.cancelled_at, self.cancelled_because = by, now(), because
        self.version += 1


class PledgeInstalment(Model):
    __tablename__ = "pledge_instalments"

    pledge_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    amount: Mapped[int]


class PledgePayment(Model):
    """A donation that counts towards a pledge of its campaign and unit."""

    __tablename__ = "pledge_payments"

    donation_id: Mapped[UUID] = mapped_column(primary_key=True)
    pledge_id: Mapped[UUID]
    campaign_id: Mapped[UUID]
    unit: Mapped[Unit] = mapped_column(Text)
    linked_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]
