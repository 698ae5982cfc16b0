"""What a policy loan promises: interest every month, principal every 6 or 12 months at the bank point."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.loans.schedules.interest import Rate, Rounding, Segment

PrincipalEvery = Literal[6, 12]


@dataclass(frozen=True)
class Contract:
    """The terms that a schedule follows from, and nothing else.

    principal: whole đồng. installments: months. Month ends are clamped: lent on the 31st, due on the last day.
    """

    principal: int
    rate: Rate
    disbursed_on: date
    installments: int
    principal_every: PrincipalEvery
    rounding: Rounding = "half_even"

    def due_on(self, number: int) -> date:
        """Return the due date of row `number`; 0 is the day of disbursement, and rows may go on past the last."""
        return months_later(self.disbursed_on, number)

    def principal_due(self, number: int) -> int:
        """Return what row `number` repays: equal parts, the last row takes the residue."""
        return self.balance_after(number - 1) - self.balance_after(number)

    def balance_after(self, number: int) -> int:
        """Return what is still lent after row `number` if everything is paid when due."""
        if number >= self.installments:
            return 0
        parts = -(-self.installments // self.principal_every)
        return self.principal - (number // self.principal_every) * (self.principal // parts)


@dataclass(frozen=True)
class Row:
    """One due date. `balance` is what is lent after it; `interest` is the sum of its segments."""

    number: int
    starts_on: date
    due_on: date
    principal: int
    interest: int
    balance: int
    segments: tuple[Segment, ...]

    @property
    def days(self) -> int:
        return (self.due_on - self.starts_on).days


def plan(contract: Contract) -> list[Row]:
    """Return every row as it falls due when each payment comes on its day."""
    rows: list[Row] = []
    starts_on, balance = contract.disbursed_on, contract.principal
    for number in range(1, contract.installments + 1):
        due_on = contract.due_on(number)
        segment = Segment.of(starts_on, due_on, balance, contract.rate, contract.rounding)
        left = contract.balance_after(number)
        rows.append(Row(number, starts_on, due_on, balance - left, segment.interest, left, (segment,)))
        starts_on, balance = due_on, left
    return rows


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
