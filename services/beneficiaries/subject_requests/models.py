"""A request of a data subject and where it may go.

received ──acknowledge──▶ acknowledged ──answer──▶ granted | refused
                               │  deletion                ▲
                               └──propose──▶ proposed ──decide, by another
"""

from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from services.beneficiaries.subject_requests.errors import RequestByTwo, RequestReasonMissing, RequestStepRefused

Kind = Literal["access", "correction", "restriction", "deletion", "consent_withdrawal"]
State = Literal["received", "acknowledged", "proposed", "granted", "refused"]
Outcome = Literal["granted", "refused"]
PREFIX: Final = "DS"


class RequestKind(Model):
    """A kind of request as data: working days to acknowledge it, calendar days to answer it."""

    __tablename__ = "subject_request_kinds"

    code: Mapped[Kind] = mapped_column(Text, primary_key=True)
    title_vi: Mapped[str]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    acknowledge_days: Mapped[int]
    answer_days: Mapped[int]
    keep_years: Mapped[int | None]
    source: Mapped[str]
    version: Mapped[int]


class SubjectRequest(Model):
    """What somebody asked about their own data; details are sealed."""

    __tablename__ = "subject_requests"

    id: Mapped[Id]
    code: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[Kind] = mapped_column(Text)
    asked_by: Mapped[str]
    evidence: Mapped[str]
    details_sealed: Mapped[bytes | None]
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_consents.id"))
    received_on: Mapped[date]
    received_by: Mapped[str]
    acknowledge_by: Mapped[date]
    acknowledged_on: Mapped[date | None]
    due_on: Mapped[date]
    state: Mapped[State] = mapped_column(Text)
    proposed_outcome: Mapped[Outcome | None] = mapped_column(Text)
    proposed_by: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    @property
    def details_context(self) -> str:
        return details_context(self.id)

    def acknowledge(self, on: date) -> None:
        """Errors: RequestStepRefused."""
        self._must_stand("received")
        self.state, self.acknowledged_on = "acknowledged", on
        self.version += 1

    def propose(self, outcome: Outcome, reason: str | None, by: str) -> None:
        """Say how a deletion is to be answered; another decides. Errors: RequestStepRefused, RequestReasonMissing."""
        self._must_stand("acknowledged", "proposed", deletion=True)
        _must_say_why(outcome, reason)
        self.state, self.proposed_outcome, self.proposed_by, self.reason = "proposed", outcome, by, reason
        self.version += 1

    def answer(self, outcome: Outcome, reason: str | None, on: date, by: str) -> None:
        """Errors: RequestStepRefused, RequestReasonMissing."""
        self._must_stand("acknowledged", deletion=False)
        _must_say_why(outcome, reason)
        self.state, self.reason, self.decided_by, self.decided_on = outcome, reason, by, on
        self.version += 1

    def decide(self, outcome: Outcome, reason: str | None, on: date, by: str) -> None:
        """Decide a deletion. Errors: RequestStepRefused, RequestByTwo, RequestReasonMissing."""
        self._must_stand("proposed", deletion=True)
        if by == self.proposed_by:
            raise RequestByTwo
        _must_say_why(outcome, reason or self.reason)
        self.state, self.decided_by, self.decided_on = outcome, by, on
        self.reason = reason or self.reason
        self.version += 1

    def must_be_granted(self, kind: Kind) -> None:
        """Errors: RequestStepRefused."""
        if self.kind != kind or self.state != "granted":
            raise RequestStepRefused(kind=self.kind, state=self.state)

    def _must_stand(self, *states: State, deletion: bool | None = None) -> None:
        of_this_kind = deletion is None or deletion == (self.kind == "deletion")
        if self.state not in states or not of_this_kind:
            raise RequestStepRefused(kind=self.kind, state=self.state)


class Restriction(Model):
    """While it is not lifted, the person is kept and shown to those who answer for them, and told to nobody else."""

    __tablename__ = "person_restrictions"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRequest.id))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    restricted_at: Mapped[RecordedAt]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


def details_context(request_id: UUID) -> str:
    return f"subject_requests.details:{request_id}"


def _must_say_why(outcome: Outcome, reason: str | None) -> None:
    if outcome == "refused" and reason is None:
        raise RequestReasonMissing
