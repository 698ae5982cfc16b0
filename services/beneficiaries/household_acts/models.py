"""What happened to households: never changed, reversed by another act."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from services.beneficiaries.household_acts.errors import ActNotReversible

_REVERSIBLE: Final = frozenset({"move", "death", "merge"})


class HouseholdAct(Model):
    """A split, merge, move, death or reversal; what it made is known from `recorded_at`, and so is what it ended.

    household_id: the household that was split or moved, where somebody died, or that was dissolved by a merge.
    other_household_id: the one that a split made, or that took in the members of the dissolved one.
    """

    __tablename__ = "household_acts"

    id: Mapped[Id]
    kind: Mapped[str]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    other_household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    person_id: Mapped[UUID | None]
    from_area_id: Mapped[UUID | None]
    to_area_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None]
    effective_on: Mapped[date]
    decision_number: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]

    def households(self) -> list[UUID]:
        """Return the households it touched, in the order in which they are locked."""
        return sorted(one for one in (self.household_id, self.other_household_id) if one is not None)

    def must_be_reversible(self) -> None:
        """Errors: ActNotReversible."""
        if self.kind not in _REVERSIBLE:
            raise ActNotReversible
