"""When reviews happen and what they take: data, in versions."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID


@dataclass(frozen=True)
class Terms:
    """One version of when a kind of review happens and what it takes; months and closing days of a yearly one only."""

    id: UUID
    kind: str
    opens_month: int | None
    opens_day: int
    closes_month: int | None
    closes_day: int | None
    decide_within_days: int | None
    posting_days: int
    agreement_percent: int

    def period(self, year: int, month: int) -> tuple[date, date]:
        """Return the first day of a review and the day by which it is to be decided."""
        opens_on = date(year, self.opens_month or month, self.opens_day)
        if self.closes_month is not None and self.closes_day is not None:
            return opens_on, date(year, self.closes_month, self.closes_day)
        return opens_on, opens_on + timedelta(days=self.decide_within_days or 0)
