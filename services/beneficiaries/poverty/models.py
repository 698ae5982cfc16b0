"""A status holds from a day until before another, and is known from a moment until it is superseded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from kit.values.ids import new_id
from services.beneficiaries.errors import DecisionAlreadyRecorded


class StatusRow(Model):
    """One row of knowledge; it is never changed, only superseded."""

    __tablename__ = "poverty_statuses"

    id: Mapped[Id]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    status: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    standard: Mapped[str]
    decision_number: Mapped[str]
    decided_by: Mapped[str]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime | None]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def until(self, day: date, moment: datetime) -> "StatusRow":
        """Return the same decision as it is known from `moment`: shorter."""
        return StatusRow(
            id=new_id(),
            household_id=self.household_id,
            status=self.status,
            valid_from=self.valid_from,
            valid_to=day,
            standard=self.standard,
            decision_number=self.decision_number,
            decided_by=self.decided_by,
            recorded_from=moment,
        )

    def says_the_same(self, other: "StatusRow") -> bool:
        return (self.valid_from, self.status, self.standard, self.decision_number) == (
            other.valid_from,
            other.status,
            other.standard,
            other.decision_number,
        )


@dataclass(frozen=True)
class Change:
    """What a decision does to what is known: one row superseded at most, one or two made."""

    superseded: StatusRow | None
    made: list[StatusRow]


def decide(known: Sequence[StatusRow], decided: StatusRow) -> Change:
    """Fit a decision into the rows known now, oldest first.

    The row that held on its first day ends there, or is corrected if it began there. Decisions for later days stay:
    the new status lasts until the next of them. Errors: DecisionAlreadyRecorded.
    """
    covering = next((row for row in known if row.holds_on(decided.valid_from)), None)
    if covering is None:
        later = [row.valid_from for row in known if row.valid_from > decided.valid_from]
        decided.valid_to = min(later, default=None)
        return Change(None, [decided])
    if covering.says_the_same(decided):
        raise DecisionAlreadyRecorded
    decided.valid_to = covering.valid_to
    if covering.valid_from == decided.valid_from:
        return Change(covering, [decided])
    return Change(covering, [covering.until(decided.valid_from, decided.recorded_from), decided])
