"""The terms of reviews as they come in and go out."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kit.values.text import Line
from services.beneficiaries.standards.schemas import Confidence

Kind = Literal["yearly", "regular"]
_YEARLY = ("opens_month", "closes_month", "closes_day")


def _one_kind(months: str, days: str, *required: str) -> dict[str, JsonValue]:
    """Return the schema of one kind of review: what is of this type there, and given."""
    properties: dict[str, JsonValue] = {name: {"type": months} for name in _YEARLY}
    return {"required": list(required), "properties": properties | {"decide_within_days": {"type": days}}}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Terms(_Strict):
    confidence: Confidence
    source: Line
    opens_month: Annotated[int | None, Field(strict=True, ge=1, le=12)] = None
    opens_day: Annotated[int, Field(strict=True, ge=1, le=28)]
    closes_month: Annotated[int | None, Field(strict=True, ge=1, le=12)] = None
    closes_day: Annotated[int | None, Field(strict=True, ge=1, le=28)] = None
    decide_within_days: Annotated[int | None, Field(strict=True, ge=1, le=365)] = None
    posting_days: Annotated[int, Field(strict=True, ge=1, le=60)]
    agreement_percent: Annotated[int, Field(strict=True, ge=1, le=100)]


class TermsIn(_Terms):
    """When a kind of review happens and what it takes.

    agreement_percent: share of those present at the village meeting from which a result stands.
    posting_days: least number of days of public posting. decide_within_days: of a regular review, from its first day.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "confidence": "open",
                    "source": "Practice of the reviews, to be verified",
                    "opens_month": 9,
                    "opens_day": 1,
                    "closes_month": 12,
                    "closes_day": 14,
                    "decide_within_days": None,
                    "posting_days": 3,
                    "agreement_percent": 50,
                }
            ],
            "oneOf": [_one_kind("integer", "null", *_YEARLY), _one_kind("null", "integer", "decide_within_days")],
        },
    )

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        yearly = [self.opens_month, self.closes_month, self.closes_day]
        if any(part is None for part in yearly) and (self.decide_within_days is None or any(yearly)):
            raise ValueError("a yearly review opens and closes on a day of a month, a regular one on a day only")
        if self.decide_within_days is not None and any(yearly):
            raise ValueError("a regular review has no months")
        opens, closes = (self.opens_month or 0, self.opens_day), (self.closes_month or 99, self.closes_day or 0)
        if opens > closes:
            raise ValueError("closes before it opens")
        return self


class TermsVersion(_Terms):
    """Terms that hold for reviews opened from `recorded_from`."""

    id: UUID
    kind: Kind
    version: int
    entered_by: str
    recorded_from: datetime
    recorded_to: datetime | None


class TermsList(_Strict):
    items: list[TermsVersion]
