"""What may be lent to whom, under terms that carry dates on two clocks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from services.loans.errors import AmountAboveCap, ProgrammeNotOpen, TermTooLong
from services.loans.schedules.contract import months_later
from services.loans.schedules.interest import Rate

MaxAmountPer = Literal["household", "month", "work"]
Status = Literal["poor", "near_poor", "newly_escaped", "none"]
Reason = Literal["status_not_covered", "left_list_too_long_ago", "household_unknown"]


@dataclass(frozen=True)
class Standing:
    """A household's poverty status on a day, as the registry told it."""

    as_of: date
    status: Status
    since: date | None
    left_list_on: date | None


class Programme(Model):
    """A loan programme of the policy bank. `verified` and `source` say how sure its figures are."""

    __tablename__ = "programmes"

    id: Mapped[Id]
    code: Mapped[str]
    official_code: Mapped[str | None]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    name_fr: Mapped[str]
    bank: Mapped[str]
    beneficiary: Mapped[str]
    statuses: Mapped[list[str]] = mapped_column(ARRAY(Text))
    years_after_leaving: Mapped[int | None]
    overdue_percent: Mapped[int]
    snapshot_days: Mapped[int]
    verified: Mapped[str]
    source: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    def reasons_against(self, standing: Standing) -> list[Reason]:
        """Return why this household may not borrow here, nothing where it may.

        Decision 28/2015 lends to a household for three years after it left the list.
        """
        if standing.status not in self.statuses:
            return ["status_not_covered"]
        left = standing.left_list_on or standing.since
        if self.years_after_leaving is not None and (
            left is None or standing.as_of > months_later(left, 12 * self.years_after_leaving)
        ):
            return ["left_list_too_long_ago"]
        return []


class Terms(Model):
    """Rate, cap and longest term from `valid_from` to before `valid_to`, as recorded in an interval of its own."""

    __tablename__ = "programme_terms"

    id: Mapped[Id]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey(Programme.id))
    annual_rate: Mapped[int]
    max_amount: Mapped[int | None]
    max_amount_per: Mapped[MaxAmountPer] = mapped_column(Text)
    max_term_months: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decision: Mapped[str]
    verified: Mapped[str]
    recorded_by: Mapped[str]
    recorded_from: Mapped[RecordedAt]
    recorded_to: Mapped[datetime | None]

    @property
    def rate(self) -> Rate:
        return Rate(self.annual_rate)

    def allow(self, amount: int, term_months: int, *, owed: int) -> None:
        """Accept a loan of these terms to a household that owes `owed` in the programme, or refuse it.

        Errors: ProgrammeNotOpen where the cap is not one per household, AmountAboveCap, TermTooLong.
        """
        if self.max_amount is None or self.max_amount_per != "household":
            raise ProgrammeNotOpen
        if amount + owed > self.max_amount:
            raise AmountAboveCap(cap=f"{self.max_amount:,}", owed=f"{owed:,}")
        if self.max_term_months is not None and term_months > self.max_term_months:
            raise TermTooLong(months=self.max_term_months)


def programme_id(code: str) -> UUID:
    """Return the id of a programme of the reference table: the same on every machine."""
    return uuid5(NAMESPACE_URL, f"forthepoor/programme/{code}")
