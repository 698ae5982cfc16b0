import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from kit.webhooks import Guard, UnsafeHost, endpoints, new_secret
from kit.webhooks.schedule import PARTNERS
from tests.kit.outbox.database import Place, until
from tests.kit.webhooks.receiving import (
    VAULT,
    Receiver,
    make_due,
    receiver,
    register,
    rows,
    sending,
    status,
    unreachable_url,
    write,
)


async def state_of(place: Place, subject: str) -> str:
    found = await rows(place, subject)
    return found[0]["state"] if found else "none"


async def reaches(place: Place, subject: str, state: str) -> None:
    async def there() -> bool:
        return await state_of(place, subject) == state

    await until(there)


async def test_an_event_arrives_signed_at_our_own_service_and_at_the_bank(place: Place) -> None:
    async with receiver() as own, receiver() as bank:
        await register(place, bank.url)
        async with sending(place, own):
            await write(place, "1", bank="agribank")
            await write(place, "2")
            await reaches(place, "2", "delivered")
            await until(lambda: all_delivered(place))
    assert sorted(own.subjects) == ["1", "2"]
    assert bank.subjects == ["1"]
    assert {row["attempt"] for row in await rows(place)} == {1}


async def all_delivered(place: Place) -> bool:
    return all(row["state"] == "delivered" for row in await rows(place))


async def test_a_failed_delivery_is_tried_again_on_the_published_schedule(place: Place) -> None:
    async with receiver(status(500)) as bank:
        await register(place, bank.url)
        await write(place, "1", bank="agribank")
        for attempt, delay in enumerate(PARTNERS.delays, 1):
            async with sending(place):
                await until(lambda attempt=attempt: attempted(place, attempt))
            (row,) = await rows(place)
            assert (row["state"], row["last_status"], row["last_error"]) == ("failed", 500, "answered 500")
            wait = (row["next_attempt_at"] - row["last_attempt_at"]).total_seconds()
            assert delay * 0.8 <= wait <= delay * 1.2 + 10
            await make_due(place)
        async with sending(place):
            await reaches(place, "1", "dead")
        await make_due(place)
        bank.answer = status(200)
        async with sending(place):
            await write(place, "2", bank="agribank")
            await reaches(place, "2", "delivered")
    assert bank.subjects == ["1"] * 10 + ["2"]


async def attempted(place: Place, attempt: int) -> bool:
    (row,) = await rows(place) or [{"attempt": 0, "last_error": None, "state": "none"}]
    return row["attempt"] == attempt and row["state"] == "failed"


async def test_a_receiver_that_asks_us_to_wait_is_left_alone_for_so_long(place: Place) -> None:
    async with receiver(status(429, **{"retry-after": "3600"})) as bank, sending(place):
        await register(place, bank.url)
        await write(place, "1", bank="agribank")
        await reaches(place, "1", "failed")
        (row,) = await rows(place)
        assert row["next_attempt_at"] - row["last_attempt_at"] >= timedelta(hours=1)


async def test_an_endpoint_that_is_gone_is_disabled(place: Place) -> None:
    async with receiver(status(410)) as bank, sending(place):
        endpoint = await register(place, bank.url)
        await write(place, "1", bank="agribank")
        await reaches(place, "1", "dead")

        async def disabled() -> bool:
            async with place.transaction() as session:
                return (await endpoints.find(session, endpoint)).state == "disabled"

        await until(disabled)
    assert bank.subjects == ["1"]


async def test_a_redirect_is_not_followed(place: Place) -> None:
    async with receiver() as target:
        async with receiver(status(307, location=target.url)) as bank, sending(place):
            await register(place, bank.url)
            await write(place, "1", bank="agribank")
            await reaches(place, "1", "failed")
        assert target.got == []


async def test_an_endless_answer_is_cut_off(place: Place) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async with receiver(endless) as bank, sending(place):
        await register(place, bank.url)
        await write(place, "1", bank="agribank")
        await reaches(place, "1", "delivered")


async def test_an_answer_that_does_not_come_in_time_is_a_failure(place: Place) -> None:
    async def silent(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with receiver(silent) as bank, sending(place, answer_within=timedelta(seconds=0.2)):
        await register(place, bank.url)
        await write(place, "1", bank="agribank")
        await reaches(place, "1", "failed")
    (row,) = await rows(place)
    assert (row["last_status"], row["last_error"]) == (None, "no answer in time")


async def test_an_endpoint_that_never_answers_slows_nobody(place: Place) -> None:
    release = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    async with receiver(silent) as slow, receiver() as quick:
        await register(place, slow.url)
        await register(place, quick.url)
        async with sending(place, most=16, most_each=4):
            await write(place, *(str(number) for number in range(100)), bank="agribank")
            await until(lambda: got(quick, 100))
            assert len(slow.got) == 4
            release.set()
            await until(lambda: got(slow, 100))


async def got(there: Receiver, count: int) -> bool:
    return len(there.got) == count


async def test_an_endpoint_that_fails_in_a_row_rests_and_its_events_keep_their_attempts(place: Place) -> None:
    dead = await register(place, unreachable_url())
    async with sending(place, most_each=1):
        await write(place, *(str(number) for number in range(20)), bank="agribank")

        async def resting() -> bool:
            async with place.transaction() as session:
                open_until = (await endpoints.find(session, dead)).open_until
                return open_until is not None and open_until > datetime.now(UTC)

        await until(resting)
    assert sum(row["attempt"] for row in await rows(place)) == PARTNERS.failures_before_rest


async def test_what_a_resting_endpoint_missed_arrives_when_it_is_back(place: Place) -> None:
    async with receiver(status(503)) as bank:
        await register(place, bank.url)
        await write(place, *(str(number) for number in range(20)), bank="agribank")
        async with sending(place, most_each=1):
            await until(lambda: got(bank, PARTNERS.failures_before_rest))
        bank.answer = status(200)
        await make_due(place)
        async with sending(place):
            await until(lambda: all_delivered(place))
    (endpoint,) = await place.sql("select failures, failing_since, open_until from webhook_endpoints")
    assert tuple(endpoint) == (0, None, None)


async def test_an_endpoint_that_took_nothing_for_days_is_disabled(place: Place) -> None:
    await register(place, unreachable_url())
    await write(place, "1", bank="agribank")
    await place.sql("update webhook_endpoints set failing_since = now() - interval '6 days', failures = 1")
    async with sending(place):
        await until(lambda: place.sql("select 1 from webhook_endpoints where state = 'disabled'"))


async def test_an_attempt_that_a_crash_cut_off_counts_and_the_last_one_ends_it(place: Place) -> None:
    async with receiver() as bank:
        await register(place, bank.url)
        await write(place, "1", bank="agribank")
        async with sending(place):
            await reaches(place, "1", "delivered")
        # As a worker leaves it that was killed in its tenth attempt, once the lease is over.
        await place.sql("update webhook_deliveries set state = 'pending', attempt = 10, next_attempt_at = now()")
        async with sending(place):
            await reaches(place, "1", "dead")
    assert bank.subjects == ["1"]


async def test_a_bank_cannot_make_us_write_to_our_own_machine(place: Place) -> None:
    async with receiver() as inside:
        await register(place, inside.url)
        async with sending(place, guard=Guard()):
            await write(place, "1", bank="agribank")
            await reaches(place, "1", "failed")
    (row,) = await rows(place)
    assert (row["last_status"], row["last_error"]) == (None, "address not allowed")
    assert inside.got == []


async def test_a_name_that_leads_inside_is_found_out_when_connecting() -> None:
    connector = aiohttp.TCPConnector(resolver=Guard().resolver(), use_dns_cache=False)
    async with aiohttp.ClientSession(connector=connector) as client:
        with pytest.raises(UnsafeHost):
            await client.get("https://localhost:8443/")


async def test_during_rotation_messages_carry_both_signatures(place: Place) -> None:
    fresh = new_secret()
    async with receiver() as old, receiver(secret=fresh) as new:
        for there in (old, new):
            endpoint = await register(place, there.url)
            async with place.transaction("bank", bank="agribank") as session:
                await endpoints.rotate(session, VAULT, endpoint, fresh)
        async with sending(place):
            await write(place, "1", bank="agribank")
            await until(lambda: both(old, new))


async def both(*there: Receiver) -> bool:
    return all(each.subjects == ["1"] for each in there)


async def test_the_sender_survives_the_loss_of_its_connections(place: Place) -> None:
    async with receiver() as own, sending(place, own):
        await write(place, "1")
        await reaches(place, "1", "delivered")
        await place.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'"
            " and datname = current_database()"
        )
        await write(place, "2")
        await reaches(place, "2", "delivered")
    assert own.subjects == ["1", "2"]
