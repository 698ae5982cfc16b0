from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kit.problems import BadCursor
from kit.webhooks import DeliveryQuery, EndpointNotFound, deliveries, replay
from tests.kit.outbox.database import Place, until
from tests.kit.webhooks.receiving import Receiver, receiver, register, rows, sending, status, write


async def delivered(place: Place, count: int) -> bool:
    return sum(row["state"] == "delivered" for row in await rows(place)) == count


async def event_ids(place: Place, *subjects: str) -> list[UUID]:
    return [
        row["id"] for row in await place.sql("select id from outbox_events where subject = any($1)", list(subjects))
    ]


async def test_the_log_tells_what_became_of_each_event_newest_first(place: Place) -> None:
    async with receiver() as bank, sending(place):
        endpoint = await register(place, bank.url)
        for number in range(5):
            await write(place, str(number), bank="agribank")
        await until(lambda: delivered(place, 5))
        bank.answer = status(500)
        await write(place, "bad", bank="agribank")
        await until(lambda: place.sql("select 1 from webhook_deliveries where state = 'failed'"))
    seen: list[UUID] = []
    cursor = None
    async with place.transaction("bank", bank="agribank") as session:
        while True:
            page, cursor = await deliveries(session, endpoint, DeliveryQuery(limit=4, cursor=cursor))
            seen += [each.event_id for each in page]
            if cursor is None:
                break
        assert seen == sorted(await event_ids(place, "0", "1", "2", "3", "4", "bad"), reverse=True)
        (failed,), _ = await deliveries(session, endpoint, DeliveryQuery(state="failed"))
        assert (failed.attempt, failed.last_status, failed.last_error) == (1, 500, "answered 500")
        with pytest.raises(BadCursor):
            await deliveries(session, endpoint, DeliveryQuery(cursor="x"))
    async with place.transaction("bank", bank="vbsp") as session:
        with pytest.raises(EndpointNotFound):
            await deliveries(session, endpoint, DeliveryQuery())


async def test_a_replay_brings_named_events_and_those_since_a_day(place: Place) -> None:
    await write(place, "before", bank="agribank")
    async with receiver() as bank, sending(place):
        await until(lambda: place.sql("select 1 from webhook_watermark where tx > '0'"))
        endpoint = await register(place, bank.url, types=("loans.*",))
        await write(place, "after", bank="agribank")
        await write(place, "unwanted", bank="agribank", event_type="savings.group.met")
        await write(place, "foreign", bank="vbsp")
        await until(lambda: delivered(place, 1))
        assert bank.subjects == ["after"]
        async with place.transaction("bank", bank="agribank") as session:
            named = await event_ids(place, "before", "foreign")
            assert await replay(session, endpoint, event_ids=named) == 1
        await until(lambda: delivered(place, 2))
        async with place.transaction() as session:
            assert await replay(session, endpoint, since=datetime.now(UTC) - timedelta(days=1)) == 2
            assert await replay(session, endpoint, since=datetime.now(UTC) + timedelta(days=1)) == 0
        await until(lambda: received(bank, 4))
    assert sorted(bank.subjects) == ["after", "after", "before", "before"]


async def received(bank: Receiver, count: int) -> bool:
    return len(bank.got) == count


async def test_a_replay_needs_to_know_what(place: Place) -> None:
    endpoint = await register(place, "http://127.0.0.1:1/")
    async with place.transaction() as session:
        for asked in ({}, {"since": datetime.now(UTC), "event_ids": []}):
            with pytest.raises(ValueError, match="either"):
                await replay(session, endpoint, **asked)
    async with place.transaction("bank", bank="vbsp") as session:
        with pytest.raises(EndpointNotFound):
            await replay(session, endpoint, event_ids=[])
