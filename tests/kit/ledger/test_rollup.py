import asyncpg
import pytest

from kit import ledger
from tests.kit.ledger.books import Books, Library, moved


async def test_a_run_folds_what_the_run_before_has_marked(books: Books) -> None:
    await books.post(*(moved("gifts", "bank", 1) for _ in range(5)))
    first = await books.roll_up(1)
    second = await books.roll_up(1)
    third = await books.roll_up(1)
    assert [first, second, third] == [ledger.RollUp(0, 0), ledger.RollUp(5, 5), ledger.RollUp(5, 0)]
    await books.post(moved("gifts", "bank", 1))
    assert await books.balance("bank") == 6


async def test_an_entry_that_commits_late_is_not_lost(books: Books) -> None:
    async with books.session() as late:
        await ledger.post(late, moved("gifts", "bank", 1))  # draws its position now
        await books.post(moved("gifts", "bank", 10))
        for _ in range(4):
            done = await books.roll_up(1)
            assert done == ledger.RollUp(0, 0)  # nothing beyond an entry under way is folded
        assert await books.balance("bank") == 10
    assert await books.balance("bank") == 11
    done = await books.roll_up(2)
    assert done is not None
    assert done.through == 2
    assert await books.balance("bank") == 11
    assert await books.audit() == ()


async def test_an_abandoned_entry_leaves_no_trace(books: Books) -> None:
    with pytest.raises(ZeroDivisionError):
        async with books.session() as session:
            await ledger.post(session, moved("gifts", "bank", 1))
            raise ZeroDivisionError
    await books.post(moved("gifts", "bank", 10))
    await books.roll_up(3)
    assert await books.balance("bank") == 10
    assert await books.audit() == ()


async def test_one_run_at_a_time(books: Books) -> None:
    async with books.session() as session:
        assert await ledger.roll_up(session) is not None
        assert await books.roll_up(1) is None


async def test_a_roll_up_has_a_transaction_of_its_own(books: Books) -> None:
    async with books.connected("ledger_app") as connection:
        for begin in ("BEGIN; SELECT pg_current_xact_id()", "BEGIN ISOLATION LEVEL REPEATABLE READ"):
            await connection.execute(begin)
            with pytest.raises(asyncpg.PostgresError, match="transaction of its own"):
                await connection.execute("SELECT ledger_roll_up()")
            await connection.execute("ROLLBACK")


async def test_a_mark_of_another_cluster_is_made_anew(books: Books, library: Library) -> None:
    """After a dump and reload transaction ids start low again; the mark carries a high one."""
    await books.post(moved("gifts", "bank", 1))
    await books.roll_up(1)
    await library.admin("UPDATE ledger_rollup_mark SET pending_xid = '9000000000000'", database=books.database)
    await books.post(moved("gifts", "bank", 10))
    assert await books.roll_up(1) == ledger.RollUp(0, 0)
    assert await books.roll_up(1) == ledger.RollUp(2, 2)
    assert await books.balance("bank") == 11
    assert await books.audit() == ()
