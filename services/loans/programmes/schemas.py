from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.money import Balance, vnd
from kit.values.text import Line
from services.loans.programmes.models import MaxAmountPer, Programme, Terms
from services.loans.schedules.schemas import AnnualRate, LoanAmount

BorrowerStatus = Literal["poor", "near_poor", "newly_escaped"]


class ProgrammeQuery(ListQuery):
    as_of: Annotated[Day | None, Field(description="The day whose terms are shown; today if left out")] = None


class AsOfQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[Day | None, Field(description="The day whose terms are shown; today if left out")] = None


class RateIn(BaseModel):
    """Terms from a day on. What is left out stays as it was before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"annual_rate": "6.8", "valid_from": "2030-01-01", "decision": "Decision 1/2030 of the Prime Minister"}
            ]
        },
    )

    annual_rate: AnnualRate
    valid_from: Day
    max_amount: LoanAmount | None = None
    max_term_months: Annotated[int | None, Field(strict=True, ge=1, le=600)] = None
    decision: Annotated[Line, Field(description="The decision that set these terms")]


class TermsOut(BaseModel):
    """Terms from `valid_from` to before `valid_to`. `recorded_to` is null on what is held true today."""

    model_config = ConfigDict(extra="forbid")

    annual_rate: str
    max_amount: Balance | None
    max_amount_per: MaxAmountPer
    max_term_months: int | None
    valid_from: date
    valid_to: date | None
    decision: str
    verified: str
    recorded_by: str
    recorded_from: datetime
    recorded_to: datetime | None

    @classmethod
    def of(cls, terms: Terms) -> "TermsOut":
        return cls(
            annual_rate=str(terms.rate),
            max_amount=None if terms.max_amount is None else vnd(terms.max_amount),
            max_amount_per=terms.max_amount_per,
            max_term_months=terms.max_term_months,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
            decision=terms.decision,
            verified=terms.verified,
            recorded_by=terms.recorded_by,
            recorded_from=terms.recorded_from,
            recorded_to=terms.recorded_to,
        )


class Name(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vi: str
    en: str
    fr: str


class ProgrammeOut(BaseModel):
    """A programme with its terms on the day that was asked for; null terms where none are known.

    statuses: whose poverty status opens it; empty where the registry alone cannot decide, and then no application
    is taken here. verified and source: how sure the figures are, and where they come from.
    """

    model_config = ConfigDict(extra="forbid")

    id: UUID
    code: str
    official_code: str | None
    name: Name
    bank: str
    beneficiary: str
    statuses: list[BorrowerStatus]
    years_after_leaving: int | None
    overdue_percent: int
    snapshot_days: int
    verified: str
    source: str
    terms: TermsOut | None

    @classmethod
    def of(cls, programme: Programme, terms: Terms | None) -> "ProgrammeOut":
        return cls(
            **_facts(programme),
            name=Name(vi=programme.name_vi, en=programme.name_en, fr=programme.name_fr),
            terms=None if terms is None else TermsOut.of(terms),
        )


class ProgrammeHistoryOut(ProgrammeOut):
    """A programme with every term it ever had, also those that were replaced, oldest first."""

    history: list[TermsOut]

    @classmethod
    def with_history(cls, programme: Programme, terms: list[Terms], as_of: date) -> "ProgrammeHistoryOut":
        return cls(
            **_facts(programme),
            name=Name(vi=programme.name_vi, en=programme.name_en, fr=programme.name_fr),
            terms=next((TermsOut.of(known) for known in terms if _in_force(known, as_of)), None),
            history=[TermsOut.of(known) for known in terms],
        )


def _in_force(terms: Terms, as_of: date) -> bool:
    begun = terms.recorded_to is None and terms.valid_from <= as_of
    return begun and (terms.valid_to is None or as_of < terms.valid_to)


def _facts(programme: Programme) -> dict[str, object]:
    names = ("id", "code", "official_code", "bank", "beneficiary", "statuses", "years_after_leaving",
             "overdue_percent", "snapshot_days", "verified", "source")  # fmt: skip
    return {name: getattr(programme, name) for name in names}
