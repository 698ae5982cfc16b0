"""Village meetings as they come in and go out."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries import examples

_MOST = 1000
People = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VoteIn(_Strict):
    """How many of those present agree with the class of one household."""

    case_id: UUID
    agreed: People


class MeetingIn(_Strict):
    """The minutes of a meeting of one village.

    invited, attended: persons. supervisor: who came from the Fatherland Front. minutes: what was said, as written in
    the two sets of paper minutes.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "village": "Bản Co Muông",
                    "held_on": "2026-04-22",
                    "chair": "Lò Văn Ún",
                    "secretary": "Cà Thị Hoa",
                    "supervisor": "Vì Văn Sương",
                    "invited": 60,
                    "attended": 48,
                    "minutes": "Họp dân thống nhất kết quả rà soát hộ nghèo, hộ cận nghèo.",
                    "votes": [{"case_id": examples.CASE_TO_DISCUSS, "agreed": 45}],
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    village: Line
    held_on: Day
    chair: Annotated[Line, Field(description="The head of the village")]
    secretary: Line
    supervisor: Line
    invited: People
    attended: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    minutes: Paragraph
    votes: Annotated[list[VoteIn], Field(min_length=1, max_length=_MOST)]

    @model_validator(mode="after")
    def _votes_of_those_present(self) -> Self:
        if len({vote.case_id for vote in self.votes}) != len(self.votes):
            raise ValueError("names a household twice")
        if any(vote.agreed > self.attended for vote in self.votes):
            raise ValueError("more agree than are present")
        return self


class MeetingQuery(ListQuery):
    village: Line | None = None


class Meeting(_Strict):
    """A meeting as recorded. agreed, sent_back: households whose result stands, and those that are scored again.

    percent: share of those present that had to agree.
    """

    id: UUID
    review_id: UUID
    village: str
    held_on: date
    chair: str
    secretary: str
    supervisor: str
    invited: int
    attended: int
    percent: int
    minutes: str
    agreed: int
    sent_back: int
    recorded_by: str
