"""A loan and the payments on it. What it owes is never typed in: it is the replay of contract and payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import BigInteger, Identity, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import today
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.loans.applications.models import Application
from services.loans.errors import DateOutOfOrder, NotThisState, RepaymentExceedsOutstanding
from services.loans.schedules.contract import Contract, PrincipalEvery
from services.loans.schedules.interest import Rate, Rounding
from services.loans.schedules.replay import Payment, Share, shares_of

LoanState = Literal["open", "repaid"]


class Loan(Model):
    """Money lent to a household. `balance` and `interest_paid` are what the replay of its payments gave last."""

    __tablename__ = "loans"

    id: Mapped[Id]
    reference: Mapped[str]
    application_id: Mapped[UUID]
    household_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    area_id: Mapped[UUID]
    bank: Mapped[str]
    principal: Mapped[int]
    annual_rate: Mapped[int]
    disbursed_on: Mapped[date]
    installments: Mapped[int]
    principal_every: Mapped[PrincipalEvery] = mapped_column(SmallInteger)
    rounding: Mapped[Rounding] = mapped_column(Text, default="half_even")
    balance: Mapped[int]
    interest_paid: Mapped[int] = mapped_column(default=0)
    state: Mapped[LoanState] = mapped_column(Text, default="open")
    entry_id: Mapped[UUID]
    recorded_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def of(cls, application: Application, *, on: date, by: str, loan_id: UUID | None = None) -> Self:
        """Return the loan that an approved application becomes. Errors: NotThisState before its approval."""
        if application.annual_rate is None or application.area_id is None:
            raise NotThisState(state=application.state)
        return cls(
            id=loan_id or new_id(),
            reference=new_reference("LN"),
            application_id=application.id,
            household_id=application.household_id,
            programme_id=application.programme_id,
            area_id=application.area_id,
            bank=application.bank,
            principal=application.amount,
            annual_rate=application.annual_rate,
            disbursed_on=on,
            installments=application.term_months,
            principal_every=application.principal_every,
            rounding="half_even",
            balance=application.amount,
            interest_paid=0,
            state="open",
            recorded_by=by,
            version=1,
        )

    @property
    def contract(self) -> Contract:
        return Contract(
            principal=self.principal,
            rate=Rate(self.annual_rate),
            disbursed_on=self.disbursed_on,
            installments=self.installments,
            principal_every=self.principal_every,
            rounding=self.rounding,
        )

    def check_day(self, day: date, latest: date | None = None) -> None:
        """Errors: DateOutOfOrder for a day before the disbursement, or after `latest` (today)."""
        latest = latest or today()
        if not self.disbursed_on <= day <= latest:
            raise DateOutOfOrder(earliest=self.disbursed_on, latest=latest)

    def settle(self, payments: Sequence[Payment]) -> tuple[Share, ...]:
        """Replay the loan with these payments, in order of arrival; return how each is used.

        Errors: RepaymentExceedsOutstanding where one of them, also a later one, would be more than was owed.
        """
        shares = shares_of(self.contract, payments)
        for share in shares:
            if share.excess:
                raise RepaymentExceedsOutstanding(excess=f"{share.excess:,}", on=share.payment.on)
        self.balance = self.principal - sum(share.principal for share in shares)
        self.interest_paid = sum(share.interest for share in shares)
        self.state = "open" if self.balance else "repaid"
        self.version += 1
        return shares


class Repayment(Model):
    """Money that came in: a fact with a value date (`paid_on`) and the moment we learned of it."""

    __tablename__ = "repayments"

    id: Mapped[Id]
    reference: Mapped[str]
    loan_id: Mapped[UUID]
    bank: Mapped[str]
    paid_on: Mapped[date]
    amount: Mapped[int]
    receipt: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    recorded_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]


class Allocation(Model):
    """How a payment is used: interest first, then principal. A payment that arrives late makes a new revision."""

    __tablename__ = "repayment_allocations"

    repayment_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    bank: Mapped[str]
    amount: Mapped[int]
    interest: Mapped[int]
    principal: Mapped[int]
    entry_id: Mapped[UUID]
    recorded_from: Mapped[RecordedAt]
    recorded_to: Mapped[datetime | None]


@dataclass(frozen=True)
class Used:
    """A recorded payment with the way it is used now."""

    payment: Payment
    reference: str
    revision: int
    interest: int
    principal: int
    entry_id: UUID

    def differs(self, share: Share) -> bool:
        return (self.interest, self.principal) != (share.interest, share.principal)
