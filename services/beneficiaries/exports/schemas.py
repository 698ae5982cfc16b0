"""Exports as they come in and go out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.text import Line

ExportFormat = Literal["csv", "xlsx", "ndjson"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExportIn(_Strict):
    """A list, its filters, and how it is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"list": "households", "filters": {"poverty_status": "poor"}, "format": "xlsx"}]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    list: Annotated[Line, Field(description="Name of the list; `GET /exports/lists` gives all of them", max_length=50)]
    filters: Annotated[
        dict[str, str | int | bool | None], Field(description="Those of the list's own page, by name", max_length=20)
    ] = {}
    format: ExportFormat = "csv"


class Export(_Strict):
    """rows: how many there are, null until it is done. expires_at: the file is deleted then."""

    id: UUID
    list: str
    filters: dict[str, Any]
    format: ExportFormat
    state: Literal["waiting", "done"]
    rows: int | None
    size: int | None
    recorded_at: datetime
    finished_at: datetime | None
    expires_at: datetime


class ExportableList(_Strict):
    name: str
    filters: list[str]
    columns: list[str] = Field(description="Headings of the columns in CSV and XLSX; NDJSON gives the list's own rows")


class ExportableLists(_Strict):
    items: list[ExportableList]
