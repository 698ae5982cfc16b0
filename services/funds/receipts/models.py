from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import FetchedValue, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import now
from services.funds.receipts.errors import ReceiptIsVoid

State = Literal["valid", "void"]


class Receipt(Model):
    """The paper for one donation. The database numbers and dates it: without gaps in its book and year.

    `code` is what anybody checks it by; `prints` counts the sheets, of which the first is the original.
    """

    __tablename__ = "receipts"

    id: Mapped[Id]
    donation_id: Mapped[UUID]
    book: Mapped[str]
    year: Mapped[int] = mapped_column(server_default=FetchedValue())
    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    code: Mapped[str]
    issued_on: Mapped[date] = mapped_column(server_default=FetchedValue())
    issued_by: Mapped[str]
    state: Mapped[State] = mapped_column(Text, default="valid")
    void_reason: Mapped[str | None]
    voided_by: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    prints: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def print(self) -> bool:
        """Count one more sheet, and return whether it is the original. Errors: ReceiptIsVoid."""
        if self.state == "void":
            raise ReceiptIsVoid
        self.prints += 1
        self.version += 1
        return self.prints == 1

    def void(self, reason: str, *, by: str) -> None:
        """Errors: ReceiptIsVoid."""
        if self.state == "void":
            raise ReceiptIsVoid
        self.state, self.void_reason, self.voided_by, self.voided_at = "void", reason, by, now()
        self.version += 1
