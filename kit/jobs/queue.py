"""The truth about jobs: claimed, kept alive, settled. Each is one short statement.

`run_after` is when a live job may next be taken: while it waits its own time, while it runs the end of its lease.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.jobs.job import Job
from kit.jobs.wakeups import ENTRYPOINT, queries
from kit.values.ids import new_id

_LIVE: Final = "state in ('queued', 'running', 'failed')"

_ENQUEUE: Final = text(
    "insert into jobs (id, name, payload, key, run_after, max_attempts)"  # noqa: S608 - no input in it
    " values (:id, :name, cast(:payload as jsonb), :key,"
    " coalesce(cast(:run_after as timestamptz), now()), :max_attempts)"
    f" on conflict (name, key) where key is not null and {_LIVE} do nothing"
    " returning greatest(run_after - now(), interval '0') as delay"
)

# The attempt is counted here, before it is made: a worker that dies in it has used it up.
_TAKE: Final = "update jobs set state = 'running', attempts = attempts + 1, run_after = now() + $2"
_DUE: Final = f"name = any($1) and {_LIVE} and run_after <= now() and attempts < max_attempts"
_TAKEN: Final = "returning id, name, payload, key, attempts, max_attempts"
_CLAIM: Final = f"""
    {_TAKE} where id in (select id from jobs where {_DUE} order by run_after, id limit $3 for update skip locked)
    {_TAKEN}
"""  # noqa: S608 - no input in it
# A statement of its own, so that no plan walks through all that is due to find one.
_CLAIM_ONE: Final = f"""
    {_TAKE} where id = (select id from jobs where id = $3 and {_DUE} for update skip locked) {_TAKEN}
"""  # noqa: S608

_BURY: Final = f"""
    update jobs
    set state = 'dead', finished_at = now(),
        last_error = coalesce(last_error, 'the worker ended during the last attempt')
    where name = any($1) and {_LIVE} and run_after <= now() and attempts >= max_attempts
    returning name
"""  # noqa: S608

_KEEP: Final = """
    update jobs set run_after = now() + $3
    from unnest($1::uuid[], $2::int[]) as mine(id, attempt)
    where jobs.id = mine.id and jobs.attempts = mine.attempt and jobs.state in ('running', 'done')
    returning jobs.id
"""

# Fenced by the attempt: whoever has claimed the job since is not overruled.
_MINE: Final = "where id = $1 and attempts = $2 and state = 'running'"
_DONE: Final = f"update jobs set state = 'done', finished_at = now(), last_error = null {_MINE}"  # noqa: S608
_FAILED: Final = f"""
    update jobs
    set state = case when attempts >= max_attempts then 'dead' else 'failed' end,
        finished_at = case when attempts >= max_attempts then now() end,
        run_after = now() + $3, last_error = $4
    {_MINE}
    returning state
"""  # noqa: S608
_RELEASE: Final = f"update jobs set state = 'queued', attempts = attempts - 1, run_after = now() {_MINE}"  # noqa: S608

_SCHEDULE: Final = """
    insert into job_schedules as known (name) values ($1)
    on conflict (name) do update set next_run_at = least(known.next_run_at, now() + $2)
"""
_TICK: Final = f"""
    with due as (
        update job_schedules set next_run_at = now() + $2 where name = $1 and next_run_at <= now() returning name
    )
    insert into jobs (id, name, payload, key, max_attempts)
    select $3, name, '{{}}', 'periodic', $4 from due
    on conflict (name, key) where key is not null and {_LIVE} do nothing
"""  # noqa: S608
_TIDY: Final = (
    (
        "delete from jobs where finished_at < now() - case state when 'done' then interval '7 days'"
        " else interval '90 days' end"
    ),
    "delete from job_wakeups_log where created < now() - interval '1 hour'",
)


async def enqueue(
    session: AsyncSession,
    name: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    run_after: datetime | None = None,
    max_attempts: int = 8,
) -> UUID | None:
    """Put a job in the queue, in the caller's transaction; return its id.

    payload: JSON; ids rather than facts, since facts change until the job runs.
    key: while a job of this name and key lives (waits, runs, or is to be tried again) no second one is made, and
    None is returned.
    """
    job_id = new_id()
    values = {
        "id": job_id,
        "name": name,
        "payload": orjson.dumps(dict(payload), default=str).decode(),
        "key": key,
        "run_after": run_after,
        "max_attempts": max_attempts,
    }
    delay: timedelta | None = await session.scalar(_ENQUEUE, values)
    if delay is None:
        return None
    # Our own insert went first, so the driver's connection is inside the session's transaction by now.
    raw = await (await session.connection()).get_raw_connection()
    wakeups = queries(AsyncpgDriver(raw.driver_connection))
    await wakeups.enqueue(ENTRYPOINT, job_id.bytes, execute_after=delay)
    return job_id


async def claim(pool: Any, names: Sequence[str], most: int, lease: timedelta) -> list[Job]:
    """Claim due jobs of these names, at most so many; those whose worker is gone among them."""
    return [_job(row) for row in await pool.fetch(_CLAIM, list(names), lease, most)]


async def claim_one(pool: Any, names: Sequence[str], job_id: UUID, lease: timedelta) -> Job | None:
    """Claim this job, unless it is another's, done, not due, or not for us."""
    row = await pool.fetchrow(_CLAIM_ONE, list(names), lease, job_id)
    return _job(row) if row is not None else None


async def bury(pool: Any, names: Sequence[str]) -> list[str]:
    """Give up jobs whose worker died in the last attempt; return their names."""
    return [row["name"] for row in await pool.fetch(_BURY, list(names))]


async def keep(pool: Any, running: Sequence[Job], lease: timedelta) -> set[UUID]:
    """Prolong the leases; return the ids of those that are still ours."""
    ids, attempts = [job.id for job in running], [job.attempt for job in running]
    return {UUID(int=row["id"].int) for row in await pool.fetch(_KEEP, ids, attempts, lease)}


async def done(pool: Any, job: Job) -> None:
    await pool.execute(_DONE, job.id, job.attempt)


async def failed(pool: Any, job: Job, delay: timedelta, error: str) -> bool:
    """Settle a failed attempt; return whether that was the last one."""
    return bool(await pool.fetchval(_FAILED, job.id, job.attempt, delay, error) == "dead")


async def release(pool: Any, job: Job) -> None:
    """Give a job back unfinished; an attempt that we ended ourselves does not count."""
    await pool.execute(_RELEASE, job.id, job.attempt)


async def schedule(pool: Any, name: str, interval: timedelta) -> None:
    """Make a periodic job known; a shorter interval than before counts from now."""
    await pool.execute(_SCHEDULE, name, interval)


async def tick(pool: Any, name: str, interval: timedelta, max_attempts: int = 3) -> None:
    """Put a periodic job in the queue if its time has come; of several workers only one does."""
    await pool.execute(_TICK, name, interval, new_id(), max_attempts)


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        name=row["name"],
        payload=orjson.loads(row["payload"]),
        key=row["key"],
        attempt=row["attempts"],
        max_attempts=row["max_attempts"],
    )


async def tidy(pool: Any) -> None:
    """Forget jobs done a week ago, dead ones after three months, and the wake-ups' own log."""
    for statement in _TIDY:
        await pool.execute(statement)
