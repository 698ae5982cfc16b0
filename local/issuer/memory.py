"""What the issuer remembers for a short time: logins under way, authorization codes, identifiers used once.

It is kept in the memory of one process, which is enough for a development issuer: it is a single process,
and after a restart a login is simply begun again. An identity provider with several processes needs a
shared store.
"""

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

Clock = Callable[[], float]
"""Seconds since 1970."""

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values under handles that nobody can guess, each to be taken once within `seconds`."""

    def __init__(self, clock: Clock, seconds: float, most: int = 10_000) -> None:
        """Keep at most `most` values; the oldest gives way."""
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._values: dict[str, tuple[float, Value]] = {}

    def put(self, value: Value) -> str:
        """Keep a value and return its handle."""
        while len(self._values) >= self._most:
            del self._values[next(iter(self._values))]
        handle = secrets.token_urlsafe(32)
        self._values[handle] = (self._clock() + self._seconds, value)
        return handle

    def look(self, handle: str) -> Value | None:
        """Return the value and keep it; None where it is unknown, taken or expired."""
        until, value = self._values.get(handle, (0.0, None))
        return value if until > self._clock() else None

    def take(self, handle: str) -> Value | None:
        """Return the value, once; None where it is unknown, taken or expired."""
        value = self.look(handle)
        self._values.pop(handle, None)
        return value


class Once:
    """Identifiers that may be used once until they expire: `jti` of assertions and of proofs."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing used."""
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}
        self._swept = 0.0

    def first_use(self, owner: str, identifier: str, until: float) -> bool:
        """Note the use of `identifier` by `owner`; False where it was used before and is remembered still."""
        now = self._clock()
        if now - self._swept > 1:
            self._until = {key: kept for key, kept in self._until.items() if kept > now}
            self._swept = now
        key = (owner, identifier)
        if self._until.get(key, 0.0) > now:
            return False
        self._until[key] = until
        return True
