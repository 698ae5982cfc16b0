from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from services.funds.decisions import DecidedByAnother
from services.funds.refunds.errors import RefundDecided

State = Literal["proposed", "paid", "rejected"]


class Refund(DecidedByAnother, Model):
    """A donation given back to who gave it: proposed by one person, paid by decision of another."""

    __tablename__ = "donation_refunds"

    id: Mapped[Id]
    donation_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="proposed")
    answer: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]

    def decide(self, state: Literal["paid", "rejected"], *, by: str, answer: str | None = None) -> None:
        """Errors: RefundDecided, SecondPersonNeeded."""
        if self.state != "proposed":
            raise RefundDecided
        self.decided(by)
        self.state, self.answer = state, answer
