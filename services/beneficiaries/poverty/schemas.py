"""Poverty status of households, decided and asked for."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day, Moment
from kit.values.text import Line
from services.beneficiaries import examples
from services.beneficiaries.households.schemas import Standing

Decided = Literal["poor", "near_poor", "none"]
_MOST = 2000


KnownAt = Annotated[Moment, Field(description="What was recorded by then, with its offset; now without it")]
StandardCode = Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$", examples=["decree-07-2021"])]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DecisionIn(_Strict):
    """A decision of the commune's chairperson about one household.

    standard: checked against the day; without it the standard in force on `valid_from` is kept with the decision.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"status": "poor", "valid_from": "2026-01-01", "decision_number": "15/QĐ-UBND"}]
        },
    )

    status: Annotated[Decided, Field(examples=["poor"])]
    valid_from: Annotated[Day, Field(description="First day of the status", examples=["2026-01-01"])]
    standard: StandardCode | None = None
    decision_number: Annotated[Line, Field(max_length=60, examples=["15/QĐ-UBND"])]


class Decision(_Strict):
    """A status as it was decided; valid_to is the first day on which another holds."""

    id: UUID
    household_id: UUID
    status: Decided
    valid_from: date
    valid_to: date | None
    standard: str
    decision_number: str
    recorded_from: datetime
    recorded_to: datetime | None


class History(_Strict):
    """All that was ever recorded, newest knowledge last; rows with `recorded_to` have been superseded."""

    household_id: UUID
    decisions: list[Decision]


class StatusQuery(_Strict):
    as_of: Annotated[Day | None, Field(description="The day asked about; today without it")] = None
    known_at: KnownAt | None = None


class PovertyStatus(_Strict):
    """The status of a household on a day, as it was known at a moment.

    newly_escaped: on no list, and left one at most three years before. since: first day of the recorded status.
    left_list_on: first day off the lists, null while on one or never listed.
    """

    household_id: UUID
    as_of: date
    status: Standing
    since: date | None
    standard: str | None
    area_id: UUID
    left_list_on: date | None
    known_at: datetime


class LookupIn(_Strict):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ids": [examples.HOUSEHOLD], "as_of": "2026-01-01"}]},
    )

    ids: Annotated[list[UUID], Field(min_length=1, max_length=_MOST)]
    as_of: Annotated[Day | None, Field(description="The day asked about; today without it")] = None


class FoundHousehold(_Strict):
    """What another service may know of a household: no names.

    area_id: the unit it was recorded in; `/areas/geography` places it on any map. members: on that day.
    """

    id: UUID
    area_id: UUID
    members: int
    status: Standing


class Lookup(_Strict):
    as_of: date
    found: list[FoundHousehold]
    missing: list[UUID]


def decision(row: Any) -> Decision:
    return Decision.model_validate({name: getattr(row, name) for name in Decision.model_fields})
