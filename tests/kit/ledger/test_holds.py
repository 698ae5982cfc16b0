from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kit import ledger
from kit.problems import IdempotencyMismatch
from tests.kit.ledger.books import Books, entry, hold, moved

LATER = datetime.now(UTC) + timedelta(days=1)
BEFORE = datetime.now(UTC) - timedelta(seconds=1)


@pytest.fixture
async def funded(books: Books) -> Books:
    await books.post(moved("gifts", "bank", 100))
    return books


async def place(books: Books, amount: int, **more: Any) -> Any:
    async with books.session() as session:
        return await ledger.place(session, hold("bank", amount, **more))


async def free(books: Books) -> int:
    async with books.session() as session:
        return (await ledger.available(session, ["bank"]))["bank"].free


async def left(books: Books, hold_id: Any) -> int | None:
    async with books.session() as session:
        return await ledger.remaining(session, hold_id)


async def test_a_hold_counts_against_what_is_available_not_against_the_balance(funded: Books) -> None:
    await place(funded, 60)
    assert await funded.balance("bank") == 100
    assert await free(funded) == 40
    with pytest.raises(ledger.Overdrawn) as refusal:
        await funded.post(moved("bank", "world", 41))
    assert refusal.value.facts["missing"] == 1
    with pytest.raises(ledger.Overdrawn):
        await place(funded, 41)
    await funded.post(moved("bank", "world", 40))


async def test_a_hold_is_posted_in_parts_and_never_beyond(funded: Books) -> None:
    held = await place(funded, 60)
    await funded.post(moved("bank", "world", 25, hold=held))
    assert await left(funded, held) == 35
    assert await free(funded) == 40
    with pytest.raises(ledger.HoldInsufficient) as refusal:
        await funded.post(moved("bank", "world", 36, hold=held))
    assert refusal.value.facts["remaining"] == 35
    await funded.post(moved("bank", "world", 35, hold=held))
    with pytest.raises(ledger.HoldInsufficient):
        await funded.post(moved("bank", "world", 1, hold=held))
    assert await funded.balance("bank") == 40
    assert await funded.audit() == ()


async def test_posting_a_hold_twice_with_one_key_spends_it_once(funded: Books) -> None:
    held = await place(funded, 60)
    first = moved("bank", "world", 30, hold=held, key="payment")
    again = moved("bank", "world", 30, hold=held, key="payment")
    assert await funded.post(first, again) == [first.id, first.id]
    assert await funded.post(again) == [first.id]
    assert await left(funded, held) == 30
    with pytest.raises(IdempotencyMismatch):
        await funded.post(moved("bank", "world", 30, key="payment"))
    assert await funded.audit() == ()


async def test_an_entry_must_spend_from_the_account_held(funded: Books) -> None:
    await funded.post(moved("gifts", "bank/other", 100))
    held = await place(funded, 60)
    for other in (moved("bank/other", "world", 5, hold=held), moved("gifts", "bank", 5, hold=held)):
        with pytest.raises(ledger.HoldInsufficient):
            await funded.post(other)
    with pytest.raises(ledger.HoldInsufficient):
        await funded.post(moved("bank", "world", 5, hold=uuid4()))


async def test_a_void_lets_go_of_the_rest_once(funded: Books) -> None:
    held = await place(funded, 60)
    await funded.post(moved("bank", "world", 10, hold=held))
    async with funded.session() as session:
        assert await ledger.void(session, held, actor="tester") == 50
    assert await free(funded) == 90
    with pytest.raises(ledger.HoldInsufficient):
        async with funded.session() as session:
            await ledger.void(session, held, actor="tester")
    assert await funded.audit() == ()


async def test_an_expired_hold_holds_nothing_even_before_it_is_written_down(funded: Books) -> None:
    held = await place(funded, 60, expires_at=BEFORE)
    kept = await place(funded, 30, expires_at=LATER)
    assert await free(funded) == 70
    with pytest.raises(ledger.HoldInsufficient) as refusal:
        await funded.post(moved("bank", "world", 10, hold=held))
    assert refusal.value.facts["remaining"] == 0
    async with funded.session() as session:
        assert await ledger.expire(session, actor="tester") == 1
        assert await ledger.expire(session, actor="tester") == 0
    assert (await left(funded, held), await left(funded, kept)) == (0, 30)
    assert await funded.audit() == ()


async def test_a_repeated_key_returns_the_first_hold(funded: Books) -> None:
    first = await place(funded, 60, key="reserve", expires_at=LATER)
    assert await place(funded, 60, key="reserve", expires_at=LATER + timedelta(1)) == first
    assert await free(funded) == 40
    with pytest.raises(IdempotencyMismatch):
        await place(funded, 61, key="reserve")


async def test_a_hold_on_a_credit_account_counts_on_its_side(books: Books) -> None:
    await books.post(entry(ledger.debit("world", 50, "VND"), ledger.credit("purpose", 50, "VND")))
    async with books.session() as session:
        held = await ledger.place(session, hold("purpose", 50))
    spend = (ledger.debit("purpose", 50, "VND"), ledger.credit("world", 50, "VND"))
    with pytest.raises(ledger.Overdrawn):
        await books.post(entry(*spend))
    await books.post(entry(*spend, hold=held))
    assert await books.balance("purpose") == 0
    assert await books.audit() == ()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (hold("world", 1), ledger.AccountHasNoFloor),
        (hold("nowhere", 1), ledger.AccountUnknown),
        (hold("bank", 1, unit="RICE_G"), ledger.UnitDiffers),
        (hold("bank", 1), ledger.Overdrawn),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else "",
)
async def test_a_wrong_hold_is_refused(books: Books, wrong: ledger.Hold, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        async with books.session() as session:
            await ledger.place(session, wrong)


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, ledger.LARGEST + 1])
def test_a_hold_is_a_whole_number_above_zero(amount: Any) -> None:
    with pytest.raises(ledger.AmountRefused):
        hold("bank", amount)


def test_a_moment_of_expiry_has_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        hold("bank", 1, expires_at=LATER.replace(tzinfo=None))
