from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import now
from services.funds.decisions import DecidedByAnother
from services.funds.donor_merges.errors import MergeDecided, MergeNotDone

State = Literal["proposed", "merged", "rejected", "undone"]


class DonorMerge(DecidedByAnother, Model):
    """Two donors who are one: proposed by one person, decided by another, undone where it turns out wrong.

    The database moves the duplicate's pointer with the state; `answer` says why it was rejected or undone.
    """

    __tablename__ = "donor_merges"

    id: Mapped[Id]
    duplicate_id: Mapped[UUID]
    survivor_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="proposed")
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]

    def decide(self, state: Literal["merged", "rejected"], *, by: str, answer: str | None = None) -> None:
        """Errors: MergeDecided, SecondPersonNeeded."""
        if self.state != "proposed":
            raise MergeDecided
        self.decided(by)
        self.state, self.answer = state, answer

    def undo(self, *, by: str, answer: str) -> None:
        """Errors: MergeNotDone, SecondPersonNeeded."""
        if self.state != "merged":
            raise MergeNotDone
        self.must_be_another(by)
        self.state, self.undone_by, self.undone_at, self.answer = "undone", by, now(), answer
        self.version += 1
