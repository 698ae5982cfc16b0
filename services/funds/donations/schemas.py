from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http.pages import ListQuery
from kit.values.dates import Day
from kit.values.money import Cash, Money
from kit.values.quantity import Quantity
from kit.values.text import Line, Paragraph
from services.funds.values import Kind, Value


class Valuation(BaseModel):
    """What goods or labour were worth in đồng, and by what measure. It is told, never booked: the books keep kinds."""

    model_config = ConfigDict(extra="forbid")

    worth: Cash
    basis: Annotated[Line, Field(description="Where the price comes from", examples=["Giá chợ Hát Lót ngày nhận"])]


class DonationIn(BaseModel):
    """A gift as it was received."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    campaign_id: UUID
    donor_id: UUID | None = Field(None, description="Who gave; null for somebody unknown")
    value: Value
    received_on: Day
    on_behalf_of: UUID | None = Field(None, description="The group credited with it, itself a donor (soft credit)")
    valuation: Valuation | None = Field(None, description="For rice and labour only")


class CorrectionIn(BaseModel):
    """Why a donation was recorded wrongly, and what it should have said."""

    model_config = ConfigDict(extra="forbid")

    reason: Paragraph
    donation: DonationIn


class ReversalIn(BaseModel):
    """Why a donation was recorded wrongly."""

    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class Giver(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    name: str | None


class Reversal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[Literal["mistake", "correction", "refund"], Field(description="Why it was taken back")]
    reason: str
    reversed_on: date
    reversed_by: str


class DonationOut(BaseModel):
    """A gift in the books. `reference` is what its receipt shows, and what finds it in the public account."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: str = Field(examples=["DN-7K3QX2M9AC"])
    campaign_id: UUID
    donor: Annotated[Giver | None, Field(description="Who gave; of donors merged, the one who stands for both")]
    on_behalf_of: Giver | None
    value: Money | Quantity
    valuation: Valuation | None
    received_on: date
    recorded_at: datetime
    recorded_by: str
    state: Literal["recorded", "reversed"]
    reversal: Reversal | None
    corrects: Annotated[UUID | None, Field(description="The donation recorded wrongly in place of this one")]
    version: int


class DonationsQuery(ListQuery):
    campaign: UUID | None = None
    donor: Annotated[UUID | None, Field(description="Who gave, those merged into them included")] = None
    on_behalf_of: Annotated[UUID | None, Field(description="The group credited, likewise")] = None
    kind: Annotated[Kind | None, Field(description="money (VND), goods (kg) or labour (person-day)")] = None
    from_: Annotated[Day | None, Field(alias="from", description="First day of receiving")] = None
    to: Annotated[Day | None, Field(description="Last day of receiving")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError("from lies after to")
        return self
