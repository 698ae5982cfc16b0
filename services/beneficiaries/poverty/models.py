"""A status holds from a day until before another, and is known from a moment until it is superseded."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Model
from services.beneficiaries.clocks import Dated, Fitted, fit, held_on
from services.beneficiaries.errors import DecisionAlreadyRecorded


class StatusRow(Dated, Model):
    """One row of knowledge; it is never changed, only superseded."""

    __tablename__ = "poverty_statuses"

    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    status: Mapped[str]
    standard: Mapped[str]
    decision_number: Mapped[str]
    decided_by: Mapped[str]

    def says_the_same(self, other: "StatusRow") -> bool:
        return (self.valid_from, self.status, self.standard, self.decision_number) == (
            other.valid_from,
            other.status,
            other.standard,
            other.decision_number,
        )


def decide(known: Sequence[StatusRow], decided: StatusRow) -> Fitted[StatusRow]:
    """Fit a decision into the rows known now. Errors: DecisionAlreadyRecorded."""
    covering = held_on(known, decided.valid_from)
    if covering is not None and covering.says_the_same(decided):
        raise DecisionAlreadyRecorded
    return fit(known, decided)
