from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from services.funds.errors import DonorNameMismatch

Kind = Literal["individual", "organisation", "anonymous"]


class Donor(Model):
    """Somebody who gives. `named` is their consent to be shown to the public; `subject` is their login, if any.

    `merged_into` is the donor who stands for them, where they are one; a merge that was approved sets it.
    """

    __tablename__ = "donors"

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(Text)
    name: Mapped[str | None]
    named: Mapped[bool]
    subject: Mapped[str | None]
    merged_into: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    def check_name(self) -> None:
        """Errors: DonorNameMismatch."""
        anonymous = self.kind == "anonymous"
        if (self.name is None) != anonymous or (anonymous and self.named):
            raise DonorNameMismatch
