"""A class of difficulty holds from a day until before another, and is known from a moment until it is superseded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from kit.values.ids import new_id
from services.beneficiaries.difficulty.errors import DifficultyAlreadyRecorded


class Difficulty(Model):
    """One row of knowledge about a commune or a village; it is never changed, only superseded.

    zone: area I, II or III of a commune, None where none was decided, and for villages.
    """

    __tablename__ = "area_difficulties"

    id: Mapped[Id]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("villages.id"))
    zone: Mapped[str | None]
    particularly_disadvantaged: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    recorded_by: Mapped[str]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime | None]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def until(self, day: date, moment: datetime) -> "Difficulty":
        """Return the same decision as it is known from `moment`: shorter."""
        return Difficulty(
            id=new_id(),
            area_id=self.area_id,
            village_id=self.village_id,
            zone=self.zone,
            particularly_disadvantaged=self.particularly_disadvantaged,
            valid_from=self.valid_from,
            valid_to=day,
            decision_number=self.decision_number,
            decided_on=self.decided_on,
            recorded_by=self.recorded_by,
            recorded_from=moment,
        )

    def says(self) -> tuple[str | None, bool]:
        return self.zone, self.particularly_disadvantaged


@dataclass(frozen=True)
class Change:
    """What a decision does to what is known: one row superseded at most, one or two made."""

    superseded: Difficulty | None
    made: list[Difficulty]


def decide(known: Sequence[Difficulty], decided: Difficulty) -> Change:
    """Fit a decision into the rows known now, oldest first.

    The class that held on its first day ends there, or is corrected if it began there. Decisions for later days stay:
    the new class lasts until the next of them. Errors: DifficultyAlreadyRecorded.
    """
    covering = next((row for row in known if row.holds_on(decided.valid_from)), None)
    if covering is None:
        decided.valid_to = min((row.valid_from for row in known if row.valid_from > decided.valid_from), default=None)
        return Change(None, [decided])
    decided.valid_to = covering.valid_to
    if covering.valid_from != decided.valid_from:
        return Change(covering, [covering.until(decided.valid_from, decided.recorded_from), decided])
    if (covering.says(), covering.decision_number) == (decided.says(), decided.decision_number):
        raise DifficultyAlreadyRecorded
    return Change(covering, [decided])
