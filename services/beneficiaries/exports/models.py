"""An export: a list with its filters, asked for by somebody, and the file that came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.scope import Reach, RowScope


class Export(Model):
    """reach, area_code: whose rows who asked reaches, as the worker takes it over. rows: how many there were."""

    __tablename__ = "exports"

    id: Mapped[Id]
    requested_by: Mapped[str]
    client: Mapped[str]
    request_id: Mapped[str]
    reach: Mapped[str]
    area_code: Mapped[str]
    list: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    format: Mapped[str]
    state: Mapped[str]
    rows: Mapped[int | None]
    place: Mapped[str | None]
    size: Mapped[int | None]
    digest: Mapped[bytes | None]
    recorded_at: Mapped[RecordedAt]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def scope(self) -> RowScope:
        reaches: dict[str, Reach] = {"all": "all", "area": "area"}
        return RowScope(subject=self.requested_by, reach=reaches.get(self.reach, "none"), area=self.area_code)


def of(subject: str, export_id: UUID) -> dict[str, str]:
    """Return what a job needs to find an export: it is seen under the name of who asked, and no other."""
    return {"export_id": str(export_id), "subject": subject}
