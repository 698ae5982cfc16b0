"""Kinds of grievances with their terms, and the calendar of working days that the terms are counted by."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from kit.values.text import Line

KindCode = Annotated[str, Field(pattern="^[a-z][a-z_]{0,39}$", examples=["exclusion"])]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GrievanceTitle(_Strict):
    vi: Line
    en: Line
    fr: Line


AnswerDays = Annotated[
    int, Field(strict=True, ge=1, le=90, description="Working days from the day of receipt to the answer")
]
ReopenDays = Annotated[
    int, Field(strict=True, ge=1, le=365, description="Days after the answer in which it may be reopened")
]


class GrievanceKindIn(_Strict):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "housing",
                    "title": {"vi": "Về nhà ở", "en": "About housing", "fr": "Sur le logement"},
                    "answer_days": 10,
                    "reopen_days": 30,
                    "source": "Quyết định của huyện",
                }
            ]
        },
    )

    code: KindCode
    title: GrievanceTitle
    answer_days: AnswerDays
    reopen_days: ReopenDays
    source: Line


class GrievanceKindChange(_Strict):
    """What is to change; what is absent stays. Deadlines that were told already stay as well."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answer_days": 12}], "minProperties": 1})

    title: GrievanceTitle | None = None
    answer_days: AnswerDays | None = None
    reopen_days: ReopenDays | None = None
    active: bool | None = None


class GrievanceKind(GrievanceKindIn):
    model_config = ConfigDict(extra="forbid", json_schema_extra={})

    active: bool
    version: int


class GrievanceKinds(_Strict):
    items: list[GrievanceKind]


class CalendarDay(_Strict):
    """A day off, or a Saturday or Sunday worked instead. confidence `soft`, `open`: to be confirmed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"day": "2027-02-05", "working": False, "name": "Tết Nguyên đán"}]},
    )

    day: Day
    working: bool
    name: Line
    confidence: Annotated[str, Field(pattern="^(firm|soft|open)$")] = "firm"


class CalendarQuery(_Strict):
    year: Annotated[int, Field(ge=2000, le=2200, json_schema_extra={"example": 2026})]


class CalendarDays(_Strict):
    items: list[CalendarDay]
