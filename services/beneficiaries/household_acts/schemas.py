"""Acts on households, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries import examples
from services.beneficiaries.areas.schemas import MAI_SON
from services.beneficiaries.households.schemas import Relation


def _example(**example: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Related(BaseModel):
    """A person and their relation to the head of the household from the day of the act."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    relation: Relation


_Relations = Annotated[
    list[Related],
    Field(
        max_length=40,
        description="Relations of those who stay, where the act changes them; names the new head where the head goes",
    ),
]


class _ActIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    act_id: Annotated[UUID | None, Field(description="UUIDv7 of the act, made by a client")] = None
    decision_number: Annotated[
        Line | None, Field(max_length=60, description="Number of the paper", examples=["15/QĐ-UBND"])
    ] = None
    reason: Annotated[Line | None, Field(max_length=500)] = None


class MoveIn(_ActIn):
    """A household goes to live elsewhere, in this commune or in another."""

    model_config = _example(
        moved_on="2026-03-01", area_id=str(MAI_SON), village="Bản Nà Bó", decision_number="15/QĐ-UBND"
    )

    moved_on: Annotated[Day, Field(description="First day at the new place")]
    area_id: Annotated[UUID, Field(description="Commune unit of that day", examples=[str(MAI_SON)])]
    village: Line
    address: Annotated[Paragraph | None, Field(max_length=500)] = None


class SplitIn(_ActIn):
    """Members of a household become one of their own, on one day."""

    model_config = _example(split_on="2026-03-01", members=[{"person_id": examples.GROWN_CHILD, "relation": "head"}])

    id: Annotated[UUID | None, Field(description="UUIDv7 of the new household, made by a client")] = None
    split_on: Annotated[Day, Field(description="First day of the new household")]
    members: Annotated[
        list[Related], Field(min_length=1, max_length=40, description="Who goes, related to the head of the new one")
    ]
    relations: _Relations = []
    village: Annotated[Line | None, Field(description="Of the new household; that of the old one without it")] = None
    address: Annotated[Paragraph | None, Field(max_length=500)] = None
    poverty_status: Annotated[
        Literal["none", "inherit"],
        Field(
            description="`none`: the new household stands on no list until it is reviewed. `inherit`: it begins with "
            "the status and decision that the old one has on that day. No rule that we know of decides it: say it."
        ),
    ] = "none"


class MergeIn(_ActIn):
    """All members of one household go into another, and it is dissolved."""

    model_config = _example(
        household_id=examples.DISSOLVING_HOUSEHOLD,
        into_household_id=examples.GROWING_HOUSEHOLD,
        merged_on="2026-03-01",
        members=[{"person_id": examples.LODGER, "relation": "other_relative"}],
    )

    household_id: Annotated[UUID, Field(description="The household that is dissolved; it keeps its history")]
    into_household_id: Annotated[UUID, Field(description="The household that goes on")]
    merged_on: Annotated[Day, Field(description="First day on which they are one")]
    members: Annotated[
        list[Related],
        Field(min_length=1, max_length=40, description="Every member, related to the head of the one that goes on"),
    ]

    @model_validator(mode="after")
    def _two_households(self) -> Self:
        if self.household_id == self.into_household_id:
            raise ValueError("a household does not merge with itself")
        return self


class DeathIn(_ActIn):
    """A member died."""

    model_config = _example(
        person_id=examples.DECEASED, died_on="2026-03-01", relations=[{"person_id": examples.WIDOW, "relation": "head"}]
    )

    person_id: UUID
    died_on: Annotated[Day, Field(description="First day on which the person is no longer a member")]
    relations: _Relations = []


class ReversalIn(BaseModel):
    """Why an act was wrong."""

    model_config = _example(reason="Nhầm người cùng tên")

    reason: Annotated[Line, Field(max_length=500)]


class Act(BaseModel):
    """An act as it was recorded.

    effective_on: the day from which it counts. recorded_at: the moment from which what it made is known.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    kind: Literal["split", "merge", "move", "death", "reversal"]
    household_id: UUID
    other_household_id: UUID | None
    person_id: UUID | None
    from_area_id: UUID | None
    to_area_id: UUID | None
    reverses_id: UUID | None
    effective_on: date
    decision_number: str | None
    reason: str | None
    decided_by: str
    recorded_at: datetime
