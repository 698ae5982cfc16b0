from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.poverty.schemas import KnownAt, StandardCode

Geography = Annotated[
    Day | None, Field(description="The day whose map of communes is used; without it that of the figures")
]


class RateQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[Day | None, Field(description="The day on which households are counted; today without it")] = None
    known_at: KnownAt | None = None
    geography: Geography = None
    area: Annotated[AreaCode | None, Field(description="Only the commune with this code on that map")] = None
    by: Annotated[Literal["none", "area"], Field(description="`area` gives each commune of that map")] = "none"
    standard: Annotated[
        StandardCode | None,
        Field(description="Count as poor only those classified under this standard; any standard without it"),
    ] = None


class Rate(BaseModel):
    """Poor households divided by all households of a place.

    rate: percent with two decimals, null where there is no household. standards: under which the poor were classified;
    rates under different standards are not comparable. area: null for all together, and by area for what has no place
    on that map.
    """

    model_config = ConfigDict(extra="forbid")

    area: AreaName | None
    households: int
    poor: int
    near_poor: int
    rate: Annotated[str | None, Field(examples=["12.86"])]
    standards: list[str]


class Rates(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: date
    known_at: datetime
    geography: date
    rows: list[Rate]
