"""Mothers and fathers, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries import examples
from services.beneficiaries.parents.models import ParentKind


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class ParentageIn(_Strict):
    """Who is mother or father, as it is known; somebody who is in the registry."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "mother", "parent_id": examples.MOTHER}]}
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    kind: ParentKind
    parent_id: UUID
    since: Annotated[
        Day | None,
        Field(description="From when: the child's birth without it. The day on which a known one began corrects that"),
    ] = None


class ParentageEnd(_Strict):
    """It does not hold any more, or never did."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    on: Annotated[
        Day | None,
        Field(description="First day on which it does not hold; without it the first of all: it never held"),
    ] = None


class ParentageOut(_Strict):
    """A mother or father from a day until before another, known from a moment until superseded."""

    id: UUID
    child_id: UUID
    parent_id: UUID
    kind: ParentKind
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None


class ParentAgeIn(_Strict):
    """The least difference in years, and where it comes from."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"least_years": 12, "source": "agreed in the district"}]}
    )

    least_years: Annotated[int, Field(ge=1, le=40, strict=True)]
    source: Line


class ParentAgeOut(_Strict):
    """least_years: by how many years of birth a mother or father is older at least."""

    kind: ParentKind
    least_years: int
    source: str
    version: int


class ParentAges(_Strict):
    items: list[ParentAgeOut]
