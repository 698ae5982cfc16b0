from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from kit.values.money import Balance, Money, vnd
from services.loans.schedules.contract import Contract, PrincipalEvery, Row
from services.loans.schedules.interest import Rate, Rounding, Segment

LARGEST_LOAN = 10**15

AnnualRate = Annotated[
    str,
    Field(
        pattern=r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?$",
        max_length=10,
        description="Percent a year, as a decimal",
        examples=["6.6"],
    ),
]


class LoanAmount(Money):
    """An amount of đồng that a loan may have: `{"amount": 50000000, "currency": "VND"}`."""

    amount: Annotated[int, Field(strict=True, gt=0, le=LARGEST_LOAN, examples=[50_000_000])]


class QuoteIn(BaseModel):
    """Terms of a policy loan: interest every month, principal every 6 or 12 months."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "principal": {"amount": 50_000_000, "currency": "VND"},
                    "annual_rate": "6.6",
                    "disbursed_on": "2024-01-15",
                    "installments": 36,
                    "principal_every": 12,
                }
            ]
        },
    )

    principal: LoanAmount
    annual_rate: AnnualRate
    disbursed_on: Day
    installments: Annotated[int, Field(strict=True, ge=1, le=600, description="Months; one row each")]
    principal_every: Annotated[PrincipalEvery, Field(description="Months between two repayments of principal")] = 6
    rounding: Annotated[Rounding, Field(description="Of an interest that ends on exactly half a đồng")] = "half_even"
    month_end: Annotated[
        Literal["clamp"], Field(description="Lent on the 31st, due on the last day of a shorter month")
    ] = "clamp"

    def contract(self) -> Contract:
        return Contract(
            principal=self.principal.amount,
            rate=Rate.parse(self.annual_rate),
            disbursed_on=self.disbursed_on,
            installments=self.installments,
            principal_every=self.principal_every,
            rounding=self.rounding,
        )


class SegmentOut(BaseModel):
    """balance x days x annual rate / 365, rounded to whole đồng."""

    model_config = ConfigDict(extra="forbid")

    starts_on: date = Field(alias="from")
    ends_on: date = Field(alias="to")
    days: int
    balance: Balance
    annual_rate: str
    interest: Balance

    @classmethod
    def of(cls, segment: Segment) -> "SegmentOut":
        return cls(
            **{"from": segment.starts_on, "to": segment.ends_on},
            days=segment.days,
            balance=vnd(segment.balance),
            annual_rate=str(segment.rate),
            interest=vnd(segment.interest),
        )


class QuoteRow(BaseModel):
    """One due date; `interest` is the sum of its `explanation`, `balance` what is lent after it."""

    model_config = ConfigDict(extra="forbid")

    number: int
    starts_on: date = Field(alias="from")
    due_on: date
    days: int
    principal: Balance
    interest: Balance
    due: Balance
    balance: Balance
    explanation: list[SegmentOut]

    @classmethod
    def of(cls, row: Row) -> "QuoteRow":
        return cls(
            number=row.number,
            **{"from": row.starts_on},
            due_on=row.due_on,
            days=row.days,
            principal=vnd(row.principal),
            interest=vnd(row.interest),
            due=vnd(row.principal + row.interest),
            balance=vnd(row.balance),
            explanation=[SegmentOut.of(segment) for segment in row.segments],
        )


class Totals(BaseModel):
    model_config = ConfigDict(extra="forbid")

    principal: Balance
    interest: Balance
    due: Balance


class QuoteOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[QuoteRow]
    totals: Totals

    @classmethod
    def of(cls, rows: list[Row]) -> "QuoteOut":
        principal, interest = sum(row.principal for row in rows), sum(row.interest for row in rows)
        totals = Totals(principal=vnd(principal), interest=vnd(interest), due=vnd(principal + interest))
        return cls(rows=[QuoteRow.of(row) for row in rows], totals=totals)
