"""Households and their members, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kit.http import ListQuery
from kit.values.dates import Day, Moment
from kit.values.text import Line, Paragraph, Reason
from services.beneficiaries.areas.schemas import MAI_SON, AreaCode, AreaName
from services.beneficiaries.dwellings.schemas import Dwelling

Relation = Literal[
    "head",
    "spouse",
    "child",
    "child_in_law",
    "parent",
    "parent_in_law",
    "grandparent",
    "grandchild",
    "sibling",
    "other_relative",
    "not_related",
]
Sex = Literal["female", "male"]
Precision = Literal["day", "month", "year"]
Standing = Literal["poor", "near_poor", "newly_escaped", "none"]
LeftBecause = Literal["moved", "died", "married", "entered_by_mistake", "changed_relation", "split", "merged"]

IdentityNumber = Annotated[
    str, Field(pattern="^[0-9]{12}$", description="Personal identity number: twelve digits", examples=["014184000123"])
]
Phone = Annotated[
    str, Field(pattern=r"^\+[1-9][0-9]{7,14}$", description="Telephone in the form of E.164", examples=["+84987654321"])
]
Ethnicity = Annotated[
    str,
    Field(
        pattern="^(0[1-9]|[1-4][0-9]|5[0-4])$",
        description="Code of one of the 54 ethnic groups; 03 is Thái",
        examples=["03"],
    ),
]

_EXAMPLE_MEMBERS: list[JsonValue] = [
    {
        "full_name": "Lò Thị Đôi",
        "sex": "female",
        "birth_date": "1984-01-01",
        "birth_precision": "year",
        "ethnicity": "03",
        "relation": "head",
    },
    {
        "full_name": "Cà Văn Minh",
        "sex": "male",
        "birth_date": "2012-05-20",
        "ethnicity": "03",
        "relation": "child",
    },
]

_ONE_HEAD: dict[str, JsonValue] = {
    "contains": {"type": "object", "required": ["relation"], "properties": {"relation": {"const": "head"}}},
    "minContains": 1,
    "maxContains": 1,
}


KnownAt = Annotated[Moment, Field(description="What was recorded by then, with its offset; now without it")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MemberIn(_Strict):
    """A person who is new to the registry.

    birth_precision: how much of `birth_date` is known; with `year` only its year counts. mother_id, father_id: of
    somebody in the registry, or the `id` that another member of this request is given.
    """

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    full_name: Line
    sex: Sex
    birth_date: Day
    birth_precision: Precision = "day"
    ethnicity: Ethnicity
    relation: Annotated[Relation, Field(description="To the head of the household")]
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    joined_on: Annotated[
        Day | None, Field(description="Member since; without it the day of registration, or today")
    ] = None
    mother_id: UUID | None = None
    father_id: UUID | None = None

    def parent_id(self, kind: Literal["mother", "father"]) -> UUID | None:
        return self.mother_id if kind == "mother" else self.father_id


class HouseholdIn(_Strict):
    """A household with its members, one of them its head."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"area_id": str(MAI_SON), "village": "Bản Nà Bó", "members": _EXAMPLE_MEMBERS}]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    area_id: Annotated[UUID, Field(description="Commune unit of the day of registration", examples=[str(MAI_SON)])]
    village: Annotated[Line, Field(examples=["Bản Nà Bó"])]
    address: Annotated[Paragraph | None, Field(max_length=500)] = None
    registered_on: Annotated[Day | None, Field(description="In the registry since; today without it")] = None
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=40, json_schema_extra=_ONE_HEAD)]


class HouseholdQuery(ListQuery):
    q: Annotated[
        Line | None,
        Field(
            max_length=100,
            description="Part of a member's name, with or without accents: the beginnings of its words count",
            examples=["lo thi doi"],
        ),
    ] = None
    area: Annotated[
        AreaCode | None,
        Field(description="Households of today's commune with this code, and of the units it was made from"),
    ] = None
    area_id: Annotated[UUID | None, Field(description="Households recorded in exactly this unit")] = None
    poverty_status: Annotated[Standing | None, Field(description="Their status on the day")] = None
    as_of: Annotated[
        Day | None,
        Field(description="Households that lived on this day, as they were then; today without it"),
    ] = None


class HouseholdMoment(_Strict):
    as_of: Annotated[
        Day | None,
        Field(description="The household as it was on this day; without it as it is today, with those who left"),
    ] = None
    known_at: KnownAt | None = None


class Member(_Strict):
    """A member now or before; numbers are masked.

    identity_doubts: in what the identity number disagrees with the person (`sex`, `birth_year`): a warning only.
    mother_id, father_id: who they are on the day asked about, where that is recorded.
    """

    person_id: UUID
    full_name: str
    sex: Sex
    birth_date: date
    birth_precision: Precision
    ethnicity: str
    relation: Relation
    identity_number: str | None
    identity_doubts: list[Literal["sex", "birth_year"]]
    phone: str | None
    joined_on: date
    left_on: date | None
    left_because: LeftBecause | None
    mother_id: UUID | None
    father_id: UUID | None


class HouseholdLine(_Strict):
    """A household in a list, as it was on the day asked about.

    code: reference code with a check character, to be spoken and typed. members: how many there were.
    """

    id: UUID
    code: str
    area: AreaName
    village: str
    head_name: str
    members: int
    poverty_status: Standing
    registered_on: date
    version: int


class Household(_Strict):
    """A household on a day, as known at a moment; names and other facts of people are those known now.

    members: of that day; where no day was asked about, those who left as well.
    place_since: since when it lives there. dissolved_on: first day on which it is no household any more.
    """

    id: UUID
    code: str
    area: AreaName
    village: str
    address: str | None
    place_since: date
    registered_on: date
    dissolved_on: date | None
    poverty_status: Standing
    dwelling: Dwelling | None
    members: list[Member]
    version: int
    recorded_at: datetime
    changed_at: datetime


class UnmaskingIn(_Strict):
    """Why somebody must see the numbers; it is kept in the audit log."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Compare with the identity card at the payment point"}]},
    )

    reason: Reason


class UnmaskedMember(_Strict):
    person_id: UUID
    identity_number: str | None
    phone: str | None


class Unmasked(_Strict):
    household_id: UUID
    members: list[UnmaskedMember]
