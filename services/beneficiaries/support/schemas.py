"""Support as the other services tell of it, and as the household's page shows it."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.money import Cash, Money
from kit.values.quantity import KILOGRAM, PERSON_DAY, Kilograms, Measure, PersonDays, Quantity
from kit.values.text import Line, Paragraph

_MEASURES: dict[str, Measure] = {measure.name: measure for measure in (KILOGRAM, PERSON_DAY)}
Value = Money | Quantity
GivenValue = Cash | Kilograms | PersonDays
"""What is handed over at once: bounded, so that a hundred of them still add up within 64 bits."""


def parts_of(value: Value) -> dict[str, Any]:
    """Return a value as it is kept: a unit and a whole number of its smallest parts."""
    if isinstance(value, Money):
        return {"unit": value.currency, "parts": value.amount}
    return {"unit": value.unit, "parts": value.parts}


def value_of(unit: str, parts: int) -> Value:
    measure = _MEASURES.get(unit)
    return Money(amount=parts) if measure is None else Quantity.of(parts, measure)


class GivenData(BaseModel):
    """The data of `support.given`, `loan.disbursed` and `repayment.recorded`; what else they tell is not ours."""

    model_config = ConfigDict(extra="ignore")

    support_id: UUID
    household_id: UUID
    kind: Annotated[str, Field(pattern="^[a-z][a-z_-]{0,39}$")]
    on: Day
    values: Annotated[list[GivenValue], Field(min_length=1, max_length=10)]
    reference: Line | None = None
    occasion: Line | None = None
    programme: Line | None = None
    proof: Line | None = None


class ReversedData(BaseModel):
    """The data of `support.reversed`."""

    model_config = ConfigDict(extra="ignore")

    support_id: UUID
    reason: Paragraph | None = None


class Receipt(BaseModel):
    """What became of an event: `recorded`, `duplicate` of one that came before, or `ignored` as not ours to keep."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["recorded", "duplicate", "ignored"]


class SupportItem(BaseModel):
    """One thing that the household received. id: the giving service's own; title: occasion or programme."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    source: str = Field(description="The service that gave it", examples=["funds"])
    kind: str = Field(examples=["gift"])
    on: date
    values: list[Value]
    reference: str | None
    title: str | None
    proof: str | None


class SupportTotal(BaseModel):
    """All of one kind in one unit, over the whole of the household's time."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=["rice"])
    value: Value
    times: int = Field(description="How many items add up to it")


class SupportPage(BaseModel):
    """What a household received, newest first; what was reversed is neither listed nor counted."""

    model_config = ConfigDict(extra="forbid")

    household_id: UUID
    items: list[SupportItem]
    totals: list[SupportTotal]
    next: str | None


class SupportQuery(ListQuery):
    pass
