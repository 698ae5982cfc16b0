from dataclasses import replace
from datetime import timedelta

import pytest

from kit import ledger
from tests.kit.ledger.books import TODAY, Books, moved


def reversed_(entry: ledger.Entry, key: str = "undo", days: int = 0) -> ledger.Entry:
    return ledger.reverse(
        entry, effective_on=entry.effective_on + timedelta(days), key=key, actor="tester", description="Undone"
    )


async def test_a_reversal_takes_everything_back(books: Books) -> None:
    gift = moved("gifts", "bank", 100)
    await books.post(gift)
    await books.post(reversed_(gift, days=3))
    assert await books.balance("bank") == 0
    assert await books.balance("bank", on=TODAY + timedelta(2)) == 100
    assert await books.audit() == ()


async def test_an_entry_is_reversed_once(books: Books) -> None:
    gift = moved("gifts", "bank", 100)
    await books.post(gift)
    await books.post(reversed_(gift))
    with pytest.raises(ledger.AlreadyReversed):
        await books.post(reversed_(gift, key="undo again"))
    assert await books.post(reversed_(gift))  # the same request again is the same reversal
    assert await books.balance("bank") == 0


async def test_a_reversal_may_be_reversed(books: Books) -> None:
    gift = moved("gifts", "bank", 100)
    undone = reversed_(gift)
    await books.post(gift, undone, reversed_(undone, key="redo"))
    assert await books.balance("bank") == 100
    assert await books.audit() == ()


async def test_what_has_been_spent_cannot_be_reversed(books: Books) -> None:
    gift = moved("gifts", "bank", 100)
    await books.post(gift, moved("bank", "world", 60))
    with pytest.raises(ledger.Overdrawn):
        await books.post(reversed_(gift))


@pytest.mark.parametrize(
    "change",
    [
        {"postings": ledger.transfer("bank", "gifts", 99, "VND")},
        {"postings": ledger.transfer("bank", "world", 100, "VND")},
        {"postings": ledger.transfer("gifts", "bank", 100, "VND")},
        {"effective_on": TODAY - timedelta(1)},
    ],
    ids=["less", "elsewhere", "twice over", "earlier"],
)
async def test_a_reversal_mirrors_exactly(books: Books, change: dict[str, object]) -> None:
    gift = moved("gifts", "bank", 100)
    await books.post(gift, moved("gifts", "bank", 1000))
    with pytest.raises(ledger.ReversalDiffers):
        await books.post(replace(reversed_(gift), **change))  # type: ignore[arg-type]


async def test_an_entry_that_does_not_exist_cannot_be_reversed(books: Books) -> None:
    with pytest.raises((ledger.EntryUnknown, ledger.ReversalDiffers)):
        await books.post(reversed_(moved("gifts", "bank", 100)))


async def test_an_entry_read_back_can_be_reversed(books: Books) -> None:
    gift = moved("gifts", "bank", 100)
    await books.post(gift)
    async with books.session() as session:
        loaded = await ledger.load(session, gift.id)
        assert loaded == gift
        await ledger.post(session, reversed_(loaded))
        with pytest.raises(ledger.EntryUnknown):
            await ledger.load(session, reversed_(gift).id)
    assert await books.balance("gifts") == 0
