import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kit import ledger
from tests.kit.ledger.books import TODAY, Books, moved


async def now(books: Books) -> datetime:
    async with books.connected("ledger_app") as connection:
        moment: datetime = await connection.fetchval("SELECT clock_timestamp()")
        return moment


@pytest.mark.parametrize("rolled", [False, True])
async def test_a_balance_on_a_day_counts_what_is_effective_by_then(books: Books, *, rolled: bool) -> None:
    await books.post(*(moved("gifts", "bank", 10**n, on=TODAY + timedelta(n)) for n in range(4)))
    if rolled:
        await books.roll_up()
    await books.post(moved("gifts", "bank", 50_000, on=TODAY))  # late, and back-dated
    assert [await books.balance("bank", on=TODAY + timedelta(n)) for n in range(-1, 5)] == [
        0,
        50_001,
        50_011,
        50_111,
        51_111,
        51_111,
    ]


async def test_what_was_known_at_a_moment_stays_what_it_was(books: Books) -> None:
    await books.post(moved("gifts", "bank", 1))
    first = await now(books)
    await books.post(moved("gifts", "bank", 10, on=TODAY - timedelta(30)))
    second = await now(books)
    await books.roll_up()
    await books.post(moved("gifts", "bank", 100))
    assert await books.balance("bank", known_at=first) == 1
    assert await books.balance("bank", known_at=second) == 11
    assert await books.balance("bank", known_at=second, on=TODAY - timedelta(1)) == 10
    assert await books.balance("bank") == 111


async def test_a_moment_is_not_known_while_an_earlier_transaction_still_writes(books: Books) -> None:
    async with books.session() as session:
        await ledger.post(session, moved("gifts", "bank", 1))
        moment = await now(books)
        asked = asyncio.create_task(books.balance("bank", known_at=moment))
        with pytest.raises(ledger.NotYetKnown):
            await asked
        patient = asyncio.create_task(books.balance("bank", known_at=moment))
    assert await patient == 1


async def test_a_transaction_that_began_after_the_moment_does_not_hold_it_up(books: Books) -> None:
    await books.post(moved("gifts", "bank", 1))
    moment = await now(books)
    async with books.session() as session:
        await ledger.post(session, moved("gifts", "bank", 10))
        assert await books.balance("bank", known_at=moment) == 1


async def test_the_future_is_not_known(books: Books) -> None:
    with pytest.raises(ledger.NotYetKnown):
        await books.balance("bank", known_at=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(ValueError, match="time zone"):
        await books.balance("bank", known_at=datetime.now(UTC).replace(tzinfo=None))


async def test_many_balances_take_one_statement_and_a_prefix_finds_them(books: Books) -> None:
    await books.post(moved("gifts", "bank", 5), moved("gifts", "bank/other", 7))
    async with books.session() as session:
        with books.counted() as statements:
            assert await ledger.balances(session, ["bank", "gifts", "world"]) == {"bank": 5, "gifts": 12, "world": 0}
            assert await ledger.balances_below(session, "bank") == {"bank": 5, "bank/other": 7}
            assert await ledger.balances_below(session, "bank/", on=TODAY) == {"bank/other": 7}
            assert await ledger.balances_below(session, "ban%") == {}
        assert len(statements) == 4
        assert await ledger.balances(session, []) == {}


async def test_a_batch_of_any_size_takes_one_statement(books: Books) -> None:
    async with books.session() as session:
        with books.counted() as statements:
            await ledger.post_many(session, [moved("gifts", "bank", 1) for _ in range(500)])
    assert len(statements) == 1
    assert await books.balance("bank") == 500


@pytest.mark.parametrize("asked", [{}, {"on": TODAY}])
async def test_an_unknown_account_has_no_balance(books: Books, asked: dict[str, object]) -> None:
    with pytest.raises(ledger.AccountUnknown):
        await books.balance("nowhere", **asked)
    with pytest.raises(ledger.AccountUnknown):
        async with books.session() as session:
            await ledger.available(session, ["nowhere"])
