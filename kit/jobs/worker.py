"""Runs jobs: woken by PgQueuer, and looking for itself, so that nothing lost keeps a job back."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import Job as WakeUp

from kit.jobs import queue, wakeups
from kit.jobs.connections import DATABASE_AWAY, worker_pool
from kit.jobs.job import Handler, Job, Periodic, every, told
from kit.jobs.running import Running, attempts_ended, wait_for

_log = structlog.get_logger("jobs")
_TIDY_EVERY: Final = 600
_AWAY: Final = timedelta(seconds=1)


class Worker:
    """One process's share of the jobs.

    handlers: by the name of the job. A job is done when its handler returns; any exception makes it wait and be
    tried again, until `max_attempts` of the job, after which it is dead. That is at least once; `Job.finish`
    makes it once.
    concurrency: jobs at the same time. lease: how long a job belongs to a worker that gives no sign of life.
    poll: how often to look without being woken. grace: how long running jobs may go on after `stop`; what is
    left then is cancelled and given back.
    """

    def __init__(
        self,
        database_url: str,
        handlers: Mapping[str, Handler],
        *,
        periodic: Sequence[Periodic] = (),
        concurrency: int = 10,
        lease: timedelta = timedelta(seconds=30),
        poll: timedelta = timedelta(seconds=1),
        grace: timedelta = timedelta(seconds=20),
    ) -> None:
        self._url = database_url
        self._periodic = [*periodic, every(_TIDY_EVERY, "jobs.tidy", self._tidy)]
        self._handlers = {**handlers, **{each.name: each.handler for each in self._periodic}}
        self._names = list(self._handlers)
        self._concurrency = concurrency
        self._lease = lease
        self._poll = poll
        self._grace = grace
        self._free = asyncio.Semaphore(concurrency)
        self._started: set[asyncio.Task[None]] = set()
        self._pool: Any = None
        self._running: Running

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then end in good order. A database that goes away meanwhile is waited for."""
        self._pool = await worker_pool(self._url, size=self._concurrency + 2, application="jobs-worker")
        self._running = Running(self._pool, self._lease)
        ended = asyncio.Event()
        keeping = asyncio.create_task(self._running.keep_leases(ended))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look(stop))
                group.create_task(self._listen(stop))
                await stop.wait()
                await self._running.end(self._grace)
            if self._started:
                await asyncio.wait(self._started)
        finally:
            ended.set()
            await keeping
            await self._pool.close()

    async def _look(self, stop: asyncio.Event) -> None:
        """Find what nobody was woken for: lost wake-ups, retries that are due, jobs of dead workers."""
        scheduled = False
        while not stop.is_set():
            found = 0
            try:
                if not scheduled:
                    for each in self._periodic:
                        await queue.schedule(self._pool, each.name, each.interval)
                    scheduled = True
                for each in self._periodic:
                    await queue.tick(self._pool, each.name, each.interval)
                await self._bury()
                found = await self._take_due()
            except DATABASE_AWAY as error:
                _log.warning("jobs.database_away", error=told(error))
            if not found:
                await wait_for(stop, self._poll)

    async def _bury(self) -> None:
        for name in await queue.bury(self._pool, self._names):
            _log.error("jobs.dead", job=name)
            attempts_ended.labels(name, "dead").inc()

    async def _take_due(self) -> int:
        """Claim as many due jobs as there is room for, and start them; return how many."""
        room = 0
        while not self._free.locked():
            await self._free.acquire()
            room += 1
        jobs: list[Job] = []
        try:
            jobs = await queue.claim(self._pool, self._names, room, self._lease) if room else []
        finally:
            for _ in range(room - len(jobs)):
                self._free.release()
        for job in jobs:
            task = asyncio.create_task(self._attempt_and_leave(job))
            self._started.add(task)
            task.add_done_callback(self._started.discard)
        return len(jobs)

    async def _attempt_and_leave(self, job: Job) -> None:
        try:
            await self._running.attempt(job, self._handlers[job.name])
        finally:
            self._free.release()

    async def _listen(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                # A pool of its own each time: of one whose listener died, a connection would stay taken.
                pool = await worker_pool(self._url, size=4, application="jobs-wakeups")
                try:
                    await self._hear(pool, stop)
                finally:
                    pool.terminate()
            except (*DATABASE_AWAY, FailingListenerError, RuntimeError) as error:
                _log.warning("jobs.wakeups_away", error=told(error))
                await wait_for(stop, _AWAY)

    async def _hear(self, pool: Any, stop: asyncio.Event) -> None:
        """Let PgQueuer hand out wake-ups; it takes no more than we run, so an idle worker gets the rest."""
        manager = wakeups.manager(pool)
        manager.entrypoint(wakeups.ENTRYPOINT)(self._wake)
        batch = max(self._concurrency // 2, 1)

        async def pass_on_stop() -> None:
            await stop.wait()
            manager.shutdown.set()

        stopping = asyncio.create_task(pass_on_stop())
        try:
            await manager.run(
                dequeue_timeout=timedelta(seconds=10),
                batch_size=batch,
                max_concurrent_tasks=2 * batch,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=self._lease,
                log_aggregation_interval=timedelta(0),
            )
        finally:
            stopping.cancel()

    async def _wake(self, wake_up: WakeUp) -> None:
        """Claim the job that we were woken for, unless another worker found it by itself."""
        async with self._free:
            try:
                job_id = UUID(bytes=wake_up.payload or b"")
                job = await queue.claim_one(self._pool, self._names, job_id, self._lease)
            except DATABASE_AWAY as error:
                _log.warning("jobs.database_away", error=told(error))
                return
            if job is not None:
                await self._running.attempt(job, self._handlers[job.name])

    async def _tidy(self, _: Job) -> None:
        await queue.tidy(self._pool)
