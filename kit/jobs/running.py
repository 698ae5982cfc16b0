import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import prometheus_client
import structlog

from kit.jobs import queue
from kit.jobs.connections import DATABASE_AWAY
from kit.jobs.job import Handler, Job, JobLost, backoff, told

_log = structlog.get_logger("jobs")
attempts_ended = prometheus_client.Counter("job_attempts", "Attempts at a job that ended", ["name", "outcome"])


class Running:
    """The jobs that a worker is at: keeps their leases, and writes down how each attempt ended."""

    def __init__(self, pool: Any, lease: timedelta) -> None:
        self._pool = pool
        self._lease = lease
        self._tasks: dict[asyncio.Task[None], Job] = {}
        self._lost: set[UUID] = set()
        self._given_back = False

    async def attempt(self, job: Job, handler: Handler) -> None:
        """Run one claimed job to its end and settle it. Never raises for what the handler did."""
        task = asyncio.create_task(_call(handler, job))
        self._tasks[task] = job
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            self._given_back = True
            task.cancel()
            await asyncio.wait({task})
            raise
        finally:
            del self._tasks[task]
            try:
                outcome = await self._settle(job, task)
            except DATABASE_AWAY as error:
                # The lease will end, and somebody will run it again.
                outcome = "unsettled"
                _log.error("jobs.not_settled", job=job.name, id=str(job.id), error=told(error))
            attempts_ended.labels(job.name, outcome).inc()

    async def _settle(self, job: Job, task: asyncio.Task[None]) -> str:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            await queue.done(self._pool, job)
            return "done"
        if job.id in self._lost or isinstance(error, JobLost):
            self._lost.discard(job.id)
            _log.warning("jobs.lost", job=job.name, id=str(job.id), attempt=job.attempt)
            return "lost"
        if self._given_back and isinstance(error, asyncio.CancelledError):
            await queue.release(self._pool, job)
            return "released"
        last = await queue.failed(self._pool, job, backoff(job.attempt), told(error))
        say = _log.error if last else _log.warning
        say("jobs.failed", job=job.name, id=str(job.id), attempt=job.attempt, error=told(error), last=last)
        return "dead" if last else "failed"

    async def keep_leases(self, ended: asyncio.Event) -> None:
        """Prolong the leases until `ended`; stop at once what has become another worker's."""
        while not ended.is_set():
            await wait_for(ended, self._lease / 3)
            mine = dict(self._tasks)
            if not mine:
                continue
            try:
                kept = await queue.keep(self._pool, list(mine.values()), self._lease)
            except DATABASE_AWAY as error:
                _log.warning("jobs.leases_not_kept", error=told(error))
                continue
            for task, job in mine.items():
                if job.id not in kept and task in self._tasks and not task.done():
                    self._lost.add(job.id)
                    task.cancel()

    async def end(self, grace: timedelta) -> None:
        """Give what runs so much time, then give it back to the queue."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=grace.total_seconds())
            self._given_back = True
            for task in late:
                task.cancel()


async def _call(handler: Handler, job: Job) -> None:
    await handler(job)


async def wait_for(event: asyncio.Event, longest: timedelta) -> None:
    """Return when `event` is set, or after `longest`."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({waiting}, timeout=longest.total_seconds())
    finally:
        waiting.cancel()
