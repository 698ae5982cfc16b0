"""Postings and complaints as they come in and go out. What is posted is name, village and result, and nothing else."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries import examples
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.reviews.scoring import Class
from services.beneficiaries.standards.schemas import Title


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PostingIn(_Strict):
    """Where and when the results are posted that the villages agreed to and that are not posted yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"posted_from": "2026-03-24", "place": "Trụ sở UBND xã, nhà văn hoá các bản"}]},
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    posted_from: Day
    posted_until: Annotated[Day | None, Field(description="Last day; without it the fewest days of the terms")] = None
    place: Line


class Posting(_Strict):
    """households: how many results it shows."""

    id: UUID
    review_id: UUID
    posted_from: date
    posted_until: date
    place: str
    households: int


class PublicQuery(ListQuery):
    area: Annotated[AreaCode | None, Field(description="Only postings of the commune with this code")] = None


class PublicPosting(_Strict):
    id: UUID
    area: AreaName
    posted_from: date
    posted_until: date
    place: str


class PostedLine(_Strict):
    """What a household's neighbours may read: whose it is, where, and the result."""

    head_name: str
    village: str
    status: Class
    result: Title


class ComplaintIn(_Strict):
    """Somebody disagrees with a posted result."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "case_id": examples.CASE_POSTED,
                    "received_on": "2026-11-20",
                    "complaint": "Hộ có trâu, đề nghị xem lại",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    case_id: UUID
    received_on: Day
    complaint: Paragraph


class AnswerIn(_Strict):
    """The answer in writing. upheld: the complaint is right, and the household goes back to scoring."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"answered_on": "2026-11-23", "answer": "Trâu là của hợp tác xã; giữ kết quả", "upheld": False}
            ]
        },
    )

    answered_on: Day
    answer: Paragraph
    upheld: bool


class Complaint(_Strict):
    id: UUID
    review_id: UUID
    case_id: UUID
    received_on: date
    complaint: str
    answer: str | None
    upheld: bool | None
    answered_on: date | None
    answered_by: str | None


class ComplaintQuery(ListQuery):
    answered: Annotated[bool | None, Field(description="false: still without an answer")] = None
