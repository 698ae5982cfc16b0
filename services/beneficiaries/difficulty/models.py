"""A class of difficulty holds from a day until before another, and is known from a moment until it is superseded."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Model
from services.beneficiaries.clocks import Dated, Fitted, fit, held_on
from services.beneficiaries.difficulty.errors import DifficultyAlreadyRecorded


class Difficulty(Dated, Model):
    """One row of knowledge about a commune or a village; it is never changed, only superseded.

    zone: area I, II or III of a commune, None where none was decided, and for villages.
    """

    __tablename__ = "area_difficulties"

    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("villages.id"))
    zone: Mapped[str | None]
    particularly_disadvantaged: Mapped[bool]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    recorded_by: Mapped[str]

    def says_the_same(self, other: "Difficulty") -> bool:
        return (self.valid_from, self.zone, self.particularly_disadvantaged, self.decision_number) == (
            other.valid_from,
            other.zone,
            other.particularly_disadvantaged,
            other.decision_number,
        )


def decide(known: Sequence[Difficulty], decided: Difficulty) -> Fitted[Difficulty]:
    """Fit a decision into the rows known now. Errors: DifficultyAlreadyRecorded."""
    covering = held_on(known, decided.valid_from)
    if covering is not None and covering.says_the_same(decided):
        raise DifficultyAlreadyRecorded
    return fit(known, decided)
