"""Standards as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries.poverty.schemas import StandardCode

Confidence = Annotated[
    Literal["firm", "soft", "open"],
    Field(description="`firm`: read in law; `soft`: press or practice; `open`: not verified"),
]
Code = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$", examples=["clean_water"])]
Income = Annotated[int, Field(strict=True, gt=0, le=1_000_000_000, description="VND per person per month")]
Points = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Title(_Strict):
    vi: Line
    en: Line
    fr: Line


class IndicatorIn(_Strict):
    """A basic service of which a household may be deprived."""

    code: Code
    dimension: Line
    title: Title
    deprived_if: Paragraph
    confidence: Confidence
    evidence: Line


_INDICATORS: list[JsonValue] = [
    {
        "code": code,
        "dimension": dimension,
        "title": {"vi": vi, "en": en, "fr": fr},
        "deprived_if": told,
        "confidence": "open",
        "evidence": "draft",
    }
    for code, dimension, vi, en, fr, told in (
        (
            "health_insurance",
            "health",
            "Bảo hiểm y tế",
            "Health insurance",
            "Assurance maladie",
            "somebody has no card",
        ),
        ("clean_water", "water_sanitation", "Nước sạch", "Clean water", "Eau salubre", "there is no clean source"),
        ("housing_quality", "housing", "Chất lượng nhà ở", "Housing", "Logement", "the dwelling is not durable"),
    )
]
_RULES: dict[str, JsonValue] = {
    "confidence": "open",
    "source": "Draft decree, text not seen",
    "income_rural": 2_500_000,
    "income_urban": 3_200_000,
    "average_rural": None,
    "average_urban": None,
    "deprivations": 3,
    "indicators": _INDICATORS,
}


class RulesIn(_Strict):
    """A version of a standard's rules.

    A household up to the income line is poor with at least `deprivations` of the indicators, else near-poor; with 0
    its income alone makes it poor. average_*: upper bound of the average living standard, null where not known.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_RULES]})

    confidence: Confidence
    source: Line
    income_rural: Income
    income_urban: Income
    average_rural: Income | None = None
    average_urban: Income | None = None
    deprivations: Annotated[int, Field(strict=True, ge=0, le=50)]
    indicators: Annotated[list[IndicatorIn], Field(max_length=50)]

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        codes = [one.code for one in self.indicators]
        if len(set(codes)) != len(codes):
            raise ValueError("names an indicator twice")
        if self.deprivations > len(codes):
            raise ValueError("asks for more deprivations than there are indicators")
        for average, line in ((self.average_rural, self.income_rural), (self.average_urban, self.income_urban)):
            if average is not None and average <= line:
                raise ValueError("an average living standard begins above the line of poverty")
        return self


class StandardIn(_Strict):
    """A new standard with its first rules; the standard in force before ends on the day it begins."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "decree-2031",
                    "title": "Standard of 2031 to 2035 (draft)",
                    "valid_from": "2031-01-01",
                    "valid_to": "2036-01-01",
                    "rules": _RULES,
                }
            ]
        },
    )

    code: StandardCode
    title: Line
    valid_from: Annotated[Day, Field(description="First day on which households are classified under it")]
    valid_to: Annotated[Day, Field(description="First day on which they no longer are")]
    rules: RulesIn

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.valid_to <= self.valid_from:
            raise ValueError("ends before it begins")
        return self


class PointItemIn(_Strict):
    """One line of the form B1: a household to which it applies gets its points."""

    code: Code
    title: Title
    points: Annotated[int, Field(strict=True, ge=-1000, le=1000)]


class PointTableIn(_Strict):
    """A version of the points. With `items` reviewers may tick them; without, they give the sum of the paper form."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "confidence": "open",
                    "source": "Practice of the reviews, to be verified",
                    "income_rural": 140,
                    "income_urban": 175,
                    "per_deprivation": 10,
                    "deprivation_line": 30,
                    "items": [],
                }
            ]
        },
    )

    confidence: Confidence
    source: Line
    income_rural: Annotated[Points, Field(description="Points of B1 up to which income counts as below the line")]
    income_urban: Points
    per_deprivation: Annotated[Points, Field(description="Points of B2 for each deprivation")]
    deprivation_line: Annotated[
        int, Field(strict=True, ge=0, le=10_000, description="Points of B2 from which a household is poor")
    ]
    items: Annotated[list[PointItemIn], Field(max_length=200)] = []

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        codes = [one.code for one in self.items]
        if len(set(codes)) != len(codes):
            raise ValueError("names an item twice")
        return self


class Threshold(_Strict):
    """One line of a standard, as its reference table words it."""

    review_years: str
    area: str
    household_class: str
    income_rule: str
    deprivation_rule: str
    status: str


class RulesVersion(_Strict):
    """The rules of a standard in numbers; see `RulesIn`. recorded_to: when another version superseded this one."""

    id: UUID
    version: int
    confidence: Confidence
    source: str
    income_rural: int
    income_urban: int
    average_rural: int | None
    average_urban: int | None
    deprivations: int
    entered_by: str
    recorded_from: datetime
    recorded_to: datetime | None


class Standard(_Strict):
    """A poverty standard and when it holds.

    confidence: `firm` in law, `soft` from the press or from memory, `open` not verified. thresholds: as the reference
    table words them; none for a standard that an administrator entered. rules: the version known now, in numbers.
    """

    code: str
    title: str
    valid_from: date
    valid_to: date
    confidence: Confidence
    source: str
    thresholds: list[Threshold]
    rules: RulesVersion


class Standards(_Strict):
    items: list[Standard]


class Indicator(_Strict):
    number: int
    code: str
    dimension: str
    title: Title
    deprived_if: str
    confidence: Confidence
    evidence: str


class PointItem(_Strict):
    code: str
    title: Title
    points: int


class PointTableVersion(_Strict):
    """The points of a standard; see `PointTableIn`."""

    id: UUID
    version: int
    confidence: Confidence
    source: str
    income_rural: int
    income_urban: int
    per_deprivation: int
    deprivation_line: int
    items: list[PointItem]
    entered_by: str
    recorded_from: datetime
    recorded_to: datetime | None


class StandardDetail(Standard):
    """A standard with all it is made of: indicators and points known now, and every version there ever was."""

    indicators: list[Indicator]
    points: PointTableVersion | None
    rules_before: list[RulesVersion]
    points_before: list[PointTableVersion]


class Cause(_Strict):
    number: int
    code: str
    title: Title


class Causes(_Strict):
    items: list[Cause]
