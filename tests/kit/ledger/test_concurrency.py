"""Many clients at once: nothing spent twice, nothing counted twice, nobody stuck."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

from kit import ledger
from tests.kit.ledger.books import TODAY, Books, hold, moved

CLIENTS = 20


async def together(*calls: Awaitable[Any]) -> tuple[list[Any], list[BaseException]]:
    """Return what succeeded and what was refused."""
    done = await asyncio.gather(*calls, return_exceptions=True)
    return [one for one in done if not isinstance(one, BaseException)], [
        one for one in done if isinstance(one, BaseException)
    ]


async def test_twenty_clients_cannot_overspend_one_account(books: Books) -> None:
    await books.post(moved("gifts", "bank", 100))
    paid, refused = await together(*(books.post(moved("bank", "world", 15)) for _ in range(CLIENTS)))
    assert len(paid) == 6
    assert {type(one) for one in refused} == {ledger.Overdrawn}
    assert await books.balance("bank") == 10
    assert await books.audit() == ()


async def test_holds_and_spending_at_once_share_what_there_is(books: Books) -> None:
    await books.post(moved("gifts", "bank", 100))

    async def place() -> Any:
        async with books.session() as session:
            return await ledger.place(session, hold("bank", 15))

    done, refused = await together(
        *(books.post(moved("bank", "world", 15)) for _ in range(8)), *(place() for _ in range(8))
    )
    assert len(done) == 6
    assert {type(one) for one in refused} == {ledger.Overdrawn}
    assert await books.audit() == ()


async def test_one_hold_posted_by_many_is_spent_once(books: Books) -> None:
    await books.post(moved("gifts", "bank", 1000))
    async with books.session() as session:
        held = await ledger.place(session, hold("bank", 100))
    paid, refused = await together(*(books.post(moved("bank", "world", 40, hold=held)) for _ in range(10)))
    assert len(paid) == 2
    assert {type(one) for one in refused} == {ledger.HoldInsufficient}
    assert await books.balance("bank") == 920
    assert await books.audit() == ()


async def test_the_same_key_at_the_same_instant_is_one_entry(books: Books) -> None:
    ids, refused = await together(*(books.post(moved("gifts", "bank", 7, key="donation:1")) for _ in range(CLIENTS)))
    assert not refused
    assert len({one for (one,) in ids}) == 1
    assert await books.balance("bank") == 7


async def test_two_reversals_at_the_same_instant_are_one(books: Books) -> None:
    gift = moved("gifts", "bank", 7)
    await books.post(gift, moved("gifts", "bank", 100))

    def undo(n: int) -> ledger.Entry:
        return ledger.reverse(
            gift, effective_on=TODAY + timedelta(n), key=f"undo {n}", actor="tester", description="Undone"
        )

    done, refused = await together(*(books.post(undo(n)) for n in range(8)))
    assert len(done) == 1
    assert {type(one) for one in refused} == {ledger.AlreadyReversed}
    assert await books.balance("bank") == 100


async def test_transfers_in_opposite_directions_do_not_deadlock(books: Books) -> None:
    await books.post(moved("gifts", "bank", 10_000), moved("gifts", "bank/other", 10_000))
    pair = ("bank", "bank/other")
    batches = [[moved(*(pair if (n + m) % 2 else pair[::-1]), 1 + n) for m in range(1 + n % 3)] for n in range(40)]
    done, refused = await together(*(books.post(*batch) for batch in batches))
    assert not refused
    assert len(done) == 40
    async with books.session() as session:
        assert sum((await ledger.balances(session, pair)).values()) == 20_000
    assert await books.audit() == ()


async def test_batches_with_the_same_keys_in_another_order_do_not_deadlock(books: Books) -> None:
    batch = [moved("gifts", "bank", 1 + n, key=f"line:{n}") for n in range(50)]
    done, refused = await together(*(books.post(*(batch if n % 2 else batch[::-1])) for n in range(10)))
    assert not refused
    assert all(ids in ([one.id for one in batch], [one.id for one in batch[::-1]]) for ids in done)
    assert await books.balance("bank") == sum(range(1, 51))


async def test_collecting_waits_for_nobody(books: Books) -> None:
    async with books.session() as one:
        await ledger.post(one, moved("gifts", "bank", 5))
        async with books.session() as other, asyncio.timeout(60):
            await ledger.post(other, moved("gifts", "bank", 7))
        await books.post(moved("bank", "world", 7))  # what is committed may be spent meanwhile
    assert await books.balance("bank") == 5


async def test_spending_waits_for_spending_and_then_sees_it(books: Books) -> None:
    await books.post(moved("gifts", "bank", 10))
    async with books.session() as one:
        await ledger.post(one, moved("bank", "world", 6))
        second = asyncio.create_task(books.post(moved("bank", "world", 6)))
        await books.until("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")
        assert not second.done()
    _, refused = await together(second)
    assert [type(one) for one in refused] == [ledger.Overdrawn]


async def test_balances_stay_exact_while_old_postings_are_folded(books: Books) -> None:
    exact = (
        "SELECT b.balance = (SELECT coalesce(sum(p.amount), 0) FROM ledger_postings p WHERE p.account_id = b.id)"
        " FROM ledger_balances b WHERE b.code = 'bank'"
    )
    posting = True
    folded = 0

    async def post() -> None:
        for n in range(25):
            await books.post(
                *(moved("gifts", "bank", 2, on=TODAY + timedelta(n % 3)) for _ in range(3)),
                moved("bank", "world", 1),
            )

    async def roll() -> None:
        nonlocal folded
        while posting:
            done = await books.roll_up(1)
            folded += done.folded if done else 0

    async def look() -> None:
        async with books.connected("ledger_app") as connection:
            while posting:
                assert await connection.fetchval(exact)

    others = [asyncio.create_task(one) for one in (roll(), roll(), look(), look())]
    await asyncio.gather(*(post() for _ in range(6)))
    posting = False
    await asyncio.gather(*others)
    assert folded > 0
    assert await books.balance("bank") == 6 * 25 * 5
    last = await books.roll_up(3)
    assert last is not None
    assert last.through >= 600
    assert await books.balance("bank") == 6 * 25 * 5
    assert await books.audit() == ()
