"""A loan's state as a pure function of its contract and its dated payments.

A payment that arrives today with last month's date is put where it belongs and everything after it is worked out
again, so the answer is the same as if it had come in time. Interest accrued to the value date is paid first, the
rest is principal. Beyond the last due date interest runs on at the contract's rate, month by month.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.loans.schedules.contract import Contract, Row
from services.loans.schedules.interest import Segment


@dataclass(frozen=True)
class Payment:
    """Money of the borrower with its value date; whole đồng."""

    id: UUID
    on: date
    amount: int


@dataclass(frozen=True)
class Share:
    """How one payment was used; `excess` is what exceeded the debt on its date."""

    payment: Payment
    interest: int
    principal: int
    excess: int


@dataclass(frozen=True)
class PaidRow:
    """A row with what has been paid of it, oldest first."""

    row: Row
    interest_paid: int
    principal_paid: int

    @property
    def due(self) -> int:
        return self.row.interest + self.row.principal

    @property
    def paid(self) -> int:
        return self.interest_paid + self.principal_paid


@dataclass(frozen=True)
class State:
    """The loan at the end of `as_of`, whole đồng; `rows` also show what is still to come."""

    as_of: date
    balance: int
    interest_accrued: int
    interest_paid: int
    shares: tuple[Share, ...]
    rows: tuple[PaidRow, ...]

    @property
    def interest_outstanding(self) -> int:
        return self.interest_accrued - self.interest_paid

    @property
    def settlement(self) -> int:
        """What closes the loan on `as_of`."""
        return self.balance + self.interest_outstanding


def replay(contract: Contract, payments: Sequence[Payment], as_of: date) -> State:
    """Return the state after all payments with a value date up to `as_of`.

    payments: in order of arrival, which decides between two of the same date; none before the disbursement.
    """
    run = _Run(contract)
    known = sorted((payment for payment in payments if payment.on <= as_of), key=lambda payment: payment.on)
    shares = tuple(run.pay(payment) for payment in known)
    run.advance(as_of)
    accrued, balance = run.accrued(as_of), run.balance
    return State(as_of, balance, accrued, run.interest_paid, shares, tuple(run.finish(as_of)))


def shares_of(contract: Contract, payments: Sequence[Payment]) -> tuple[Share, ...]:
    """Return how each payment is used, in order of value date, without the rows that a reader would want."""
    run = _Run(contract)
    return tuple(run.pay(payment) for payment in sorted(payments, key=lambda payment: payment.on))


@dataclass
class _Run:
    """Walks forward through the days; closes a segment where the balance changes or a due date passes."""

    contract: Contract
    balance: int = 0
    interest_paid: int = 0
    _closed: int = 0
    _number: int = 1
    _since: date = date.min
    _segments: dict[int, list[Segment]] = field(default_factory=dict)
    _balances: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.balance = self.contract.principal
        self._since = self.contract.disbursed_on
        self._next_due = self.contract.due_on(1)

    def pay(self, payment: Payment) -> Share:
        self.advance(payment.on)
        owed = self.accrued(payment.on) - self.interest_paid
        to_interest = min(payment.amount, owed)
        to_principal = min(payment.amount - to_interest, self.balance)
        if to_principal:
            self._close(payment.on)
            self.balance -= to_principal
        self.interest_paid += to_interest
        return Share(payment, to_interest, to_principal, payment.amount - to_interest - to_principal)

    def advance(self, day: date) -> None:
        """Pass every due date before `day`; one on `day` itself may still be paid."""
        while self._next_due < day:
            self._turn()

    def accrued(self, day: date) -> int:
        """Return all interest to the end of `day`, which lies in the current period."""
        return self._closed + self._segment(day).interest

    def finish(self, as_of: date) -> list[PaidRow]:
        """Go on to the last row as if every coming due date were kept; return all rows with what is paid."""
        principal_paid, interest_paid = self.contract.principal - self.balance, self.interest_paid
        while self._number <= self.contract.installments:
            self._expect_payment(as_of)
            self._turn()
        if self.balance and as_of > self._since:
            self._close(as_of)
        rows: list[PaidRow] = []
        for number in range(1, max(self._segments, default=0) + 1):
            row = self._row(number)
            to_interest, to_principal = min(interest_paid, row.interest), min(principal_paid, row.principal)
            interest_paid -= to_interest
            principal_paid -= to_principal
            rows.append(PaidRow(row, to_interest, to_principal))
        return rows

    def _expect_payment(self, as_of: date) -> None:
        if self._next_due > as_of:
            left = min(self.balance, self.contract.balance_after(self._number))
            if left != self.balance:
                self._close(self._next_due)
                self.balance = left

    def _turn(self) -> None:
        self._close(self._next_due)
        self._balances[self._number] = self.balance
        self._number += 1
        self._next_due = self.contract.due_on(self._number)

    def _close(self, day: date) -> None:
        kept = self._segments.setdefault(self._number, [])
        if day > self._since:
            segment = self._segment(day)
            if segment.balance:
                kept.append(segment)
            self._closed += segment.interest
            self._since = day

    def _segment(self, day: date) -> Segment:
        return Segment.of(self._since, day, self.balance, self.contract.rate, self.contract.rounding)

    def _row(self, number: int) -> Row:
        segments = tuple(self._segments.get(number, ()))
        starts_on, due_on = self.contract.due_on(number - 1), self.contract.due_on(number)
        principal = self.contract.principal_due(number)
        balance = self._balances.get(number, self.balance)
        return Row(number, starts_on, due_on, principal, sum(part.interest for part in segments), balance, segments)
