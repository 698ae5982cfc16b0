"""What the events of other services tell: never changed, only added to."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Model


class SupportRow(Model):
    """One item of support, keyed by who gave it and their id of it.

    quantities: list of a unit and a whole number of its smallest parts.
    """

    __tablename__ = "support_items"

    source: Mapped[str] = mapped_column(primary_key=True)
    support_id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID]
    kind: Mapped[str]
    happened_on: Mapped[date]
    quantities: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reference: Mapped[str | None]
    title: Mapped[str | None]
    proof: Mapped[str | None]
    event_id: Mapped[UUID]


class ReversalRow(Model):
    """An item that was taken back; it may be told before the item itself."""

    __tablename__ = "support_reversals"

    source: Mapped[str] = mapped_column(primary_key=True)
    support_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str | None]
    event_id: Mapped[UUID]
