"""Imports as they come in and go out."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.text import Line

State = Literal["waiting", "reading", "checking", "writing", "reporting", "done", "refused"]
TableFormat = Literal["csv", "xlsx"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UploadQuery(_Strict):
    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    dry_run: Annotated[bool, Field(description="Check everything, write nothing")] = False
    file_name: Annotated[Line | None, Field(description="For people to recognise it; not trusted", max_length=200)] = (
        None
    )


class ImportQuery(ListQuery):
    state: Annotated[State | None, Field(description="Only imports in this state")] = None


class FormatQuery(_Strict):
    format: Annotated[TableFormat, Field(description="CSV in UTF-8 with its mark, or an Excel workbook")] = "csv"


class TemplateQuery(_Strict):
    format: Annotated[
        Literal["json", "csv", "xlsx"], Field(description="The columns described, or an empty table to fill in")
    ] = "json"


class Counts(_Strict):
    """read = accepted + unchanged + refused, once the import is done.

    unchanged: written by an earlier import of the same file. accepted: in a dry run, what would be.
    """

    read: int
    accepted: int
    unchanged: int
    refused: int


class Refusal(_Strict):
    """Why the file as a whole was not taken."""

    code: str
    message: str


class Import(_Strict):
    """A file on its way in.

    rows_staged: rows read so far. A household is accepted or refused as a whole, so its rows are counted together.
    refused_rows: whether there is a table of the refused rows to correct and send again.
    """

    id: UUID
    file_name: str | None
    kind: TableFormat
    size: int
    sha256: str
    dry_run: bool
    state: State
    rows_staged: int
    rows: Counts
    households: Counts
    refusal: Refusal | None
    refused_rows: bool
    sent_by: str
    recorded_at: datetime
    finished_at: datetime | None
    expires_at: datetime


class ImportMistake(_Strict):
    """What is wrong with a cell or a row.

    row: as a spreadsheet counts it. column: name of the column, null for the whole row; title: its heading in the
    reader's language.
    """

    sheet: str | None
    row: int
    column: str | None
    title: str | None
    code: str
    message: str


class TemplateColumn(_Strict):
    name: str
    title: str
    headings: list[str] = Field(description="Every heading that is understood, without regard to accents and case")
    needed: bool
    meaning: str
    example: str


class Template(_Strict):
    columns: list[TemplateColumn]
