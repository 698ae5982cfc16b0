import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit import jobs
from kit.jobs import Job, every
from tests.kit.jobs.working import job_rows, make_due, start_process, working
from tests.kit.outbox.database import Place, until
from tests.patience import PATIENCE

NEVER = timedelta(hours=1)


async def enqueue(place: Place, name: str, count: int = 1, **options: int) -> None:
    async with place.transaction() as session:
        for number in range(count):
            await jobs.enqueue(session, name, {"n": number}, **options)


async def states(place: Place, name: str) -> list[str]:
    return [row["state"] for row in await job_rows(place, name)]


async def all_are(place: Place, name: str, state: str) -> bool:
    return set(await states(place, name)) == {state}


async def listening(place: Place) -> bool:
    """Whether a worker's wake-up connection is there."""
    found = await place.sql(
        "select 1 from pg_stat_activity where datname = current_database() and query ilike 'listen%job_wakeups%'"
    )
    return bool(found)


async def test_a_worker_is_woken_without_looking_for_itself(place: Place) -> None:
    seen: list[int] = []

    async def work(job: Job) -> None:
        seen.append(job.payload["n"])

    async with working(place, {"work": work}, poll=NEVER):
        await until(lambda: listening(place))
        await enqueue(place, "work", 30)
        await until(lambda: all_are(place, "work", "done"))
    assert sorted(seen) == list(range(30))
    assert {row["attempts"] for row in await job_rows(place, "work")} == {1}


async def test_a_job_whose_wake_up_was_lost_is_found(place: Place) -> None:
    seen: list[Job] = []

    async def work(job: Job) -> None:
        seen.append(job)

    await enqueue(place, "work", 5)
    await place.sql("truncate job_wakeups")
    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "done"))
    assert len(seen) == 5


async def test_two_workers_share_the_jobs_and_run_none_twice(place: Place) -> None:
    seen: list[int] = []

    async def work(job: Job) -> None:
        seen.append(job.payload["n"])
        await asyncio.sleep(0)

    await enqueue(place, "work", 200)
    async with working(place, {"work": work}), working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "done"))
    assert sorted(seen) == list(range(200))


async def test_a_failing_job_waits_longer_each_time_and_dies_in_the_end(place: Place) -> None:
    attempts: list[int] = []

    async def work(job: Job) -> None:
        attempts.append(job.attempt)
        raise ValueError("Lò Thị Ín, 014203000123")

    await enqueue(place, "work", max_attempts=3)
    waits = []
    for attempt in (1, 2):
        async with working(place, {"work": work}):
            await until(lambda: all_are(place, "work", "failed"))
        (row,) = await place.sql("select last_error, run_after - now() as wait from jobs where name = 'work'")
        assert row["last_error"].startswith("ValueError at test_worker.py:")
        assert "014203000123" not in row["last_error"]
        waits.append(row["wait"].total_seconds())
        assert waits[-1] <= 1.5 * 2**attempt
        await make_due(place)
        await place.sql("update jobs set state = 'queued' where name = 'work'")
    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "dead"))
    assert attempts == [1, 2, 3]


async def test_the_effect_and_the_mark_that_it_is_done_are_one(place: Place) -> None:
    runs: list[int] = []

    async def work(job: Job) -> None:
        runs.append(job.attempt)
        async with place.transaction() as session:
            await session.execute(
                text("insert into inbox_events (source, event_id) values ('effect', :n)"), {"n": str(job.attempt)}
            )
            await job.finish(session)
            if job.attempt == 1:
                raise RuntimeError

    await enqueue(place, "work")
    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "failed"))
        await make_due(place)
        await until(lambda: all_are(place, "work", "done"))
    assert runs == [1, 2]
    assert [row["event_id"] for row in await place.sql("select event_id from inbox_events")] == ["2"]


async def test_a_job_that_became_another_workers_is_stopped_and_changes_nothing(place: Place) -> None:
    cancelled = asyncio.Event()
    started = asyncio.Event()

    async def work(_: Job) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    await enqueue(place, "work")
    async with working(place, {"work": work}, lease=timedelta(seconds=3)):
        await started.wait()
        # As another worker does that found the lease ended.
        await place.sql("update jobs set attempts = 2, run_after = now() + interval '1 hour' where name = 'work'")
        async with asyncio.timeout(PATIENCE):
            await cancelled.wait()
    (row,) = await job_rows(place, "work")
    assert (row["state"], row["attempts"], row["last_error"]) == ("running", 2, None)


async def test_a_lost_job_cannot_finish(place: Place) -> None:
    refused = asyncio.Event()

    async def work(job: Job) -> None:
        await place.sql("update jobs set attempts = attempts + 1, run_after = now() + interval '1 hour'")
        async with place.transaction() as session:
            with pytest.raises(jobs.JobLost):
                await job.finish(session)
        refused.set()
        raise jobs.JobLost

    await enqueue(place, "work")
    async with working(place, {"work": work}):
        async with asyncio.timeout(PATIENCE):
            await refused.wait()
    assert await states(place, "work") == ["running"]


async def test_a_lease_is_kept_for_as_long_as_the_job_runs(place: Place) -> None:
    release = asyncio.Event()
    attempts: list[int] = []

    async def work(job: Job) -> None:
        attempts.append(job.attempt)
        await release.wait()

    async def kept() -> bool:
        (row,) = await place.sql(
            "select run_after - created_at > interval '4 seconds' as kept from jobs where name = 'work'"
        )
        return bool(row["kept"])

    await enqueue(place, "work")
    async with working(place, {"work": work}, lease=timedelta(seconds=2)):
        await until(kept)
        release.set()
        await until(lambda: all_are(place, "work", "done"))
    assert attempts == [1]


async def test_a_job_that_runs_too_long_at_the_end_is_given_back_uncounted(place: Place) -> None:
    started = asyncio.Event()

    async def work(_: Job) -> None:
        started.set()
        await asyncio.Event().wait()

    await enqueue(place, "work")
    async with working(place, {"work": work}, grace=timedelta(seconds=0.1)):
        await started.wait()
    (row,) = await job_rows(place, "work")
    assert (row["state"], row["attempts"]) == ("queued", 0)


async def test_a_job_that_is_nearly_done_at_the_end_is_waited_for(place: Place) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    async def work(_: Job) -> None:
        started.set()
        await release.wait()

    await enqueue(place, "work")
    async with working(place, {"work": work}):
        await started.wait()
        asyncio.get_running_loop().call_later(0.2, release.set)
    assert await states(place, "work") == ["done"]


async def test_a_job_nobody_here_knows_is_left_for_others(place: Place) -> None:
    async def work(_: Job) -> None:
        pass

    await enqueue(place, "unknown")
    await enqueue(place, "work")
    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "done"))
    assert await states(place, "unknown") == ["queued"]


async def test_a_killed_workers_job_is_taken_up_with_its_attempt_counted(place: Place) -> None:
    taken: list[int] = []

    async def work(job: Job) -> None:
        taken.append(job.attempt)

    await enqueue(place, "work")
    process = await start_process("tests.kit.jobs.stuck", place.url)
    try:
        await until(lambda: all_are(place, "work", "running"))
    finally:
        process.kill()
        await process.wait()
    (row,) = await job_rows(place, "work")
    assert (row["state"], row["attempts"]) == ("running", 1)
    await make_due(place)
    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "done"))
    assert taken == [2]


async def test_a_job_that_kills_its_worker_each_time_dies_in_the_end(place: Place) -> None:
    await enqueue(place, "work", max_attempts=1)
    process = await start_process("tests.kit.jobs.stuck", place.url)
    try:
        await until(lambda: all_are(place, "work", "running"))
    finally:
        process.kill()
        await process.wait()
    await make_due(place)

    async def work(_: Job) -> None:
        raise AssertionError

    async with working(place, {"work": work}):
        await until(lambda: all_are(place, "work", "dead"))


async def test_a_worker_survives_the_loss_of_its_connections(place: Place) -> None:
    async def work(_: Job) -> None:
        pass

    async with working(place, {"work": work}):
        await until(lambda: listening(place))
        await place.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name like 'jobs-%' and datname = current_database()"
        )
        await enqueue(place, "work", 3)
        await until(lambda: all_are(place, "work", "done"))


async def test_of_two_workers_one_runs_what_is_periodic(place: Place) -> None:
    runs: list[int] = []

    async def look(job: Job) -> None:
        runs.append(job.attempt)

    tasks = [every(3600, "look", look)]
    async with working(place, {}, periodic=tasks), working(place, {}, periodic=tasks):
        await until(lambda: all_are(place, "look", "done"))
        await place.sql("update job_schedules set next_run_at = now()")
        await until(lambda: twice(place))
    assert runs == [1, 1]


async def twice(place: Place) -> bool:
    return await states(place, "look") == ["done", "done"]


async def test_a_periodic_job_is_never_beside_itself(place: Place) -> None:
    release, started = asyncio.Event(), asyncio.Event()

    async def slow(_: Job) -> None:
        started.set()
        await release.wait()

    async with working(place, {}, periodic=[every(3600, "slow", slow)]):
        await started.wait()
        await place.sql("update job_schedules set next_run_at = now()")
        await until(lambda: place.sql("select 1 from job_schedules where next_run_at > now() and name = 'slow'"))
        assert await states(place, "slow") == ["running"]
        release.set()


async def test_what_was_done_long_ago_is_forgotten(place: Place) -> None:
    await enqueue(place, "work", 3)
    await place.sql("update jobs set state = 'done', finished_at = now() - interval '8 days' where payload->>'n' = '0'")
    await place.sql("update jobs set state = 'dead', finished_at = now() - interval '8 days' where payload->>'n' = '1'")
    async with working(place, {}):
        await until(lambda: all_are(place, "jobs.tidy", "done"))
    assert await states(place, "work") == ["dead", "queued"]
