import asyncio
import base64
import json

from aiohttp import web

from kit import jobs
from tests.kit.jobs.working import job_rows, start_process
from tests.kit.outbox.database import Place, until
from tests.kit.webhooks.receiving import Receiver, make_due, receiver, rows, write
from tests.patience import PATIENCE

KEY = base64.b64encode(b"k" * 32).decode()


async def start(url: str, *targets: Receiver) -> asyncio.subprocess.Process:
    return await start_process(
        "tests.kit.jobs.service",
        ENVIRONMENT="test",
        DATABASE_URL=url,
        ENCRYPTION_KEYS=json.dumps({"k": KEY}),
        ENCRYPTION_KEY_ID="k",
        INDEX_KEY=KEY,
        INBOX_SECRETS="{}",
        EVENT_TARGETS=json.dumps([{"url": target.url, "secret": target.secret} for target in targets]),
    )


async def work_done(place: Place) -> bool:
    return [row["state"] for row in await job_rows(place, "work")] == ["done"]


async def delivered(place: Place, subject: str) -> bool:
    return [row["state"] for row in await rows(place, subject)] == ["delivered"]


async def test_the_process_delivers_events_runs_jobs_and_ends_when_told(place: Place) -> None:
    async with receiver() as own:
        process = await start(place.url, own)
        try:
            await until(lambda: place.sql("select 1 from webhook_endpoints"))
            await write(place, "1")
            async with place.transaction() as session:
                await jobs.enqueue(session, "work", {})
            await until(lambda: work_done(place))
            await until(lambda: delivered(place, "1"))
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert own.subjects == ["1"]


async def test_a_process_that_starts_before_its_tables_waits_for_them(place: Place) -> None:
    await place.sql("alter table webhook_endpoints rename to not_yet")
    async with receiver() as own:
        process = await start(place.url, own)
        try:
            await until(lambda: place.sql("select 1 from pg_stat_activity where application_name = 'parts-worker'"))
            await place.sql("alter table not_yet rename to webhook_endpoints")
            await until(lambda: place.sql("select 1 from webhook_endpoints"))
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def test_a_process_killed_in_the_middle_of_a_delivery_repeats_it_under_the_same_id(place: Place) -> None:
    arrived = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def ok(_: web.Request) -> web.Response:
        return web.Response()

    async with receiver(silent) as own:
        await write(place, "1")
        first = await start(place.url, own)
        try:
            async with asyncio.timeout(PATIENCE):
                await arrived.wait()
        finally:
            first.kill()
            await first.wait()
        (row,) = await rows(place)
        assert (row["state"], row["attempt"]) == ("pending", 1)  # counted, although nobody told how it ended
        own.answer = ok
        await make_due(place)
        second = await start(place.url, own)
        try:
            await until(lambda: delivered(place, "1"))
        finally:
            second.terminate()
            await second.wait()
        (row,) = await rows(place)
        assert row["attempt"] == 2
    assert len(own.got) == 2
    assert own.got[0]["id"] == own.got[1]["id"]
