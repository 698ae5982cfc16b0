from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery
from kit.values.text import Paragraph
from services.funds.refunds.models import Refund, State


class RefundIn(BaseModel):
    """Why a donation is to be given back."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    reason: Paragraph


class RefundRejectionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class RefundOut(BaseModel):
    """A refund, always of the whole donation; `answer` is why it was rejected."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    donation_id: UUID
    reason: str
    state: State
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None
    answer: str | None
    version: int

    @classmethod
    def of(cls, refund: Refund) -> Self:
        return cls(**{name: getattr(refund, name) for name in cls.model_fields})


class RefundsQuery(ListQuery):
    state: State | None = None
