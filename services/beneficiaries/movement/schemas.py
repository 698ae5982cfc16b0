from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.movement.models import Listed
from services.beneficiaries.poverty.schemas import KnownAt
from services.beneficiaries.standards.schemas import Title


class MovementQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    from_: Annotated[
        Day,
        Field(
            alias="from",
            description="First day: the lists as they stood on it",
            json_schema_extra={"example": "2025-12-31"},
        ),
    ]
    to: Annotated[
        Day,
        Field(description="Last day: the lists as they stood on it", json_schema_extra={"example": "2026-06-30"}),
    ]
    area: Annotated[AreaCode | None, Field(description="Only the commune with this code on that map")] = None
    as_of: Annotated[Day | None, Field(description="The day whose map is used; the last day without it")] = None
    known_at: KnownAt | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CauseCount(_Strict):
    """Households on the list at the end whose last decided review named this cause; one may have several."""

    code: str
    title: Title
    households: int


class MovementRow(_Strict):
    """One list of one area: end = start - to_other_list - above - other_decrease + from_other_list + fallen_back
    + newly_arisen + other_increase.

    to_other_list, from_other_list: near-poor for the list of the poor, poor for that of the near-poor. above: off both
    lists. fallen_back: on neither list on the first day, and on this one some time before. other: moved, split,
    dissolved or registered between the days. old, new, fallen_back: the kinds of those on the list at the end.
    """  # noqa: D205 - an identity does not break into a summary

    area: AreaName | None
    status: Listed
    start: int
    to_other_list: int
    above: int
    other_decrease: int
    from_other_list: int
    fallen_back: int
    newly_arisen: int
    other_increase: int
    end: int
    old: int
    new: int
    causes: list[CauseCount]


class Movements(_Strict):
    from_: Annotated[date, Field(alias="from", serialization_alias="from")]
    to: date
    as_of: date
    rows: list[MovementRow]
