"""When a failed delivery is tried again, and when a failing endpoint is left alone."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3600
_JITTER: Final = 0.2


@dataclass(frozen=True)
class Schedule:
    """Seconds before each further attempt, and the rest that a failing endpoint gets.

    rest: doubled with each further failure, up to `longest_rest`.
    failures_before_rest: in a row, over all deliveries of the endpoint.
    """

    delays: tuple[int, ...]
    rest: int
    longest_rest: int
    failures_before_rest: int = 5

    @property
    def attempts(self) -> int:
        return len(self.delays) + 1

    def delay(self, attempt: int) -> timedelta | None:
        """How long to wait after attempt number `attempt` failed, a fifth more or less. None: no more."""
        if attempt >= self.attempts:
            return None
        return _jittered(self.delays[attempt - 1])

    def pause(self, failures: int) -> timedelta | None:
        """How long to leave the endpoint alone after so many failures in a row; None: not yet."""
        beyond = failures - self.failures_before_rest
        if beyond < 0:
            return None
        return _jittered(min(self.rest * 2 ** min(beyond, 16), self.longest_rest))


PARTNERS: Final = Schedule(
    # The schedule that Standard Webhooks recommends: at once, then over some three days.
    delays=(
        5,
        5 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        5 * _HOUR,
        10 * _HOUR,
        14 * _HOUR,
        20 * _HOUR,
        24 * _HOUR,
    ),
    rest=10,
    longest_rest=10 * _MINUTE,
)
OUR_OWN: Final = Schedule(
    # A service that restarts is back in seconds, and what it missed must not be lost: three days.
    delays=(1, 2, 5, 10, 30, 60, *(5 * _MINUTE,) * 860),
    rest=1,
    longest_rest=15,
)
GIVE_UP_AFTER: Final = timedelta(days=5)
"""An endpoint outside the house that took nothing for so long is disabled."""


def _jittered(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - spreads load
