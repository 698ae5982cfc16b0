import base64

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit import outbox
from kit.problems import BadCursor
from tests.kit.outbox.database import Place


async def read_all(place: Place, cursor: str | None = None, limit: int = 2) -> tuple[list[str], str]:
    subjects: list[str] = []
    while True:
        async with place.transaction() as session:
            page = await outbox.feed(session, cursor, limit)
        subjects += [event.subject for event in page.events]
        cursor = page.cursor
        if not page.has_more:
            return subjects, cursor


async def write(place: Place, *subjects: str, event_type: str = "funds.gift.given") -> None:
    async with place.transaction() as session:
        for subject in subjects:
            await outbox.add(session, event_type, subject, {})


async def test_pages_follow_one_another_without_gap_or_repeat(place: Place) -> None:
    await write(place, "1", "2", "3")
    await write(place, "4", "5")
    subjects, cursor = await read_all(place)
    assert subjects == ["1", "2", "3", "4", "5"]
    await write(place, "6")
    assert (await read_all(place, cursor))[0] == ["6"]


async def test_a_late_commit_is_never_skipped(place: Place) -> None:
    async with place.transaction() as slow:
        await outbox.add(slow, "funds.gift.given", "slow", {})
        await write(place, "quick")
        before, cursor = await read_all(place)
        assert before == []  # "quick" waits for the older transaction
    after, cursor = await read_all(place, cursor)
    assert after == ["slow", "quick"]
    assert (await read_all(place, cursor))[0] == []


async def test_a_late_commit_ahead_of_a_cursor_already_given_is_read_later(place: Place) -> None:
    await write(place, "first")
    async with place.transaction() as slow:
        await outbox.add(slow, "funds.gift.given", "slow", {})
        await write(place, "quick")
        before, cursor = await read_all(place)
        assert before == ["first"]
    assert (await read_all(place, cursor))[0] == ["slow", "quick"]


async def test_a_rolled_back_transaction_holds_nobody_up(place: Place) -> None:
    async def lost(session: AsyncSession) -> None:
        await outbox.add(session, "funds.gift.given", "lost", {})
        await write(place, "kept")

    await place.undone(lost)
    assert (await read_all(place))[0] == ["kept"]


async def test_a_feed_can_be_narrowed_to_types_and_prefixes(place: Place) -> None:
    await write(place, "1", event_type="loans.loan.disbursed")
    await write(place, "2", event_type="loans.loan.repaid")
    await write(place, "3", event_type="funds.gift.given")
    for types, expected in (
        (["loans.*"], ["1", "2"]),
        (["loans.loan.repaid", "funds.*"], ["2", "3"]),
        (["loan"], []),
        (["loan%"], []),
    ):
        async with place.transaction() as session:
            page = await outbox.feed(session, None, 10, types)
        assert [event.subject for event in page.events] == expected
        assert not page.has_more


async def test_an_empty_page_moves_the_cursor_past_what_was_not_wanted(place: Place) -> None:
    await write(place, "1")
    async with place.transaction() as session:
        page = await outbox.feed(session, None, 10, ["loans.*"])
    assert (await read_all(place, page.cursor))[0] == []


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "\0",
        "AAAA",
        base64.urlsafe_b64encode(b"x" * 23).decode(),
        base64.urlsafe_b64encode(b"x" * 25).decode(),
    ],
)
async def test_a_cursor_that_was_never_given_out_is_refused(place: Place, cursor: str) -> None:
    async with place.transaction() as session:
        with pytest.raises(BadCursor):
            await outbox.feed(session, cursor, 10)


async def test_a_cursor_beyond_every_transaction_reads_nothing(place: Place) -> None:
    await write(place, "1")
    cursor = base64.urlsafe_b64encode(b"\xff" * 24).decode()
    async with place.transaction() as session:
        assert (await outbox.feed(session, cursor, 10)).events == []
