import asyncio

from kit import outbox
from kit.jobs.connections import worker_pool
from kit.webhooks import endpoints
from kit.webhooks.fanout import fan_out
from tests.kit.outbox.database import Place
from tests.kit.webhooks.receiving import register, rows, unreachable_url, write


async def pass_on(place: Place, workers: int = 1, batch: int = 500) -> None:
    """Pass events on until nobody finds any more."""
    pool = await worker_pool(place.url)

    async def work() -> None:
        quiet = 0
        while quiet < 3:
            quiet = 0 if await fan_out(pool, batch) else quiet + 1

    await asyncio.gather(*(work() for _ in range(workers)))
    await pool.close()


async def test_two_workers_make_one_row_for_each_endpoint_and_event(place: Place) -> None:
    for _ in range(3):
        await register(place, unreachable_url())
    subjects = [str(number) for number in range(100)]
    for subject in subjects:
        await write(place, subject, bank="agribank")
    await pass_on(place, workers=4, batch=7)
    found = await rows(place)
    assert len(found) == 300
    assert {row["subject"] for row in found} == set(subjects)


async def test_a_late_commit_is_passed_on_too(place: Place) -> None:
    await register(place, unreachable_url())
    async with place.transaction() as slow, place.transaction() as slower:
        await outbox.add(slow, "loans.loan.disbursed", "slow", {}, scope={"bank": "agribank"})
        await outbox.add(slower, "loans.loan.disbursed", "slower", {}, scope={"bank": "agribank"})
        await write(place, "quick", bank="agribank")
        await pass_on(place)
        assert await rows(place) == []
        await slow.commit()
        await pass_on(place)
        assert [row["subject"] for row in await rows(place)] == ["slow"]
    await pass_on(place)
    assert [row["subject"] for row in await rows(place)] == ["slow", "slower", "quick"]


async def test_an_endpoint_gets_the_events_of_its_bank_and_the_types_it_wants(place: Place) -> None:
    everything = await register(place, unreachable_url())
    some = await register(place, unreachable_url(), types=("loans.loan.repaid", "savings.*"))
    other = await register(place, unreachable_url(), bank="vbsp")
    await write(place, "1", bank="agribank", event_type="loans.loan.disbursed")
    await write(place, "2", bank="agribank", event_type="loans.loan.repaid")
    await write(place, "3", bank="agribank", event_type="savings.group.met")
    await write(place, "4", bank="vbsp")
    await write(place, "5")
    await pass_on(place)

    async def of(endpoint: object) -> list[str]:
        return [row["subject"] for row in await rows(place) if row["endpoint_id"] == endpoint]

    assert await of(everything) == ["1", "2", "3"]
    assert await of(some) == ["2", "3"]
    assert await of(other) == ["4"]


async def test_events_wait_for_a_paused_endpoint_and_pass_a_disabled_one_by(place: Place) -> None:
    paused = await register(place, unreachable_url())
    disabled = await register(place, unreachable_url())
    async with place.transaction("bank", bank="agribank") as session:
        await endpoints.set_state(session, paused, "paused")
        await endpoints.set_state(session, disabled, "disabled")
    await write(place, "1", bank="agribank")
    await pass_on(place)
    assert [row["endpoint_id"] for row in await rows(place)] == [paused]
