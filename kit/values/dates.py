"""Days of the civil calendar in Vietnam, within reason."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import Field

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, examples=["2024-01-15"])]
"""A date between 1900 and 2200; anything beyond is a slip of the keyboard."""

# Vietnam has one zone and no summer time; a fixed offset needs no zone database on the machine.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the date in Vietnam, which is what every dated rule means by 'today'."""
    return datetime.now(VIETNAM).date()
