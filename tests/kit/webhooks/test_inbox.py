import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest

from kit.outbox import Event, envelope
from kit.webhooks import BadSignature, Inbox, NotAnEvent, StaleMessage, new_secret, sign
from tests.kit.outbox.database import Place, until

SECRET = new_secret()
INBOX = Inbox({"funds": SECRET, "loans": f"{new_secret()} {SECRET}"})


def message(event: Event | None = None) -> tuple[dict[str, str], bytes, Event]:
    event = event or Event(
        uuid4(), "funds.support.given", "/v1/funds", "s-1", {"a": 1}, datetime(2026, 1, 2, tzinfo=UTC)
    )
    body = orjson.dumps(envelope(event))
    return sign(SECRET, str(event.id), int(time.time()), body), body, event


async def test_an_event_is_accepted_once(place: Place) -> None:
    headers, body, event = message()
    async with place.transaction() as session:
        assert await INBOX.accept(session, "funds", headers, body) == event
        assert await INBOX.accept(session, "funds", headers, body) is None
    async with place.transaction() as session:
        assert await INBOX.accept(session, "funds", headers, body) is None


async def test_an_event_whose_effect_failed_may_come_again(place: Place) -> None:
    headers, body, event = message()
    await place.undone(lambda session: INBOX.accept(session, "funds", headers, body))
    async with place.transaction() as session:
        assert await INBOX.accept(session, "funds", headers, body) == event


async def test_of_two_at_the_same_time_one_is_accepted(place: Place) -> None:
    headers, body, event = message()

    async def one() -> Event | None:
        async with place.transaction() as session:
            return await INBOX.accept(session, "funds", headers, body)

    answers = await asyncio.gather(*(one() for _ in range(5)))
    assert [answer for answer in answers if answer] == [event]


async def test_the_second_takes_over_when_the_first_rolls_back(place: Place) -> None:
    headers, body, event = message()
    async with place.transaction() as first:
        assert await INBOX.accept(first, "funds", headers, body) == event

        async def second() -> Event | None:
            async with place.transaction() as session:
                return await INBOX.accept(session, "funds", headers, body)

        waiting = asyncio.create_task(second())
        await until(lambda: place.sql("select 1 from pg_locks where not granted"))
        await first.rollback()
        assert await waiting == event


async def test_the_same_id_from_two_sources_is_two_events(place: Place) -> None:
    headers, body, event = message()
    async with place.transaction() as session:
        assert await INBOX.accept(session, "funds", headers, body) == event
        assert await INBOX.accept(session, "loans", headers, body) == event


async def test_a_source_nobody_told_us_of_is_refused(place: Place) -> None:
    headers, body, _ = message()
    async with place.transaction() as session:
        with pytest.raises(BadSignature):
            await INBOX.accept(session, "nobody", headers, body)


async def test_a_refused_event_is_not_remembered(place: Place) -> None:
    headers, body, event = message()
    old = sign(SECRET, str(event.id), 1, body)
    other = sign(SECRET, str(uuid4()), int(time.time()), body)
    for bad_headers, bad_body, refusal in (
        (headers, body + b" ", BadSignature),
        (old, body, StaleMessage),
        (other, body, NotAnEvent),
    ):
        async with place.transaction() as session:
            with pytest.raises(refusal):
                await INBOX.accept(session, "funds", bad_headers, bad_body)
    assert await place.sql("select 1 from inbox_events") == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", b'{"specversion": "0.3"}', orjson.dumps({"specversion": "1.0", "id": "x"})],
)
async def test_a_signed_body_that_is_no_event_is_refused(place: Place, body: bytes) -> None:
    async with place.transaction() as session:
        with pytest.raises(NotAnEvent):
            await INBOX.accept(session, "funds", sign(SECRET, "x", int(time.time()), body), body)
