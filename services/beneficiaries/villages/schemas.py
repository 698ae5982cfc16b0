"""Villages as they come in and go out, by hand and as a file."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, fold
from services.beneficiaries.areas.schemas import MAI_SON, AreaCode, AreaName

VillageKind = Literal["bản", "thôn", "tiểu khu", "xóm", "ấp", "buôn", "làng", "khu phố", "tổ dân phố"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _says_something(name: str) -> str:
    if not fold(name):
        raise ValueError("holds neither letter nor digit")
    return name


Name = Annotated[Line, Field(max_length=100), AfterValidator(_says_something)]
Aliases = Annotated[list[Name], Field(max_length=20)]


class VillageIn(_Strict):
    """A village of a commune. kind: where it is left out, the word that the name begins with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "area_id": str(MAI_SON),
                    "name": "Tiểu khu 4",
                    "kind": "tiểu khu",
                    "aliases": ["TK 4"],
                    "valid_from": "2025-07-01",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    area_id: Annotated[UUID, Field(description="The commune unit of the day `valid_from`")]
    name: Name
    kind: VillageKind
    aliases: Aliases = []
    valid_from: Annotated[Day | None, Field(description="Listed since; today without it")] = None


class VillageChange(_Strict):
    """What is to change; what is absent stays. A former name stays among the other spellings."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"aliases": ["Bản Na Bo"]}], "minProperties": 1}
    )

    name: Name | None = None
    kind: VillageKind | None = None
    aliases: Aliases | None = None
    valid_to: Annotated[Day | None, Field(description="First day on which the village no longer stands")] = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("names nothing to change")
        return self


class VillageQuery(ListQuery):
    as_of: Annotated[Day | None, Field(description="The day of the list and of its map; today without it")] = None
    area_id: Annotated[UUID | None, Field(description="Only those that lie in this unit on that day")] = None
    area: Annotated[AreaCode | None, Field(description="Only those of the commune with this code on that day")] = None
    q: Annotated[
        Line | None, Field(max_length=100, description="Part of a name or another spelling, accents or not")
    ] = None


class Village(_Strict):
    """A village. area: the commune in which it lies on the day asked about, null where it cannot be told."""

    id: UUID
    name: str
    kind: VillageKind
    aliases: list[str]
    area: AreaName | None
    valid_from: date
    valid_to: date | None
    version: int
    recorded_at: datetime
    changed_at: datetime


class VillageRow(_Strict):
    """One row of a file; an empty cell is as good as none. aliases: separated by `|`."""

    area_code: AreaCode
    name: Name
    kind: VillageKind
    aliases: Aliases = []
    valid_from: Day | None = None


COLUMNS = tuple(VillageRow.model_fields)
NEEDED = ("area_code", "name")

CSV_EXAMPLE = "area_code,name,kind,aliases\n04105,Tiểu khu 5,,TK 5\n04105,Bản Mé,,\n"


class ImportQuery(_Strict):
    valid_from: Annotated[Day | None, Field(description="For rows that name no day; today without it")] = None
    dry_run: Annotated[bool, Field(description="Only tell what would happen")] = False


class RowError(_Strict):
    """Why a row was refused. row: its line in the file, the line of column names being 1."""

    row: int
    column: str | None
    code: str
    detail: str


class ImportReport(_Strict):
    """What became of a file: rows = listed + unchanged + refused. errors: of the first 1,000 cells refused."""

    rows: int
    listed: int
    unchanged: int
    refused: int
    dry_run: bool
    errors: list[RowError]
