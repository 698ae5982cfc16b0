"""A proposed change and where it may go from where it stands.

proposed ──approve──▶ approved, and applied in the same transaction
  ▲   │ ──reject──▶ rejected
  │   └──return──▶ returned ──nobody answers──▶ expired
  └──── resubmit ────┘          from both: withdraw ──▶ withdrawn
"""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.identity import Actor
from kit.model import Id, Model, RecordedAt
from services.beneficiaries.change_requests.errors import (
    ChangeRequestStepRefused,
    DecidedByAnother,
    NotYoursToDecide,
    NotYoursToPropose,
    ProposerOnly,
)

State = Literal["proposed", "returned", "approved", "rejected", "withdrawn", "expired"]
Step = Literal["proposed", "returned", "resubmitted", "approved", "rejected", "withdrawn", "expired"]
Checker = Literal["approver", "registrar"]

_HOLDS: dict[str, tuple[str, ...]] = {
    "approver": ("beneficiaries.approve",),
    "registrar": ("beneficiaries.write", "beneficiaries.approve"),
}


class ChangeRequestKind(Model):
    """A kind of change as data: who proposes it, who checks it, on what, in how many days.

    proposers: roles. checker: `approver` is the chairperson, `registrar` any other officer as well. direct_allowed:
    whether officers may make such a change without a request.
    """

    __tablename__ = "change_request_kinds"

    code: Mapped[str] = mapped_column(primary_key=True)
    title_vi: Mapped[str]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    proposers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    checker: Mapped[Checker] = mapped_column(Text)
    attachment_needed: Mapped[bool]
    decide_days: Mapped[int]
    answer_days: Mapped[int]
    direct_allowed: Mapped[bool]
    active: Mapped[bool]
    version: Mapped[int]

    @property
    def subject(self) -> UUID:
        """What the audit log calls it."""
        return uuid5(NAMESPACE_URL, f"forthepoor/change-request-kind/{self.code}")

    def must_be_proposed_by(self, actor: Actor) -> None:
        """Errors: NotYoursToPropose."""
        if not self.active or actor.roles.isdisjoint(self.proposers):
            raise NotYoursToPropose

    def must_be_decided_by(self, actor: Actor) -> None:
        """Errors: NotYoursToDecide."""
        if not any(actor.may(scope) for scope in _HOLDS[self.checker]):
            raise NotYoursToDecide(checker=self.checker)


class ChangeRequest(Model):
    """A change of one household as it was in `base_version`; what is to change is sealed, its field names are not.

    named_code: the code by which another office named the household. due_on: day by which whose turn it is should
    have acted.
    """

    __tablename__ = "change_requests"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(ForeignKey(ChangeRequestKind.code))
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    named_code: Mapped[str | None]
    base_version: Mapped[int]
    other_household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    other_base_version: Mapped[int | None]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    payload_sealed: Mapped[bytes]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[State] = mapped_column(Text, default="proposed")
    due_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def payload_context(self) -> str:
        return f"change_requests.payload:{self.id}"

    def must_be_open_to(self, actor: Actor) -> None:
        """Errors: ProposerOnly, ChangeRequestStepRefused."""
        if self.proposed_by != actor.subject:
            raise ProposerOnly
        self._must_stand("proposed", "returned")

    def must_be_decidable_by(self, actor: Actor, kind: ChangeRequestKind) -> None:
        """Errors: DecidedByAnother, NotYoursToDecide, ChangeRequestStepRefused."""
        if self.proposed_by == actor.subject:
            raise DecidedByAnother
        kind.must_be_decided_by(actor)
        self._must_stand("proposed")

    def decide(self, state: Literal["approved", "rejected"], at: datetime, *, by: Actor) -> None:
        self.state, self.decided_by, self.decided_at = state, by.subject, at
        self.version += 1

    def give_back(self, kind: ChangeRequestKind, on: date) -> None:
        self.state, self.due_on = "returned", on + timedelta(days=kind.answer_days)
        self.version += 1

    def await_decision(self, kind: ChangeRequestKind, on: date) -> None:
        """Wait for a checker from `on`."""
        self.state, self.due_on = "proposed", on + timedelta(days=kind.decide_days)

    def withdraw(self) -> None:
        self.state = "withdrawn"
        self.version += 1

    def _must_stand(self, *states: State) -> None:
        if self.state not in states:
            raise ChangeRequestStepRefused(state=self.state)


class ChangeRequestStep(Model):
    """A step, as it was made: never changed."""

    __tablename__ = "change_request_steps"

    request_id: Mapped[UUID] = mapped_column(ForeignKey(ChangeRequest.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Step] = mapped_column(Text)
    made_by: Mapped[str]
    reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class Attachment(Model):
    """A file that came with a change request; it lies sealed at `place`."""

    __tablename__ = "change_request_attachments"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey(ChangeRequest.id))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[bytes]
    place: Mapped[str]
    sent_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]
