"""An import: a file that was sent, how far its worker is, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.identity import Actor
from kit.model import Id, Model, RecordedAt
from kit.scope import Reach, RowScope


class Import(Model):
    """One file on its way in.

    reach, area_code: whose rows the sender reaches, as the worker takes it over. rows_staged, households_staged: how
    far the file was read; written_to: the last household that was written. What is refused as a file says why in
    `refusal`: {"code", "facts"}.
    """

    __tablename__ = "imports"

    id: Mapped[Id]
    sent_by: Mapped[str]
    client: Mapped[str]
    request_id: Mapped[str]
    reach: Mapped[str]
    area_code: Mapped[str]
    area_id: Mapped[UUID | None]
    language: Mapped[str]
    file_name: Mapped[str | None]
    kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[bytes]
    dry_run: Mapped[bool]
    state: Mapped[str]
    place: Mapped[str | None]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rows_staged: Mapped[int] = mapped_column(server_default=FetchedValue())
    households_staged: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_read: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_accepted: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_unchanged: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_refused: Mapped[int] = mapped_column(server_default=FetchedValue())
    households_accepted: Mapped[int] = mapped_column(server_default=FetchedValue())
    households_unchanged: Mapped[int] = mapped_column(server_default=FetchedValue())
    households_refused: Mapped[int] = mapped_column(server_default=FetchedValue())
    written_to: Mapped[int] = mapped_column(server_default=FetchedValue())
    refused_csv: Mapped[str | None]
    refused_xlsx: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    recorded_at: Mapped[RecordedAt]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def scope(self) -> RowScope:
        """Whose rows the worker may touch for this import: the sender's, and no others."""
        reach: Reach = "all" if self.reach == "all" else "area"
        return RowScope(subject=self.sent_by, reach=reach, area=self.area_code)

    @property
    def sender(self) -> Actor:
        """Who the audit log names."""
        return Actor(subject=self.sent_by, client_id=self.client, scopes=frozenset(), roles=frozenset())
