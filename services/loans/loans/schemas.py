from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.money import Balance, vnd
from kit.values.text import Line
from services.loans.applications.schemas import BankCode
from services.loans.loans.models import Loan, LoanState
from services.loans.schedules.interest import Rate
from services.loans.schedules.replay import PaidRow, State
from services.loans.schedules.schemas import LoanAmount, QuoteRow, SegmentOut


class DisbursementIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"on": "2026-11-18"}]})

    id: UUID | None = Field(None, description="Your own id for the loan (UUID); made here where you send none")
    on: Annotated[Day, Field(description="Day on which the household got the money")]
    bank: Annotated[BankCode | None, Field(description="If given, it must be the application's bank")] = None


class RepaymentIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"on": "2024-03-01", "amount": {"amount": 262_192, "currency": "VND"}, "receipt": "PT-000123"}]
        },
    )

    on: Annotated[Day, Field(description="Value date: the day the borrower paid, which may lie in the past")]
    amount: LoanAmount
    receipt: Annotated[Line | None, Field(description="Number of the receipt; known once for each loan")] = None


class LoanQuery(ListQuery):
    state: LoanState | None = None
    household_id: UUID | None = None
    programme_id: UUID | None = None
    bank: BankCode | None = None


class ScheduleQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[Day | None, Field(description="Payments after this day do not count; today if left out")] = None


class LoanOut(BaseModel):
    """A loan. `balance` is the principal still owed, after every payment recorded so far."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: str
    application_id: UUID
    household_id: UUID
    programme_id: UUID
    area_id: UUID
    bank: str
    principal: Balance
    annual_rate: str
    disbursed_on: date
    installments: int
    principal_every: int
    balance: Balance
    interest_paid: Balance
    state: LoanState
    version: int
    recorded_at: datetime

    @classmethod
    def of(cls, loan: Loan) -> "LoanOut":
        names = ("id", "reference", "application_id", "household_id", "programme_id", "area_id", "bank",
                 "disbursed_on", "installments", "principal_every", "state", "version", "recorded_at")  # fmt: skip
        facts: dict[str, Any] = {name: getattr(loan, name) for name in names}
        return cls(
            **facts,
            principal=vnd(loan.principal),
            annual_rate=str(Rate(loan.annual_rate)),
            balance=vnd(loan.balance),
            interest_paid=vnd(loan.interest_paid),
        )


class ScheduleRow(QuoteRow):
    """A row of the loan with what has been paid of it. Rows to come suppose that every due date is kept."""

    paid: Balance
    outstanding: Balance

    @classmethod
    def paid_of(cls, found: PaidRow) -> "ScheduleRow":
        row = found.row
        return cls(
            number=row.number,
            **{"from": row.starts_on},
            due_on=row.due_on,
            days=row.days,
            principal=vnd(row.principal),
            interest=vnd(row.interest),
            due=vnd(found.due),
            balance=vnd(row.balance),
            explanation=[SegmentOut.of(segment) for segment in row.segments],
            paid=vnd(found.paid),
            outstanding=vnd(found.due - found.paid),
        )


class ScheduleOut(BaseModel):
    """The loan at the end of `as_of`. `settlement` closes it on that day."""

    model_config = ConfigDict(extra="forbid")

    loan_id: UUID
    as_of: date
    balance: Balance
    interest_accrued: Balance
    interest_paid: Balance
    interest_outstanding: Balance
    settlement: Balance
    rows: list[ScheduleRow]

    @classmethod
    def of(cls, loan_id: UUID, state: State) -> "ScheduleOut":
        return cls(
            loan_id=loan_id,
            as_of=state.as_of,
            balance=vnd(state.balance),
            interest_accrued=vnd(state.interest_accrued),
            interest_paid=vnd(state.interest_paid),
            interest_outstanding=vnd(state.interest_outstanding),
            settlement=vnd(state.settlement),
            rows=[ScheduleRow.paid_of(row) for row in state.rows],
        )


class RepaymentOut(BaseModel):
    """A payment and how it is used. `revision` above 1: a payment that came in later changed that."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: str
    loan_id: UUID
    on: date
    amount: Balance
    interest: Balance
    principal: Balance
    revision: int
    receipt: str | None
    recorded_by: str
    recorded_at: datetime


class Corrected(BaseModel):
    """An earlier payment that is used in another way now."""

    model_config = ConfigDict(extra="forbid")

    repayment_id: UUID
    reference: str
    interest: Balance
    principal: Balance


class RepaymentDoneOut(RepaymentOut):
    """The payment, the loan after it, and the payments whose use it changed."""

    balance: Balance
    state: LoanState
    corrected: list[Corrected]
