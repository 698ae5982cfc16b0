from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import now
from services.funds.donor_merges.errors import MergeDecided, MergeNotDone
from services.funds.errors import SecondPersonNeeded

State = Literal["proposed", "merged", "rejected", "undone"]


class DonorMerge(Model):
    """Two donors who are one: proposed by one person, decided by another, undone where it turns out wrong.

    The database moves the duplicate's pointer with the state; `answer` says why it was rejected or undone.
    """

    __tablename__ = "donor_merges"

    id: Mapped[Id]
    duplicate_id: Mapped[UUID]
    survivor_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="proposed")
    proposed_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def decide(self, state: Literal["merged", "rejected"], *, by: str, answer: str | None = None) -> None:
        """Errors: MergeDecided, SecondPersonNeeded."""
        if self.state != "proposed":
            raise MergeDecided
        if by == self.proposed_by:
            raise SecondPersonNeeded
        self.state, self.decided_by, self.decided_at, self.answer = state, by, now(), answer
        self.version += 1

    def undo(self, *, by: str, answer: str) -> None:
        """Errors: MergeNotDone, SecondPersonNeeded."""
        if self.state != "merged":
            raise MergeNotDone
        if by == self.proposed_by:
            raise SecondPersonNeeded
        self.state, self.undone_by, self.undone_at, self.answer = "undone", by, now(), answer
        self.version += 1
