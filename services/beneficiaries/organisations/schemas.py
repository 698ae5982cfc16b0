"""Organisations, their assignments and activities, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries.areas.schemas import MAI_SON, AreaCode, AreaName
from services.beneficiaries.organisations.models import OrganisationKind
from services.beneficiaries.support.schemas import GivenValue, Value

SupportKind = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z_-]{0,39}$",
        description="Kind of support, in the words of the kinds of need: `house`, `rice`, `water` …",
        examples=["house"],
    ),
]
InArea = Annotated[
    AreaCode | None, Field(description="In today's commune with this code, and in the units it was made from")
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrganisationIn(_Strict):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Công đoàn Điện lực Mai Sơn", "kind": "union"}]}
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    name: Line
    kind: OrganisationKind
    contact: Annotated[Line | None, Field(description="Office and telephone, no private person's")] = None


class OrganisationChange(_Strict):
    """What is to change; what is absent stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"contact": "Tiểu khu 3, Mai Sơn"}], "minProperties": 1}
    )

    name: Line | None = None
    kind: OrganisationKind | None = None
    contact: Annotated[Line | None, Field(description="null takes it out")] = None
    active: Annotated[bool | None, Field(description="false: nothing new is assigned to it")] = None


class Organisation(_Strict):
    id: UUID
    name: str
    kind: OrganisationKind
    contact: str | None
    active: bool
    version: int


class OrganisationQuery(ListQuery):
    kind: OrganisationKind | None = None
    active: bool | None = None


class _Place(_Strict):
    household_id: UUID | None = None
    area_id: Annotated[UUID | None, Field(description="Commune unit of that day")] = None
    village: Annotated[Line | None, Field(description="Village in `area_id`; without it the whole commune")] = None


def _one_place_of(*names: str) -> list[JsonValue]:
    """Say in JSON Schema that exactly one of these is named, and a village only with its area."""
    ways: list[JsonValue] = []
    for named in names:
        absent = [name for name in names if name != named] + ([] if named == "area_id" else ["village"])
        shape: dict[str, JsonValue] = {name: {"type": "null"} for name in absent}
        ways.append({"required": [named], "properties": {named: {"type": "string"}, **shape}})
    return ways


class AssignmentIn(_Place):
    """An organisation takes charge of a household, or of a village (`area_id`, `village`), or of a whole commune."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "area_id": str(MAI_SON),
                    "village": "Bản Mé",
                    "purpose": "Giúp đỡ bản thoát nghèo",
                    "valid_from": "2026-01-01",
                }
            ],
            "oneOf": _one_place_of("household_id", "area_id"),
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    purpose: Line
    decision_number: Annotated[Line | None, Field(max_length=60)] = None
    valid_from: Annotated[Day, Field(description="First day of it")]
    valid_to: Annotated[Day | None, Field(description="First day on which it no longer holds, if that is known")] = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.household_id is None) == (self.area_id is None) or (self.village and self.area_id is None):
            raise ValueError("name a household, or an area with or without a village")
        return self


class EndingIn(_Strict):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"because": "Bản đã ra khỏi diện đặc biệt khó khăn"}]}
    )

    on: Annotated[Day | None, Field(description="First day without it; today without it")] = None
    because: Line


class Assignment(_Strict):
    """valid_to: first day on which it no longer holds. ended_because: null while it runs as planned."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    area: AreaName
    village: str | None
    household_id: UUID | None
    purpose: str
    decision_number: str | None
    valid_from: date
    valid_to: date | None
    ended_because: str | None
    version: int
    recorded_at: datetime


class _PlaceQuery(ListQuery):
    organisation_id: UUID | None = None
    household_id: UUID | None = None
    area: InArea = None
    village: Line | None = None


class AssignmentQuery(_PlaceQuery):
    on: Annotated[Day | None, Field(description="Only those that hold on this day")] = None


class ActivityIn(_Place):
    """What an organisation did: within an assignment, whose place it takes, or for a place that it names.

    values: money, goods and labour as the organisation states them, with no claim on any fund's books.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "area_id": str(MAI_SON),
                    "village": "Bản Mé",
                    "kind": "water",
                    "happened_on": "2026-03-26",
                    "description": "Đào bể nước chung cho bản",
                    "values": [
                        {"amount": 12000000, "currency": "VND"},
                        {"quantity": "40.0", "unit": "person-day"},
                    ],
                }
            ],
            "oneOf": _one_place_of("assignment_id", "household_id", "area_id"),
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    assignment_id: UUID | None = None
    kind: SupportKind
    happened_on: Day
    description: Annotated[Paragraph, Field(max_length=1000)]
    values: Annotated[list[GivenValue], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [self.assignment_id, self.household_id, self.area_id]
        if sum(one is not None for one in named) != 1 or (self.village and self.area_id is None):
            raise ValueError("name an assignment, a household, or an area with or without a village")
        return self


class WithdrawalIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"because": "Ghi trùng"}]})

    because: Line


class Activity(_Strict):
    """withdrawn_on: since then it no longer counts, and stays on record."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    assignment_id: UUID | None
    area: AreaName
    village: str | None
    household_id: UUID | None
    kind: str
    happened_on: date
    description: str
    values: list[Value]
    withdrawn_on: date | None
    withdrawn_because: str | None
    recorded_at: datetime


class ActivityQuery(_PlaceQuery):
    assignment_id: UUID | None = None
    kind: SupportKind | None = None
    withdrawn: Annotated[bool | None, Field(description="Only those withdrawn, or only those that stand")] = None
