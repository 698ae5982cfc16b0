from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery
from kit.values.money import Money
from kit.values.quantity import Quantity
from kit.values.text import Paragraph
from services.funds.receipts.models import Receipt, State

Book = Annotated[
    str, Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$", description="The book that it is written in", examples=["QVNN"])
]


class ReceiptIn(BaseModel):
    """A receipt to be written; its number and day come with it."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    book: Book = "QVNN"


class ReceiptVoidIn(BaseModel):
    """Why a receipt no longer holds."""

    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class ReceiptOut(BaseModel):
    """A receipt. Its number follows the one before in its book and year; `code` is for anybody to check it by."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    donation_id: UUID
    book: str
    year: int
    number: int
    code: Annotated[str, Field(examples=["BL-7K3QX2M9AC"])]
    issued_on: date
    issued_by: str
    state: State
    void_reason: str | None
    voided_by: str | None
    voided_at: datetime | None
    prints: int
    version: int

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        return cls(**{name: getattr(receipt, name) for name in cls.model_fields})


class ReceiptsQuery(ListQuery):
    book: Book | None = None
    year: Annotated[int | None, Field(ge=2000, le=2200)] = None
    state: State | None = None
    donation: UUID | None = None


class VerifiedReceipt(BaseModel):
    """What anybody may know of a receipt shown to them: whether it holds, and for what. Nobody is named."""

    model_config = ConfigDict(extra="forbid")

    code: str
    state: State
    book: str
    year: int
    number: int
    issued_on: date
    campaign: str
    value: Money | Quantity
    received_on: date
