"""Needs and their kinds, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.examples import HOUSEHOLD
from services.beneficiaries.needs.models import Ending, Origin, State

Code = Annotated[str, Field(pattern="^[a-z][a-z_]{0,39}$", examples=["house"])]
SupportKind = Annotated[str, Field(pattern="^[a-z][a-z_-]{0,39}$", examples=["rice"])]
Indicator = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$", examples=["housing_quality"])]
Through = Literal["officer", "household", "change_request", "grievance", "organisation"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NeedTitle(_Strict):
    vi: Annotated[Line, Field(examples=["Nhà ở"])]
    en: Annotated[Line, Field(examples=["A durable house"])]
    fr: Annotated[Line, Field(examples=["Un logement durable"])]


class _Meaning(_Strict):
    title: NeedTitle
    support_kinds: Annotated[
        list[SupportKind],
        Field(max_length=20, description="Support of these kinds answers such a need", examples=[["house"]]),
    ]
    indicators: Annotated[
        list[Indicator],
        Field(max_length=20, description="A deprivation in one of these raises it", examples=[["housing_quality"]]),
    ]


class NeedKindIn(_Meaning):
    """A new kind of need."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "electricity",
                    "title": {"vi": "Điện", "en": "Electricity", "fr": "Électricité"},
                    "support_kinds": ["electricity"],
                    "indicators": [],
                }
            ]
        },
    )

    code: Code


class NeedKindChange(_Strict):
    """What is to change of a kind; what is absent stays. Needs on record keep their kind."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"support_kinds": ["house", "house_repair"]}], "minProperties": 1},
    )

    title: NeedTitle | None = None
    support_kinds: Annotated[list[SupportKind] | None, Field(max_length=20)] = None
    indicators: Annotated[list[Indicator] | None, Field(max_length=20)] = None
    active: Annotated[bool | None, Field(description="false: nothing more is raised of it")] = None


class NeedKind(_Meaning):
    """A kind of need; `active` false: on record, but no longer raised."""

    code: str
    active: bool
    version: int


class NeedKinds(_Strict):
    items: list[NeedKind]


class NeedIn(_Strict):
    """A need that somebody reports of a household."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "household_id": "018d4b1e-5f00-7000-8000-000000000001",
                    "kind": "water",
                    "reported_through": "officer",
                    "note": "The spring dries up from January to April",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    household_id: UUID
    kind: Code
    reported_through: Through = "officer"
    raised_on: Annotated[Day | None, Field(description="In need since; today without it")] = None
    note: Annotated[Line | None, Field(description="No names, numbers or illness")] = None


class DerivationIn(_Strict):
    """Whose needs are raised from what the last decided review found: one household's, or those of a whole review."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"household_id": HOUSEHOLD}],
            "oneOf": [
                {
                    "required": [named],
                    "properties": {named: {"type": "string"}, other: {"type": "null"}},
                }
                for named, other in (("household_id", "review_id"), ("review_id", "household_id"))
            ],
        },
    )

    household_id: UUID | None = None
    review_id: Annotated[UUID | None, Field(description="A review that has been decided")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.household_id is None) == (self.review_id is None):
            raise ValueError("name a household or a review")
        return self


class DerivedKind(_Strict):
    kind: str
    needs: int


class Derived(_Strict):
    """raised: needs that were raised now; those of a kind that was open already are not among them."""

    raised: int
    kinds: list[DerivedKind]


class NeedChange(_Strict):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "Two of three walls are of bamboo"}]}
    )

    note: Annotated[Line | None, Field(description="null takes it out")]


class ClosingIn(_Strict):
    """How a need ended.

    met: it is no longer felt. withdrawn: it was none, or ended otherwise; on the day it was raised, for a mistake.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "met"}]})

    state: Ending
    on: Annotated[Day | None, Field(description="First day without it; today without it")] = None
    note: Line | None = None


class NeedQuery(ListQuery):
    household_id: UUID | None = None
    kind: Code | None = None
    state: State | None = None
    origin: Origin | None = None
    area: Annotated[
        AreaCode | None, Field(description="In today's commune with this code, and what it was made from")
    ] = None
    village: Line | None = None
    supported: Annotated[bool | None, Field(description="Whether support of its kind has come since it was raised")] = (
        None
    )


class Need(_Strict):
    """A need of a household.

    supported_since, last_support_on: first and last day of support of its kind since it was raised, null without
    any. What was reversed does not count. Support alone closes no need.
    """

    id: UUID
    household_id: UUID
    household_code: str
    area: AreaName
    village: str
    kind: str
    origin: Origin
    reported_through: str | None
    indicators: list[str]
    raised_on: date
    note: str | None
    state: State
    closed_on: date | None
    closing_note: str | None
    supported_since: date | None
    last_support_on: date | None
    version: int
    recorded_at: datetime
