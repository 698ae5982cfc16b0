"""A review of the poverty of a commune: opened, listed, decided; each household in it scored, classified, agreed."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.reference import new_reference
from services.beneficiaries.reviews.errors import (
    CaseIsAgreed,
    ReviewIsCancelled,
    ReviewIsDecided,
    ReviewNotListed,
    ReviewTooEarly,
)

UNDECIDED: Final = ("opened", "listed")


class Campaign(Model):
    """The review of one commune in one year, or month.

    month: 0 for a yearly review. prepared_by: who opened it or scored in it; none of them decides. urban, rules_id,
    points_id, terms_id: as they were when it was opened, and so they stay.
    """

    __tablename__ = "review_campaigns"

    id: Mapped[Id]
    code: Mapped[str]
    area_id: Mapped[UUID]
    kind: Mapped[str]
    year: Mapped[int]
    month: Mapped[int]
    urban: Mapped[bool]
    standard: Mapped[str]
    rules_id: Mapped[UUID]
    points_id: Mapped[UUID | None]
    terms_id: Mapped[UUID]
    list_on: Mapped[date]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[RecordedAt]
    prepared_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decision_number: Mapped[str | None]
    valid_from: Mapped[date | None]
    cancelled_by: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None]
    version: Mapped[int]

    @staticmethod
    def new_code() -> str:
        return new_reference("RV")

    @staticmethod
    def must_have_begun(opens_on: date, today: date) -> None:
        """Errors: ReviewTooEarly."""
        if today < opens_on:
            raise ReviewTooEarly(opens_on=opens_on)

    def must_be_undecided(self) -> None:
        """Errors: ReviewIsDecided, ReviewIsCancelled."""
        if self.state == "decided":
            raise ReviewIsDecided
        if self.state not in UNDECIDED:
            raise ReviewIsCancelled

    def must_be_listed(self) -> None:
        """Errors: ReviewIsDecided, ReviewIsCancelled, ReviewNotListed."""
        self.must_be_undecided()
        if self.state != "listed":
            raise ReviewNotListed


class Case(Model):
    """One household in a review: `scoring` until there is a form, then `scored`, `classified`, `agreed`, `decided`.

    round: how often it was scored; a village that does not agree sends it back for another.
    """

    __tablename__ = "review_cases"

    id: Mapped[Id]
    campaign_id: Mapped[UUID]
    household_id: Mapped[UUID]
    request_id: Mapped[UUID | None]
    origin: Mapped[str]
    village: Mapped[str]
    status_before: Mapped[str]
    state: Mapped[str]
    round: Mapped[int]
    judged: Mapped[str | None] = mapped_column("class")
    low_income: Mapped[bool | None]
    deprivations: Mapped[int | None]
    income_points: Mapped[int | None]
    deprivation_points: Mapped[int | None]
    outcome: Mapped[str | None]
    version: Mapped[int]
    changed_at: Mapped[RecordedAt]

    def score(self, moment: datetime) -> None:
        """Take a new form: what was computed of the one before is void. Errors: CaseIsAgreed."""
        if self.state in {"agreed", "decided"}:
            raise CaseIsAgreed
        self.state = "scored"
        self._forget(moment)

    def back_to_scoring(self, moment: datetime) -> None:
        """Start another round: a complaint was right."""
        self.state = "scoring"
        self.round += 1
        self._forget(moment)

    def _forget(self, moment: datetime) -> None:
        self.judged = self.low_income = self.deprivations = self.income_points = self.deprivation_points = None
        self.version += 1
        self.changed_at = moment
