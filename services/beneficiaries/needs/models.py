"""A household needs something of a kind from a day until the day it is met or withdrawn."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import today
from services.beneficiaries.households.models import in_order
from services.beneficiaries.needs.errors import NeedClosed, NeedKindUnknown

State = Literal["open", "met", "withdrawn"]
Ending = Literal["met", "withdrawn"]
Origin = Literal["report", "review"]


class NeedKind(Model):
    """A kind of need as data: the kinds of support that answer it, the deprivations that raise it."""

    __tablename__ = "need_kinds"

    code: Mapped[str] = mapped_column(primary_key=True)
    title_vi: Mapped[str]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    support_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    indicators: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    version: Mapped[int]

    def must_be_in_use(self) -> None:
        """Errors: NeedKindUnknown. What was raised of a kind before it left use stays."""
        if not self.active:
            raise NeedKindUnknown


class Need(Model):
    """One need; support of its kind is told beside it, but only a person closes it: one gift builds no house."""

    __tablename__ = "needs"

    id: Mapped[Id]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(ForeignKey(NeedKind.code))
    origin: Mapped[Origin] = mapped_column(Text)
    reported_through: Mapped[str | None]
    indicators: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    raised_on: Mapped[date]
    raised_by: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[State] = mapped_column(Text, default="open")
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None]
    closing_note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def close(self, as_: Ending, on: date, *, by: str, note: str | None) -> None:
        """Errors: NeedClosed, DatesDisagree (before it was raised, or in the future)."""
        if self.state != "open":
            raise NeedClosed
        in_order("closed_on", self.raised_on, on)
        in_order("closed_on", on, today())
        self.state, self.closed_on, self.closed_by, self.closing_note = as_, on, by, note
        self.version += 1

    def explain(self, note: str | None) -> None:
        """Errors: NeedClosed."""
        if self.state != "open":
            raise NeedClosed
        self.note = note
        self.version += 1
