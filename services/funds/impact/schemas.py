"""The fund's rows of the public account."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day, today

_FIRST = date(2021, 1, 1)
Unit = Literal["households", "people", "turns", "donations", "VND", "kg", "person-days"]


class ImpactQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    from_: Annotated[Day, Field(alias="from", description="First day of the period")] = _FIRST
    to: Annotated[Day, Field(description="Last day of the period; today without it", default_factory=today)]
    as_of: Annotated[Day, Field(description="The day whose map is used; today without it", default_factory=today)]
    by: Annotated[Literal["none", "area"], Field(description="`area` gives each commune of the map, for staff")] = (
        "none"
    )


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vi: str
    en: str
    fr: str


class AreaName(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    code: str
    name: str


class ImpactRow(BaseModel):
    """One figure. value: null where 1 to 4 households could be recognised.

    area: null for the whole, and, by area, for what has no place on that map.
    """

    model_config = ConfigDict(extra="forbid")

    row: str = Field(examples=["rice_households"])
    title: Title
    counts: str = Field(description="What exactly is counted")
    value: int | None
    unit: Unit
    area: AreaName | None
    suppressed: bool


class Impact(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[ImpactRow]
