from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from kit.values.money import Balance
from services.funds.values import Unit, plain


class Amount(BaseModel):
    """Rice in `kg` or labour in `person-day`, which may be nothing or below."""

    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]+$", examples=["15.000"])]
    unit: Annotated[str, Field(examples=["kg"])]


class Holding(BaseModel):
    """One side of the books, in each unit."""

    model_config = ConfigDict(extra="forbid")

    money: Balance
    rice: Amount
    labour: Amount

    @classmethod
    def of(cls, parts: dict[Unit, int]) -> Self:
        return cls.model_validate(cls.plain(parts))

    @staticmethod
    def plain(parts: dict[Unit, int]) -> dict[str, Any]:
        return {
            "money": plain("VND", parts["VND"]),
            "rice": plain("RICE_G", parts["RICE_G"]),
            "labour": plain("LABOUR_TENTH_DAY", parts["LABOUR_TENTH_DAY"]),
        }


class Balances(BaseModel):
    """What a campaign received, gave and holds: `held` is `received` less `given`, in every unit, on every day."""

    model_config = ConfigDict(extra="forbid")

    campaign_id: UUID
    on: date | None
    received: Holding
    given: Holding
    held: Holding


class BalancesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: Annotated[Day | None, Field(description="Counts what is dated up to this day; everything without it")] = None


class Finding(BaseModel):
    """A broken promise: which, of what, and what was found instead."""

    model_config = ConfigDict(extra="forbid")

    promise: str
    subject: str
    found: str


class Findings(BaseModel):
    """Empty in sound books."""

    model_config = ConfigDict(extra="forbid")

    clean: bool
    findings: list[Finding]
