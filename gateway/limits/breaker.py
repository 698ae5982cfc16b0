"""A circuit breaker: a service that does not answer is left alone for a while, then asked by one request first."""

from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Literal

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Opens after `failures` in a row (no connection, connection lost, no answer in time) for `rest` seconds.

    An answer of any status is a success: a service that says 500 is there.
    """

    def __init__(self, failures: int, rest: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit, self._rest, self._clock = failures, rest, clock
        self._failures = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        if self._opened is None:
            return "closed"
        return "half-open" if self._clock() - self._opened >= self._rest else "open"

    def admit(self) -> int:
        """Return 0 where the request may go (then exactly one of the three below must follow), else seconds to wait."""
        if self._opened is None:
            return 0
        left = self._opened + self._rest - self._clock()
        if left > 0:
            return ceil(left)
        if self._probing:
            return 1
        self._probing = True
        return 0

    def succeeded(self) -> None:
        self._failures = 0
        self._opened = None
        self._probing = False

    def failed(self) -> None:
        self._failures += 1
        if self._probing or self._failures >= self._limit:
            self._opened = self._clock()
        self._probing = False

    def unknown(self) -> None:
        """The request ended for a reason that says nothing about the service: its client left, or sent too much."""
        self._probing = False
