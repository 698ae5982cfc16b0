from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit import outbox
from tests.kit.outbox.database import Place, engine_of, installed, removed


async def test_an_event_leaves_only_with_its_transaction(place: Place) -> None:
    await place.undone(lambda session: outbox.add(session, "funds.donation.recorded", "d-1", {}))
    async with place.transaction() as session:
        kept = await outbox.add(session, "funds.donation.recorded", "d-2", {})
    assert [row["id"] for row in await place.sql("select id from outbox_events")] == [kept]


async def test_identities_and_dates_in_data_travel_as_text(place: Place) -> None:
    made_here = uuid4()
    (row,) = await place.sql("select gen_random_uuid() as id")
    household = row["id"]  # the driver's own kind
    async with place.transaction() as session:
        await outbox.add(
            session,
            "funds.support.given",
            "s-1",
            {"person": made_here, "household": household, "on": datetime(2026, 1, 2, tzinfo=UTC).date()},
        )
        page = await outbox.feed(session, None, 10)
    assert page.events == []  # its own transaction is still running
    async with place.transaction() as session:
        page = await outbox.feed(session, None, 10)
    assert page.events[0].data == {"person": str(made_here), "household": str(household), "on": "2026-01-02"}


async def test_many_events_of_one_type_are_written_as_one_each(place: Place) -> None:
    async with place.transaction() as session:
        await outbox.add_all(session, "support.given", [("1", {"n": 1}), ("2", {"n": 2})], scope={"area": "04105"})
        await outbox.add_all(session, "support.given", [])
    async with place.transaction("area", area="04105") as session:
        page = await outbox.feed(session, None, 10)
    assert [(event.subject, event.data, event.type) for event in page.events] == [
        ("1", {"n": 1}, "support.given"),
        ("2", {"n": 2}, "support.given"),
    ]


def test_an_event_is_rendered_as_cloudevents() -> None:
    event = outbox.Event(
        id=UUID("0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"),
        type="loans.loan.disbursed",
        source="/v1/loans",
        subject="l-1",
        data={"amount": 150000},
        occurred_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    )
    assert outbox.envelope(event) == {
        "specversion": "1.0",
        "id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11",
        "source": "/v1/loans",
        "type": "loans.loan.disbursed",
        "subject": "l-1",
        "time": "2026-03-04T05:06:07Z",
        "datacontenttype": "application/json",
        "data": {"amount": 150000},
    }
    assert outbox.envelope(event, "https://example.org/v1/loans")["source"] == "https://example.org/v1/loans"


@pytest.mark.parametrize("statement", ["update outbox_events set type = 'x'", "delete from outbox_events"])
async def test_the_service_can_neither_change_nor_delete_an_event(place: Place, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with place.transaction() as session:
            await session.execute(text(statement))


async def test_an_event_comes_from_the_service_whose_database_it_is(place: Place) -> None:
    async with place.transaction() as session:
        await outbox.add(session, "a.b", "s", {})
    assert [row["source"] for row in await place.sql("select source from outbox_events")] == ["/v1/parts"]


async def test_a_bank_sees_its_own_events_only(place: Place) -> None:
    async with place.transaction("bank", bank="agribank") as session:
        await outbox.add(session, "loans.loan.disbursed", "1", {}, scope={"bank": "agribank"})
        await outbox.add(session, "loans.loan.disbursed", "2", {}, scope={"bank": "vbsp", "area": "04105"})
        await outbox.add(session, "loans.loan.disbursed", "3", {})

    async def seen(reach: str, bank: str = "", area: str = "") -> list[str]:
        async with place.transaction(reach, bank, area) as session:
            return [event.subject for event in (await outbox.feed(session, None, 10)).events]

    assert await seen("all") == ["1", "2", "3"]
    assert await seen("bank", bank="agribank") == ["1"]
    assert await seen("bank", bank="vbsp") == ["2"]
    assert await seen("area", area="04105") == ["2"]
    assert await seen("bank") == await seen("own", "agribank") == await seen("none") == await seen("") == []


async def test_the_parts_come_off_and_go_on_again(place: Place) -> None:
    engine = engine_of(place.owner_url)
    async with engine.begin() as connection:
        await connection.run_sync(removed)
        left = await connection.scalar(
            text("select count(*) from pg_class where relnamespace = 'public'::regnamespace")
        )
        types = await connection.scalar(
            text("select count(*) from pg_type where typtype = 'e' and typnamespace = 'public'::regnamespace")
        )
        functions = await connection.scalar(
            text("select count(*) from pg_proc where pronamespace = 'public'::regnamespace")
        )
        assert (left, types, functions) == (0, 0, 0)
        await connection.run_sync(installed)
    await engine.dispose()
