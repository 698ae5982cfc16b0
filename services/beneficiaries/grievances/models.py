"""A grievance and where it may go from where it stands.

received ──classify──▶ classified ──assign──▶ assigned ──answer──▶ answered
                                                 ▲                    │ the complainant, once, in time
                                                 └──assign── reopened ◀┘
Beside it its level: `commune` until it is overdue, handed up, or about staff; then `district`.
"""

import hashlib
import hmac
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.identity import Actor
from kit.model import Id, Model, RecordedAt
from services.beneficiaries.grievances.errors import (
    GrievanceAboutThatOfficer,
    GrievanceKindUnknown,
    GrievanceStepRefused,
    GrievanceWithTheDistrict,
    NotAssignedToYou,
    ReopeningRefused,
)

Channel = Literal["in_person", "phone", "letter", "app"]
State = Literal["received", "classified", "assigned", "answered", "reopened"]
Level = Literal["commune", "district"]
Step = Literal["received", "classified", "assigned", "answered", "reopened", "escalated"]
Outcome = Literal["upheld", "partly_upheld", "not_upheld", "not_ours"]
PREFIX: Final = "GR"
DISTRICT: Final = "district-admin"


class GrievanceKind(Model):
    """A kind of grievance as data: working days to the answer, days in which it may be reopened."""

    __tablename__ = "grievance_kinds"

    code: Mapped[str] = mapped_column(primary_key=True)
    title_vi: Mapped[str]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    answer_days: Mapped[int]
    reopen_days: Mapped[int]
    source: Mapped[str]
    active: Mapped[bool]
    version: Mapped[int]

    def must_be_in_use(self) -> None:
        """Errors: GrievanceKindUnknown."""
        if not self.active:
            raise GrievanceKindUnknown


class CalendarDay(Model):
    """A day on which offices work or rest against the rule of Monday to Friday."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]
    confidence: Mapped[str]


class Grievance(Model):
    """One grievance; what people wrote is sealed, and of their secret only a hash is kept."""

    __tablename__ = "grievances"

    id: Mapped[Id]
    code: Mapped[str]
    intake_index: Mapped[bytes]
    fingerprint: Mapped[bytes]
    secret_hash: Mapped[bytes]
    channel: Mapped[Channel] = mapped_column(Text)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    village: Mapped[str | None]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(ForeignKey(GrievanceKind.code))
    about_staff: Mapped[bool]
    about_officer: Mapped[str | None]
    text_sealed: Mapped[bytes]
    contact_sealed: Mapped[bytes | None]
    received_on: Mapped[date]
    received_by: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="received")
    level: Mapped[Level] = mapped_column(Text)
    due_on: Mapped[date]
    escalated_on: Mapped[date | None]
    assigned_to: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None]
    reopen_until: Mapped[date | None]
    reopened_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    @property
    def text_context(self) -> str:
        return f"grievances.text:{self.id}"

    @property
    def contact_context(self) -> str:
        return f"grievances.contact:{self.id}"

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(bytes(self.secret_hash), hash_of(secret))

    def must_be_handled_by(self, actor: Actor) -> None:
        """Errors: GrievanceAboutThatOfficer, GrievanceWithTheDistrict."""
        if self.about_officer == actor.subject:
            raise GrievanceAboutThatOfficer
        if self.level == "district" and DISTRICT not in actor.roles:
            raise GrievanceWithTheDistrict

    def classify(self, kind: GrievanceKind, due_on: date) -> None:
        """Say what it is about; the deadline follows until there was an answer. Errors: GrievanceStepRefused."""
        self._must_stand("received", "classified", "assigned", "reopened")
        self.kind = kind.code
        if self.answered_on is None:
            self.due_on = due_on
        if self.state == "received":
            self.state = "classified"
        self.version += 1

    def is_about(self, officer: str) -> None:
        """Take it out of the commune's sight. Errors: GrievanceAboutThatOfficer where that officer has it or had it."""
        if officer in {self.assigned_to, self.answered_by}:
            raise GrievanceAboutThatOfficer
        self.about_staff, self.about_officer, self.level = True, officer, "district"

    def assign(self, officer: str) -> None:
        """Errors: GrievanceStepRefused, GrievanceAboutThatOfficer."""
        self._must_stand("classified", "assigned", "reopened")
        if officer == self.about_officer:
            raise GrievanceAboutThatOfficer
        self.assigned_to, self.state = officer, "assigned"
        self.version += 1

    def answer(self, kind: GrievanceKind, on: date, *, by: Actor) -> None:
        """Errors: GrievanceStepRefused, NotAssignedToYou."""
        self._must_stand("assigned")
        if self.assigned_to != by.subject and DISTRICT not in by.roles:
            raise NotAssignedToYou
        self.state, self.answered_on, self.answered_by = "answered", on, by.subject
        self.reopen_until = on + timedelta(days=kind.reopen_days)
        self.version += 1

    def may_be_reopened(self, on: date) -> bool:
        open_term = self.reopen_until is not None and on <= self.reopen_until
        return self.state == "answered" and self.reopened_on is None and open_term

    def reopen(self, on: date, due_on: date) -> None:
        """Errors: ReopeningRefused."""
        if not self.may_be_reopened(on):
            raise ReopeningRefused
        self.state, self.reopened_on, self.due_on = "reopened", on, due_on
        self.version += 1

    def escalate(self, on: date) -> None:
        """Errors: GrievanceStepRefused where it is answered, GrievanceWithTheDistrict where it is there already."""
        self._must_stand("received", "classified", "assigned", "reopened")
        if self.level == "district":
            raise GrievanceWithTheDistrict
        self.level, self.escalated_on = "district", on
        self.version += 1

    def _must_stand(self, *states: State) -> None:
        if self.state not in states:
            raise GrievanceStepRefused(state=self.state)


class GrievanceStep(Model):
    """A step, as it was made: never changed. `text_sealed` holds an answer, or why it was reopened."""

    __tablename__ = "grievance_steps"

    grievance_id: Mapped[UUID] = mapped_column(ForeignKey(Grievance.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Step] = mapped_column(Text)
    happened_on: Mapped[date]
    made_by: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    text_sealed: Mapped[bytes | None]
    recorded_at: Mapped[RecordedAt]

    @property
    def text_context(self) -> str:
        return f"grievance_steps.text:{self.grievance_id}:{self.number}"


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret of 160 random bits: too many to be tried out, so a plain hash does."""
    return hashlib.sha256(secret.encode()).digest()
