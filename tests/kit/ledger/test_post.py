from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from kit import ledger
from kit.problems import IdempotencyMismatch
from tests.kit.ledger.books import TODAY, Books, entry, moved


async def test_an_entry_shows_on_both_accounts_on_their_normal_side(books: Books) -> None:
    await books.post(moved("gifts", "bank", 150_000))
    assert await books.balance("bank") == 150_000
    assert await books.balance("gifts") == 150_000


async def test_an_entry_may_carry_several_units_each_in_balance(books: Books) -> None:
    await books.post(
        entry(
            ledger.debit("bank", 5, "VND"),
            ledger.credit("gifts", 5, "VND"),
            ledger.debit("rice", 15_000, "RICE_G"),
            ledger.credit("rice/given", 15_000, "RICE_G"),
        )
    )
    async with books.session() as session:
        found = await ledger.balances(session, ["bank", "rice", "rice/given"])
    assert found == {"bank": 5, "rice": 15_000, "rice/given": 15_000}


async def test_a_repeated_key_returns_the_first_entry_and_counts_once(books: Books) -> None:
    first = moved("gifts", "bank", 100, key="donation:1")
    again = moved("gifts", "bank", 100, key="donation:1")
    (kept,) = await books.post(first)
    assert kept == first.id
    assert await books.post(again) == [first.id]
    assert await books.post(replace(first, actor="somebody else")) == [first.id]
    assert await books.balance("bank") == 100


async def test_a_batch_may_hold_the_same_entry_twice_and_entries_posted_before(books: Books) -> None:
    old = moved("gifts", "bank", 1)
    await books.post(old)
    new = moved("gifts", "bank", 10, key="twice")
    same = replace(new, id=uuid4())
    assert await books.post(new, old, same) == [new.id, old.id, new.id]
    assert await books.balance("bank") == 11


@pytest.mark.parametrize(
    "other",
    [
        {"effective_on": TODAY + timedelta(1)},
        {"description": "Something else"},
        {"source": "elsewhere"},
        {"postings": ledger.transfer("gifts", "bank", 101, "VND")},
        {"postings": ledger.transfer("gifts", "world", 100, "VND")},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_a_key_used_with_another_body_is_refused(books: Books, other: dict[str, object]) -> None:
    first = moved("gifts", "bank", 100)
    await books.post(first)
    changed = replace(first, id=uuid4(), **other)  # type: ignore[arg-type]
    with pytest.raises(IdempotencyMismatch):
        await books.post(changed)
    assert await books.balance("bank") == 100


async def test_an_id_is_used_once(books: Books) -> None:
    first = moved("gifts", "bank", 100)
    await books.post(first)
    with pytest.raises(ledger.EntryExists):
        await books.post(replace(first, key="another"))


async def test_an_account_with_a_floor_cannot_be_overdrawn_and_nothing_changes(books: Books) -> None:
    await books.post(moved("gifts", "bank", 100))
    with pytest.raises(ledger.Overdrawn) as refusal:
        await books.post(moved("gifts", "bank", 50), moved("bank", "world", 151))
    assert refusal.value.detail("en") == "bank is short of 1 VND."
    assert await books.balance("bank") == 100
    await books.post(moved("bank", "world", 100))
    assert await books.balance("bank") == 0


async def test_a_credit_account_has_its_floor_on_its_own_side(books: Books) -> None:
    await books.post(entry(ledger.debit("world", 70, "VND"), ledger.credit("purpose", 70, "VND")))
    assert await books.balance("purpose") == 70
    with pytest.raises(ledger.Overdrawn):
        await books.post(entry(ledger.debit("purpose", 71, "VND"), ledger.credit("world", 71, "VND")))
    await books.post(entry(ledger.debit("purpose", 70, "VND"), ledger.credit("world", 70, "VND")))


async def test_a_batch_is_judged_by_its_net(books: Books) -> None:
    await books.post(moved("bank", "world", 80), moved("gifts", "bank", 80))
    assert await books.balance("bank") == 0


async def test_balances_beyond_64_bits_stay_exact(books: Books) -> None:
    await books.post(*(moved("gifts", "bank", ledger.LARGEST) for _ in range(3)))
    assert await books.balance("bank") == 3 * ledger.LARGEST
    await books.roll_up()
    assert await books.balance("bank") == 3 * ledger.LARGEST
    with pytest.raises(ledger.Overdrawn):
        await books.post(*(moved("bank", "world", ledger.LARGEST) for _ in range(4)))
    assert await books.audit() == ()


async def test_an_unknown_account_is_named(books: Books) -> None:
    with pytest.raises(ledger.AccountUnknown) as refusal:
        await books.post(moved("gifts", "nowhere", 1))
    assert refusal.value.detail("en") == "There is no account nowhere."


async def test_an_account_takes_its_own_unit_only(books: Books) -> None:
    with pytest.raises(ledger.UnitDiffers) as refusal:
        await books.post(entry(*ledger.transfer("gifts", "rice", 1, "VND")))
    assert refusal.value.detail("en") == "rice is kept in RICE_G, not in VND."


async def test_a_refusal_inside_a_savepoint_leaves_the_transaction_usable(books: Books) -> None:
    async with books.session() as session:
        await ledger.post(session, moved("gifts", "bank", 5))
        with pytest.raises(ledger.Overdrawn):
            async with session.begin_nested():
                await ledger.post(session, moved("bank", "world", 6))
        await ledger.post(session, moved("bank", "world", 5))
    assert await books.balance("bank") == 0
    assert await books.audit() == ()


async def test_an_empty_batch_is_nothing(books: Books) -> None:
    assert await books.post() == []
