from dataclasses import replace
from datetime import timedelta

import pytest

from kit import ledger
from tests.kit.ledger.books import ACCOUNTS, TODAY, Books, entry, hold, moved

NEW = ledger.Account(code="new", unit="VND", side="debit", opened_on=TODAY)


async def open_(books: Books, *accounts: ledger.Account) -> None:
    async with books.session() as session:
        await ledger.open_accounts(session, accounts, actor="tester")


async def close(books: Books, code: str, days: int = 0) -> None:
    async with books.session() as session:
        await ledger.close_account(session, code, last_day=TODAY + timedelta(days))


async def test_opening_twice_opens_once(books: Books) -> None:
    await open_(books, NEW, replace(NEW, opened_on=None))
    await open_(books, NEW, *ACCOUNTS)
    await open_(books)
    assert await books.balance("new") == 0


@pytest.mark.parametrize("other", [{"unit": "RICE_G"}, {"side": "credit"}, {"may_go_negative": True}])
async def test_an_account_does_not_change_its_terms(books: Books, other: dict[str, object]) -> None:
    await open_(books, NEW)
    with pytest.raises(ledger.AccountDiffers) as refusal:
        await open_(books, replace(NEW, **other))  # type: ignore[arg-type]
    assert refusal.value.detail("en") == "new"


async def test_further_units_come_by_data(books: Books) -> None:
    salt = ledger.Account(code="salt", unit="SALT_G", side="debit")
    with pytest.raises(ledger.UnitUnknown):
        await open_(books, salt)
    async with books.session() as session:
        await ledger.add_unit(session, "SALT_G", decimals=3)
        await ledger.add_unit(session, "SALT_G", decimals=3)
        await ledger.open_accounts(session, [salt], actor="tester")
    with pytest.raises(ledger.AccountDiffers):
        async with books.session() as session:
            await ledger.add_unit(session, "SALT_G", decimals=2)


async def test_an_account_takes_nothing_outside_its_days(books: Books) -> None:
    await open_(books, NEW)
    with pytest.raises(ledger.AccountUnavailable) as refusal:
        await books.post(moved("gifts", "new", 5, on=TODAY - timedelta(1)))
    assert refusal.value.detail("en") == "new takes nothing on 2026-03-01."
    await books.post(moved("gifts", "new", 5))
    await books.post(moved("new", "world", 5))
    await close(books, "new", days=2)
    await close(books, "new", days=2)
    await books.post(moved("gifts", "new", 5, on=TODAY + timedelta(2)), moved("new", "world", 5))
    with pytest.raises(ledger.AccountUnavailable):
        await books.post(moved("gifts", "new", 5, on=TODAY + timedelta(3)))
    with pytest.raises(ledger.AccountUnavailable):
        async with books.session() as session:
            await ledger.place(session, hold("new", 1))
    assert await books.audit() == ()


async def test_only_an_empty_account_closes_after_its_last_entry_and_once(books: Books) -> None:
    await open_(books, NEW)
    await books.post(moved("gifts", "new", 5, on=TODAY + timedelta(5)))
    with pytest.raises(ledger.AccountInUse):
        await close(books, "new", days=9)
    await books.post(moved("new", "world", 5, on=TODAY + timedelta(6)))
    with pytest.raises(ledger.AccountInUse):
        await close(books, "new", days=5)
    with pytest.raises(ledger.AccountInUse):
        await close(books, "new", days=-1)
    await close(books, "new", days=6)
    with pytest.raises(ledger.AccountInUse):
        await close(books, "new", days=7)
    with pytest.raises(ledger.AccountUnknown):
        await close(books, "nowhere")


async def test_a_held_account_does_not_close(books: Books) -> None:
    rice = (ledger.debit("rice", 1, "RICE_G"), ledger.credit("rice/given", 1, "RICE_G"))
    first = entry(*rice)
    await books.post(first)
    async with books.session() as session:
        held = await ledger.place(session, hold("rice", 1, unit="RICE_G"))
    with pytest.raises(ledger.AccountInUse):
        await close(books, "rice")
    async with books.session() as session:
        await ledger.void(session, held, actor="tester")
    await books.post(ledger.reverse(first, effective_on=TODAY, key="undo", actor="tester", description="Undone"))
    await close(books, "rice")
