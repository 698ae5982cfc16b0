import random
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LONGEST_WAIT: Final = 3600
_FINISH: Final = text(
    "update jobs set state = 'done', finished_at = now(), last_error = null"
    " where id = :id and attempts = :attempt and state = 'running' returning id"
)


class JobLost(Exception):  # noqa: N818 - named for what happened
    """The lease of this attempt ended, and another worker may be at the job: undo what this one did."""


@dataclass(frozen=True)
class Job:
    """One attempt at a job. `attempt` counts from 1, attempts that a crash ended included."""

    id: UUID
    name: str
    payload: dict[str, Any]
    key: str | None
    attempt: int
    max_attempts: int

    async def finish(self, session: AsyncSession) -> None:
        """Mark the job as done in the transaction of its effect: both happen once, or neither.

        Without it a job is marked after its handler returns, and a crash in between repeats the effect.
        Errors: JobLost.
        """
        if await session.scalar(_FINISH, {"id": self.id, "attempt": self.attempt}) is None:
            raise JobLost


Handler = Callable[[Job], Awaitable[None]]


@dataclass(frozen=True)
class Periodic:
    """A job that is put in the queue again and again, by one worker and never beside itself."""

    name: str
    interval: timedelta
    handler: Handler


def every(seconds: float, name: str, handler: Handler) -> Periodic:
    """Run `handler` every so many seconds, for the first time as soon as a worker starts.

    A run that takes longer than that delays the next one; one that fails is tried again like any job.
    """
    return Periodic(name, timedelta(seconds=seconds), handler)


def backoff(attempt: int) -> timedelta:
    """2, 4, 8 … seconds, an hour at most, up to a half more or less so that a crowd spreads out."""
    return timedelta(seconds=min(2.0**attempt, _LONGEST_WAIT) * random.uniform(0.5, 1.5))  # noqa: S311


def told(error: BaseException) -> str:
    """Name the error and its place in the code, never its text: that may hold somebody's name or number."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__qualname__}{place}"
