"""Interest on actual days over a year of 365, in whole đồng, exactly (Circular 14/2017/TT-NHNN, Art. 5)."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Self

Rounding = Literal["half_even", "half_up"]

YEAR_DAYS: Final = 365
"""In every year, leap years too."""

_DECIMALS: Final = 6
_ONE_PERCENT: Final = 10**_DECIMALS
_WHOLE: Final = 100 * _ONE_PERCENT


@dataclass(frozen=True, order=True)
class Rate:
    """Percent a year, kept in millionths of a percent, so that 8.382 % is itself and not a neighbour."""

    millionths: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `"6.6"`; ValueError for more than six decimals or anything that is not a plain decimal."""
        whole, _, part = text.partition(".")
        if len(part) > _DECIMALS or not (whole + part).isascii() or not (whole + part).isdigit():
            raise ValueError("a rate has at most six decimals")
        return cls(int(whole + part.ljust(_DECIMALS, "0")))

    def __str__(self) -> str:
        whole, part = divmod(self.millionths, _ONE_PERCENT)
        decimals = str(part).rjust(_DECIMALS, "0").rstrip("0")
        return f"{whole}.{decimals}" if decimals else str(whole)


def interest(balance: int, days: int, rate: Rate, rounding: Rounding) -> int:
    """Return balance x days x annual rate / 365 as a whole amount of the currency's smallest part."""
    return divided(balance * days * rate.millionths, _WHOLE * YEAR_DAYS, rounding)


def divided(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide two whole numbers, not negative, and round to the nearest; `rounding` decides between two as near."""
    whole, rest = divmod(numerator, denominator)
    past_half = 2 * rest - denominator
    if past_half > 0 or (past_half == 0 and (rounding == "half_up" or whole % 2)):
        return whole + 1
    return whole


@dataclass(frozen=True)
class Segment:
    """Days on which the balance and the rate did not change: the unit in which interest is rounded.

    The first day does not count and the last one does; the balance is that of the start of a day.
    """

    starts_on: date
    ends_on: date
    balance: int
    rate: Rate
    interest: int

    @classmethod
    def of(cls, starts_on: date, ends_on: date, balance: int, rate: Rate, rounding: Rounding) -> Self:
        days = (ends_on - starts_on).days
        return cls(starts_on, ends_on, balance, rate, interest(balance, days, rate, rounding))

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days
