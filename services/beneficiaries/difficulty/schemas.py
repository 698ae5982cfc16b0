"""Class of difficulty as it is decided, asked for and reported."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.difficulty.changes import Kind
from services.beneficiaries.poverty.schemas import KnownAt

Zone = Literal["I", "II", "III"]
DecisionNumber = Annotated[Line, Field(max_length=60, examples=["861/QĐ-TTg"])]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VillageDifficultyIn(_Strict):
    """A decision that a village is, or is no longer, particularly disadvantaged."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "particularly_disadvantaged": True,
                    "valid_from": "2026-01-01",
                    "decision_number": "15/QĐ-UBND",
                    "decided_on": "2025-12-20",
                }
            ]
        },
    )

    particularly_disadvantaged: bool
    valid_from: Annotated[Day, Field(description="First day of the class")]
    decision_number: DecisionNumber
    decided_on: Day


class DifficultyIn(VillageDifficultyIn):
    """A decision on a commune's class. zone: area I, II or III; null where the decision names none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "zone": "II",
                    "particularly_disadvantaged": False,
                    "valid_from": "2026-01-01",
                    "decision_number": "15/QĐ-UBND",
                    "decided_on": "2025-12-20",
                }
            ]
        },
    )

    zone: Zone | None = None


class Decision(_Strict):
    """A class as it was decided; valid_to is the first day on which another holds."""

    id: UUID
    area_id: UUID | None
    village_id: UUID | None
    zone: Zone | None
    particularly_disadvantaged: bool
    valid_from: date
    valid_to: date | None
    decision_number: str
    decided_on: date
    recorded_from: datetime
    recorded_to: datetime | None


class Decisions(_Strict):
    """All that was ever recorded, newest knowledge last; rows with `recorded_to` have been superseded."""

    items: list[Decision]


class DifficultyQuery(_Strict):
    as_of: Annotated[Day | None, Field(description="The day asked about; today without it")] = None
    known_at: KnownAt | None = None


class AreaDifficulty(_Strict):
    """The class of the commune in which a unit lies on a day, as it was known at a moment.

    area: that commune, null where it cannot be told. Null in all else: nothing was decided for it.
    """

    area_id: UUID
    as_of: date
    known_at: datetime
    area: AreaName | None
    zone: Zone | None
    particularly_disadvantaged: bool | None
    since: date | None
    decision_number: str | None


class CommunesQuery(ListQuery):
    as_of: Annotated[Day | None, Field(description="The day of the list and of its map; today without it")] = None
    known_at: KnownAt | None = None
    zone: Annotated[Zone | None, Field(description="Only communes of area I, II or III")] = None
    particularly_disadvantaged: Annotated[
        bool | None, Field(description="Only communes that are, or that are decided not to be")
    ] = None


class CommuneDifficulty(_Strict):
    """A commune of the day with its class; null where nothing was decided."""

    area: AreaName
    zone: Zone | None
    particularly_disadvantaged: bool | None
    since: date | None
    decision_number: str | None


class VillageDifficulty(_Strict):
    """The class of a village on a day, as it was known at a moment; null where nothing was decided."""

    village_id: UUID
    as_of: date
    known_at: datetime
    particularly_disadvantaged: bool | None
    since: date | None
    decision_number: str | None


class ChangesQuery(_Strict):
    from_: Annotated[
        Day,
        Field(
            alias="from",
            description="The day compared with; changes on it do not count",
            json_schema_extra={"example": "2025-07-01"},
        ),
    ]
    to: Annotated[
        Day, Field(description="Last day on which a change counts", json_schema_extra={"example": "2026-06-30"})
    ]
    change: Annotated[
        Kind | None,
        Field(description="Only one kind: `left` are communes that are no longer particularly disadvantaged"),
    ] = None
    known_at: KnownAt | None = None


class Class(_Strict):
    zone: Zone | None
    particularly_disadvantaged: bool


class DifficultyChange(_Strict):
    """A commune whose class became another.

    area: the commune of the day before. became: the one that the decision names, another one after a merger.
    change: `left` or `entered` special difficulty, another `zone`, or `first`: nothing was known before.
    """

    change: Kind
    on: date
    area: AreaName
    became: AreaName
    before: Class | None
    after: Class
    decision_number: str
    decided_on: date


class DifficultyChanges(_Strict):
    from_: date = Field(alias="from")
    to: date
    known_at: datetime
    items: list[DifficultyChange]
