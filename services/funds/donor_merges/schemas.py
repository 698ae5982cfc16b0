from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery
from kit.values.text import Paragraph
from services.funds.donor_merges.models import DonorMerge, State


class MergeIn(BaseModel):
    """Two donors who are one person or body."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    duplicate_id: Annotated[UUID, Field(description="The donor who was entered a second time")]
    survivor_id: Annotated[UUID, Field(description="The donor who stands for both")]
    reason: Annotated[Paragraph, Field(description="How it is known that they are one")]


class AnswerIn(BaseModel):
    """Why it is turned down, or was wrong."""

    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class MergeOut(BaseModel):
    """A proposal to merge two donors, and what became of it; `answer` is why it was rejected or undone."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    duplicate_id: UUID
    survivor_id: UUID
    reason: str
    state: State
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    answer: str | None
    version: int

    @classmethod
    def of(cls, merge: DonorMerge) -> Self:
        return cls(**{name: getattr(merge, name) for name in cls.model_fields})


class MergesQuery(ListQuery):
    state: State | None = None
    survivor: UUID | None = None
