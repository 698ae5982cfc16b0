"""Who stands by a village or a household, since when, and what they did there."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.text import fold
from services.beneficiaries.households.models import in_order
from services.beneficiaries.organisations.errors import (
    ActivityWithdrawn,
    AssignmentEnded,
    OrganisationInactive,
    OutsideAssignment,
)

OrganisationKind = Literal[
    "agency", "union", "company", "army", "police", "school", "bank", "association", "religious", "group"
]


class Organisation(Model):
    """An agency, union, company, unit of the army …; its name is one, however it is accented."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str]
    folded_name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(Text)
    contact: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def call(self, name: str) -> None:
        # A name of punctuation only folds to nothing, and stands for itself.
        self.name, self.folded_name = name, fold(name) or name

    def must_be_active(self) -> None:
        """Errors: OrganisationInactive."""
        if not self.active:
            raise OrganisationInactive


class Assignment(Model):
    """An organisation's charge of a commune, a village or a household, from a day until before another.

    area_id: the commune unit of the day, of a household's registration.
    """

    __tablename__ = "organisation_assignments"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    village: Mapped[str | None]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    purpose: Mapped[str]
    decision_number: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ended_because: Mapped[str | None]
    recorded_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def end(self, on: date, because: str) -> None:
        """Errors: AssignmentEnded, DatesDisagree (before it began, or after the end that was planned)."""
        if self.ended_because is not None:
            raise AssignmentEnded
        in_order("assignment", self.valid_from, on)
        if self.valid_to is not None:
            in_order("assignment", on, self.valid_to)
        self.valid_to, self.ended_because = on, because
        self.version += 1

    def must_cover(self, organisation_id: UUID, day: date) -> None:
        """Errors: OutsideAssignment."""
        before_its_end = self.valid_to is None or day < self.valid_to
        if self.organisation_id != organisation_id or day < self.valid_from or not before_its_end:
            raise OutsideAssignment


class Activity(Model):
    """What an organisation did on a day, with its value as stated: beside the funds' books, never in them."""

    __tablename__ = "organisation_activities"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    assignment_id: Mapped[UUID | None]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    village: Mapped[str | None]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str]
    happened_on: Mapped[date]
    description: Mapped[str]
    quantities: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_because: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]

    def withdraw(self, on: date, *, by: str, because: str) -> None:
        """Errors: ActivityWithdrawn. It stays on record, and no longer counts as support."""
        if self.withdrawn_on is not None:
            raise ActivityWithdrawn
        self.withdrawn_on, self.withdrawn_by, self.withdrawn_because = on, by, because
