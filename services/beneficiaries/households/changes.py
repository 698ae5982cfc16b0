"""What may be changed of a household and its members, as it comes in."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries.households.schemas import (
    Ethnicity,
    IdentityNumber,
    MemberIn,
    Phone,
    Precision,
    Relation,
    Sex,
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MemberJoins(_Strict):
    """A person who is in the registry already, and stands in no household on that day."""

    person_id: UUID
    relation: Relation
    joined_on: Day | None = None


class MemberChange(_Strict):
    """What was written down wrongly about a person, or has changed; what is absent stays."""

    person_id: UUID
    full_name: Line | None = None
    sex: Sex | None = None
    birth_date: Day | None = None
    birth_precision: Precision | None = None
    ethnicity: Ethnicity | None = None
    relation: Relation | None = None
    since: Annotated[
        Day | None,
        Field(description="From when `relation` holds; without it the day the head leaves in this change, or today"),
    ] = None
    joined_on: Annotated[Day | None, Field(description="Since when they are a member, where it was wrong")] = None
    identity_number: Annotated[IdentityNumber | None, Field(description="null takes it out")] = None
    phone: Annotated[Phone | None, Field(description="null takes it out")] = None


class MemberLeaves(_Strict):
    person_id: UUID
    left_on: Annotated[Day, Field(description="First day on which the person is no longer a member")]
    because: Literal["moved", "died", "married", "entered_by_mistake"]


class MemberChanges(_Strict):
    """Applied in the order leave, change, add, join."""

    leave: Annotated[list[MemberLeaves], Field(max_length=40)] = []
    change: Annotated[list[MemberChange], Field(max_length=40)] = []
    add: Annotated[list[MemberIn], Field(max_length=40)] = []
    join: Annotated[list[MemberJoins], Field(max_length=40)] = []


class HouseholdChange(_Strict):
    """What is to change; what is absent stays."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"address": "Nhà số 3, cạnh trường tiểu học"}], "minProperties": 1},
    )

    village: Line | None = None
    address: Annotated[Paragraph | None, Field(max_length=500, description="null takes it out")] = None
    members: MemberChanges | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("names nothing to change")
        return self
