from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from kit import jobs
from tests.kit.jobs.working import job_rows
from tests.kit.outbox.database import Place


async def test_a_job_and_its_wake_up_are_there_only_if_the_transaction_commits(place: Place) -> None:
    await place.undone(lambda session: jobs.enqueue(session, "work", {}))
    assert await place.sql("select 1 from jobs") == []
    assert await place.sql("select 1 from job_wakeups") == []
    async with place.transaction() as session:
        made = await jobs.enqueue(session, "work", {"id": uuid4(), "n": 1})
    (row,) = await job_rows(place, "work")
    assert (row["id"], row["state"], row["attempts"]) == (made, "queued", 0)
    (wake_up,) = await place.sql("select payload from job_wakeups")
    assert made is not None
    assert wake_up["payload"] == made.bytes


async def test_enqueueing_first_thing_in_a_session_is_inside_its_transaction(place: Place) -> None:
    async with AsyncSession(place.engine) as session:
        await jobs.enqueue(session, "work", {})
        await session.rollback()
    assert await place.sql("select 1 from job_wakeups") == []
    assert await place.sql("select 1 from jobs") == []


async def test_a_key_is_taken_while_its_job_lives_and_free_afterwards(place: Place) -> None:
    async with place.transaction() as session:
        first = await jobs.enqueue(session, "work", {}, key="k")
        assert await jobs.enqueue(session, "work", {}, key="k") is None
        assert await jobs.enqueue(session, "other", {}, key="k") is not None
        assert await jobs.enqueue(session, "work", {}) is not None
    for state in ("running", "failed"):
        await place.sql("update jobs set state = $1 where id = $2", state, first)
        async with place.transaction() as session:
            assert await jobs.enqueue(session, "work", {}, key="k") is None
    await place.sql("update jobs set state = 'done', finished_at = now() where id = $1", first)
    async with place.transaction() as session:
        assert await jobs.enqueue(session, "work", {}, key="k") is not None


async def test_a_job_for_later_wakes_nobody_before(place: Place) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    async with place.transaction() as session:
        await jobs.enqueue(session, "work", {}, run_after=later)
        await jobs.enqueue(session, "work", {}, run_after=datetime(2020, 1, 1, tzinfo=UTC))
    late, early = await place.sql("select execute_after - now() as wait from job_wakeups order by 1 desc")
    assert timedelta(days=1, hours=23) < late["wait"] <= timedelta(days=2)
    assert early["wait"] <= timedelta(0)
