import asyncio
from datetime import date

import pytest

from kit import ledger
from tests.kit.ledger.books import Books, moved

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


async def close(books: Books, first: date = FIRST, last: date = LAST) -> object:
    async with books.session() as session:
        return await ledger.close_period(session, first, last, actor="tester")


async def test_a_closed_period_refuses_its_days_and_no_others(books: Books) -> None:
    old = moved("gifts", "bank", 1, on=FIRST)
    await books.post(old)
    await close(books)
    for day in (FIRST, date(2026, 1, 15), LAST):
        with pytest.raises(ledger.PeriodClosed) as refusal:
            await books.post(moved("gifts", "bank", 1, on=day))
        assert refusal.value.detail("en") == f"{day} lies in the period from 2026-01-01 to 2026-01-31."
    await books.post(moved("gifts", "bank", 1, on=date(2025, 12, 31)), moved("gifts", "bank", 1, on=date(2026, 2, 1)))
    assert await books.post(old) == [old.id]  # a repeated request is no new entry
    assert await books.balance("bank") == 3


async def test_an_entry_of_a_closed_period_is_corrected_in_an_open_one(books: Books) -> None:
    old = moved("gifts", "bank", 1, on=FIRST)
    await books.post(old)
    await close(books)
    undo = {"key": "undo", "actor": "tester", "description": "Undone"}
    with pytest.raises(ledger.PeriodClosed):
        await books.post(ledger.reverse(old, effective_on=LAST, **undo))
    await books.post(ledger.reverse(old, effective_on=date(2026, 2, 1), **undo))
    assert await books.balance("bank", on=LAST) == 1
    assert await books.balance("bank") == 0


async def test_closing_the_same_days_again_is_the_same_closing_and_overlaps_are_refused(books: Books) -> None:
    assert await close(books) == await close(books)
    for first, last in ((LAST, LAST), (FIRST, date(2026, 2, 1)), (date(2025, 1, 1), date(2027, 1, 1))):
        with pytest.raises(ledger.PeriodOverlaps):
            await close(books, first, last)
    with pytest.raises(ValueError, match="first day or later"):
        await close(books, LAST, FIRST)


async def test_closing_waits_for_an_entry_under_way_and_new_entries_see_it_closed(books: Books) -> None:
    async with books.session() as session:
        await ledger.post(session, moved("gifts", "bank", 1, on=FIRST))
        closing = asyncio.create_task(close(books))
        await books.until("SELECT count(*) > 0 FROM pg_locks WHERE mode = 'ExclusiveLock' AND NOT granted")
        late = asyncio.create_task(books.post(moved("gifts", "bank", 1, on=FIRST)))
        await books.until("SELECT count(*) > 1 FROM pg_locks WHERE NOT granted")
        assert not closing.done()
    assert await closing
    with pytest.raises(ledger.PeriodClosed):
        await late
    assert await books.balance("bank") == 1
