"""Reviews as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.areas.schemas import MAI_SON, AreaCode, AreaName
from services.beneficiaries.review_terms.schemas import Kind
from services.beneficiaries.reviews.scoring import Class, Rule, Way
from services.beneficiaries.standards.schemas import Code, Title

State = Literal["opened", "listed", "decided", "cancelled"]
CaseState = Literal["scoring", "scored", "classified", "agreed", "decided"]
Outcome = Literal["certificate", "refusal", "left", "moved"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReviewIn(_Strict):
    """A yearly review, or with `month` the regular one of that month."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"area_id": str(MAI_SON), "kind": "yearly", "year": 2025}],
            "oneOf": [
                {"properties": {"kind": {"const": "yearly"}, "month": {"type": "null"}}},
                {"properties": {"kind": {"const": "regular"}, "month": {"type": "integer"}}, "required": ["month"]},
            ],
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    area_id: Annotated[UUID, Field(description="The commune unit that stands on the day of the list")]
    kind: Kind
    year: Annotated[int, Field(strict=True, ge=2000, le=2199)]
    month: Annotated[int | None, Field(strict=True, ge=1, le=12, description="Of a regular review")] = None
    list_on: Annotated[
        Day | None, Field(description="Whose status on this day is poor or near-poor is listed; the first without it")
    ] = None

    @model_validator(mode="after")
    def _has_its_period(self) -> Self:
        if (self.kind == "regular") != (self.month is not None):
            raise ValueError("a regular review has a month, a yearly one has none")
        return self


class ReviewQuery(ListQuery):
    area: Annotated[AreaCode | None, Field(description="Reviews of the unit with this code, whatever its version")] = (
        None
    )
    kind: Kind | None = None
    year: Annotated[int | None, Field(ge=2000, le=2199)] = None
    state: State | None = None
    overdue: Annotated[bool | None, Field(description="true: undecided after the day they were due")] = None


class CaseCounts(_Strict):
    """Households of a review by what was done about them."""

    scoring: int
    scored: int
    classified: int
    agreed: int
    decided: int


class ReviewLine(_Strict):
    """A review in a list. due_on: the day by which it is to be decided."""

    id: UUID
    code: str
    area: AreaName
    kind: Kind
    year: int
    month: int | None
    state: State
    opens_on: date
    due_on: date
    overdue: bool
    version: int


class Review(ReviewLine):
    """One review with its households counted.

    standard, rules_version, points_version: under which its households are classified, as known when it was opened.
    urban: which lines of the standard count here.
    """

    standard: str
    rules_version: int
    points_version: int | None
    urban: bool
    list_on: date
    posting_days: int
    agreement_percent: int
    households: CaseCounts
    opened_by: str
    decided_by: str | None
    decided_on: date | None
    decision_number: str | None
    valid_from: date | None
    cancelled_by: str | None
    cancelled_because: str | None


class CancellationIn(_Strict):
    """Why a review is called off."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"because": "Mở nhầm năm; sẽ mở lại đợt đúng"}]}
    )

    because: Line


class Estimate(_Strict):
    """VND per person per month, all income counted."""

    way: Literal["estimate"]
    income: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]


class PaperPoints(_Strict):
    """The sum of the paper form B1."""

    way: Literal["points"]
    points: Annotated[int, Field(strict=True, ge=-10_000, le=10_000)]


class TickedItems(_Strict):
    """The lines of form B1 that apply, where the review's point table has lines."""

    way: Literal["items"]
    items: Annotated[list[Code], Field(max_length=200)]


_ANSWERS = (
    "employment dependents nutrition health_insurance adult_education child_school_attendance housing_quality"
    " housing_area clean_water hygienic_toilet telecommunication information_means"
)


class FormIn(_Strict):
    """What reviewers found at a household.

    deprived: for every indicator of the review's standard whether the household is deprived of it. causes: why it is
    poor, from `/poverty-causes`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "scored_on": "2026-06-22",
                    "income": {"way": "estimate", "income": 1_200_000},
                    "deprived": {
                        code: code in {"clean_water", "housing_quality", "nutrition"} for code in _ANSWERS.split()
                    },
                    "causes": ["land"],
                }
            ]
        },
    )

    scored_on: Annotated[Day, Field(description="Day of the visit")]
    income: Annotated[Estimate | PaperPoints | TickedItems, Field(discriminator="way")]
    deprived: Annotated[dict[Code, bool], Field(max_length=50, json_schema_extra={"additionalProperties": False})]
    causes: Annotated[list[Code], Field(max_length=8)] = []


class CaseQuery(ListQuery):
    state: CaseState | None = None
    village: Line | None = None
    status: Annotated[Class | None, Field(description="The class computed")] = None


class CaseLine(_Strict):
    """A household in a review.

    origin: on the list by its status, or by a written request. round: how often it was sent to be scored.
    status: the class computed; null before. outcome: a certificate, a refusal of a request, off the lists (`left`), or
    nothing decided since the household moved to another commune or was dissolved (`moved`).
    """

    id: UUID
    household_id: UUID
    household_code: str
    head_name: str
    village: str
    origin: Literal["list", "request"]
    status_before: Class
    state: CaseState
    round: int
    status: Class | None
    outcome: Outcome | None
    version: int


class FormShown(_Strict):
    """The form that counts now."""

    round: int
    way: Way
    income: int | None
    income_points: int | None
    items: list[str]
    deprived: list[str]
    causes: list[str]
    scored_on: date
    scored_by: str
    scored_at: datetime


class Explained(_Strict):
    """One line of the reasons: a number found, the line it was held against, whether that was met, and in words."""

    rule: Rule
    value: int | None
    line: int | None
    met: bool | None
    text: Title


class ReviewCase(CaseLine):
    """A household in a review with its form and why it got its class; no reasons before there is a form."""

    review_id: UUID
    form: FormShown | None
    reasons: list[Explained]
