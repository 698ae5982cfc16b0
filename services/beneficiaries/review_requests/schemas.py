"""Written requests to be reviewed, as they come in and go out."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Paragraph
from services.beneficiaries import examples

State = Literal["open", "listed", "answered"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RequestIn(_Strict):
    """A household's written request to be reviewed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "household_id": examples.HOUSEHOLD,
                    "received_on": "2026-11-05",
                    "wish": "Gia đình gặp khó khăn, xin được rà soát hộ nghèo",
                }
            ]
        },
    )

    id: Annotated[
        UUID | None,
        Field(description="UUIDv7 made by a client that was offline; the household's place in its review has it too"),
    ] = None
    household_id: UUID
    received_on: Annotated[Day, Field(description="Day on which the commune received it")]
    wish: Paragraph


class Request(_Strict):
    """state: `open` until a review takes it up, `listed` in one, `answered` by its decision."""

    id: UUID
    household_id: UUID
    received_on: date
    wish: str
    state: State
    review_id: UUID | None


class RequestQuery(ListQuery):
    state: State | None = None
    household_id: UUID | None = None
