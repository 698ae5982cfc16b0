from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http.pages import ListQuery
from kit.values.dates import Day
from kit.values.money import Balance, Cash, Money
from kit.values.quantity import Kilograms, Quantity
from kit.values.text import Paragraph
from services.funds.rounds.models import Gift, Kind, Ration, State

Occasion = Annotated[
    str,
    Field(
        pattern="^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description="Short name of the occasion; a household receives once for it",
        examples=["tet-2024"],
    ),
]
MOST_HOUSEHOLDS = 2000


class _Proposal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    campaign_id: UUID
    occasion: Occasion
    on: Annotated[Day, Field(description="Day on which it is given; not in the future")]
    households: Annotated[
        list[UUID], Field(min_length=1, max_length=MOST_HOUSEHOLDS, json_schema_extra={"uniqueItems": True})
    ]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.households)) != len(self.households):
            raise ValueError("a household stands twice on the list")
        return self


class GiftRoundIn(_Proposal):
    """The same gift for every household: money, rice, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [given], "properties": {given: {"type": "object"}}} for given in ("money", "rice")]
        }
    )

    kind: Literal["gift"]
    money: Annotated[Cash | None, Field(description="For each household")] = None
    rice: Annotated[Kilograms | None, Field(description="For each household")] = None

    @model_validator(mode="after")
    def _something_given(self) -> Self:
        if self.money is None and self.rice is None:
            raise ValueError("a gift is money, rice or both")
        return self

    @property
    def terms(self) -> Gift:
        return Gift(self.money.amount if self.money else 0, self.rice.parts if self.rice else 0)


class RiceRoundIn(_Proposal):
    """Rice against hunger, by the number of people the registry counts in the household on that day."""

    kind: Literal["rice"]
    per_person: Annotated[Kilograms, Field(description="For each person and month")] = Kilograms(
        quantity="15.000", unit="kg"
    )
    months: Annotated[int, Field(strict=True, ge=1, le=3)] = 1

    @property
    def terms(self) -> Ration:
        return Ration(self.per_person.parts, self.months)


RoundIn = Annotated[GiftRoundIn | RiceRoundIn, Field(discriminator="kind")]


class RejectionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Paragraph


class Total(BaseModel):
    """What the whole round gives."""

    model_config = ConfigDict(extra="forbid")

    households: int
    people: int
    money: Balance
    rice: Annotated[dict[str, str], Field(examples=[{"quantity": "150.000", "unit": "kg"}])]


class RoundOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    campaign_id: UUID
    kind: Kind
    occasion: str
    on: date
    state: State
    per_person: Quantity | None
    months: int | None
    total: Total
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    version: int


class LineOut(BaseModel):
    """What one household receives, and under which reference."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: Annotated[str, Field(examples=["GT-7K3QX2M9AC"])]
    household_id: UUID
    area_id: UUID
    members: int
    values: list[Money | Quantity]


class RoundsQuery(ListQuery):
    campaign: UUID | None = None
    kind: Kind | None = None
    state: State | None = None
