"""Days of the civil calendar in Vietnam, within reason."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _as_written(value: object) -> object:
    """Refuse what pydantic would take for a date besides: seconds since 1970, and times of day."""
    if type(value) is date or (isinstance(value, str) and _WRITTEN.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "a day is written as 2024-01-31")


# What the bounds look like to a reader of the contract, where a date has no minimum.
_SHAPE = "^(19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$"

Day = Annotated[
    date,
    Field(ge=FIRST_DAY, le=LAST_DAY, examples=["2024-01-15"], json_schema_extra={"pattern": _SHAPE}),
    BeforeValidator(_as_written),
]
"""A date between 1900 and 2200, written as `2024-01-31`; anything beyond is a slip of the keyboard."""

# A day from either end of those, so that no offset carries a moment out of the calendar.
_MOMENT = (
    "^(190[1-9]|19[1-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_MOMENT_WRITTEN = re.compile(_MOMENT, re.ASCII)


def _as_moment_written(value: object) -> object:
    """Refuse what pydantic would take for a moment besides: seconds since 1970, other spellings, no offset."""
    if isinstance(value, str) and _MOMENT_WRITTEN.fullmatch(value):
        return value
    raise PydanticCustomError("datetime_parsing", "a moment is written as 2024-01-31T08:00:00Z")


Moment = Annotated[
    AwareDatetime,
    Field(examples=["2026-01-31T08:00:00Z"], json_schema_extra={"pattern": _MOMENT}),
    BeforeValidator(_as_moment_written),
]
"""A moment of the years 1901 to 2199, with its offset: `2024-01-31T08:00:00Z`, `2024-01-31T15:00:00.5+07:00`."""

# Vietnam has one zone and no summer time; a fixed offset needs no zone database on the machine.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the date in Vietnam, which is what every dated rule means by 'today'."""
    return datetime.now(VIETNAM).date()
