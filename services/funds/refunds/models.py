from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import now
from services.funds.errors import SecondPersonNeeded
from services.funds.refunds.errors import RefundDecided

State = Literal["proposed", "paid", "rejected"]


class Refund(Model):
    """A donation given back to who gave it: proposed by one person, paid by decision of another."""

    __tablename__ = "donation_refunds"

    id: Mapped[Id]
    donation_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="proposed")
    proposed_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def decide(self, state: Literal["paid", "rejected"], *, by: str, answer: str | None = None) -> None:
        """Errors: RefundDecided, SecondPersonNeeded."""
        if self.state != "proposed":
            raise RefundDecided
        if by == self.proposed_by:
            raise SecondPersonNeeded
        self.state, self.decided_by, self.decided_at, self.answer = state, by, now(), answer
        self.version += 1
