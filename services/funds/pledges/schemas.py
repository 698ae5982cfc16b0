from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery
from kit.values.dates import Day
from kit.values.text import Paragraph
from services.funds.values import Held, Value

State = Literal["open", "fulfilled", "cancelled"]


class InstalmentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    due_on: Day
    value: Value


class PledgeIn(BaseModel):
    """A promise to give, in one instalment or more, all in one unit."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    campaign_id: UUID
    donor_id: UUID
    pledged_on: Day
    instalments: Annotated[list[InstalmentIn], Field(min_length=1, max_length=120)]


class FulfilmentIn(BaseModel):
    """A donation that was given because of the pledge."""

    model_config = ConfigDict(extra="forbid")

    donation_id: UUID


class CancellationIn(BaseModel):
    """Why nothing more of the pledge is expected."""

    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class Instalment(BaseModel):
    """What was scheduled, and how much of it has come: donations settle the earliest instalment first."""

    model_config = ConfigDict(extra="forbid")

    due_on: date
    scheduled: Held
    actual: Held


class PledgeOut(BaseModel):
    """A pledge as of a day: what was promised, what of it was due, what came, and what is overdue."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: Annotated[str, Field(examples=["PL-7K3QX2M9AC"])]
    campaign_id: UUID
    donor_id: UUID
    pledged_on: date
    as_of: date
    state: State
    pledged: Held
    due: Held
    paid: Held
    overdue: Held
    instalments: list[Instalment]
    recorded_by: str
    cancelled_because: str | None
    version: int


class AsOfQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[Day | None, Field(description="Counts what was due and came up to this day; today without it")] = (
        None
    )


class PledgesQuery(ListQuery):
    campaign: UUID | None = None
    donor: UUID | None = None
    overdue: Annotated[bool | None, Field(description="true: only those behind their schedule, not cancelled")] = None
    as_of: Annotated[Day | None, Field(description="As of this day; today without it")] = None
