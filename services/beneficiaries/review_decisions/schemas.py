"""Decisions and certificates as they come in and go out."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Reason
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.reviews.schemas import Explained
from services.beneficiaries.reviews.scoring import Class


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReviewDecisionIn(_Strict):
    """The decision of the chairperson on a whole review.

    valid_from: first day of the statuses; without it 1 January after a yearly review, the day of the decision else.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"decision_number": "215/QĐ-UBND", "decided_on": "2026-02-27"}]},
    )

    decision_number: Annotated[Line, Field(max_length=60)]
    decided_on: Day
    valid_from: Day | None = None


class ReviewDecided(_Strict):
    """What a decision did. moved: households that live elsewhere now or are dissolved: nothing was decided of them."""

    review_id: UUID
    decision_number: str
    decided_on: date
    decided_by: str
    valid_from: date
    standard: str
    certificates: int
    refusals: int
    left: int
    moved: int


class CertificateLine(_Strict):
    """A certificate in a list. void_on: the day on which it was declared void."""

    code: str
    case_id: UUID
    household_id: UUID
    status: Class
    issued_on: date
    void_on: date | None
    version: int


class CertificateQuery(ListQuery):
    void: Annotated[bool | None, Field(description="true: only those declared void")] = None


class VoidIn(_Strict):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"void_on": "2026-11-16", "because": "Cấp nhầm hộ"}]},
    )

    void_on: Day
    because: Reason


class Verified(_Strict):
    """What anybody may know of a certificate shown to them: whether it holds today, and where and when it was given."""

    code: str
    state: Literal["valid", "void"]
    commune: str
    year: int


class Refusal(_Strict):
    """Why a household that asked in writing is on neither list, line by line."""

    review_id: UUID
    case_id: UUID
    household_id: UUID
    area: AreaName
    decision_number: str
    decided_on: date
    standard: str
    reasons: list[Explained]
