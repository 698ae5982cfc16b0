import asyncio
from typing import Any

from kit.jobs import service_worker
from migrations import runner
from services.loans import worker
from services.loans.applications.waiting import Waiting
from services.loans.errors import ALL
from services.loans.settings import MIGRATION_HEAD
from tests.services.loans.applications.test_applications import applied


def test_the_code_knows_its_newest_migration() -> None:
    assert runner.head("loans") == MIGRATION_HEAD


async def test_migrations_go_down_and_up_again_step_by_step(bank: Any) -> None:
    url = bank.service.owner_url
    before = await bank.service.sql("select code from programmes order by code")
    steps = runner.revisions("loans")
    for target in [*reversed(steps[:-1]), "base"]:
        await runner.run("loans", url, target, down=True)
    left = await bank.service.sql(
        "select relname from pg_class join pg_namespace n on n.oid = relnamespace"
        " where nspname = 'public' and relkind in ('r', 'v', 'S') and relname not like 'alembic%'"
    )
    assert left == []
    for target in steps:
        await runner.run("loans", url, target)
    assert await bank.service.sql("select code from programmes order by code") == before


async def test_it_is_ready_at_its_migration(bank: Any) -> None:
    http = await bank.as_(None)
    assert (await http.get("/readyz")).json()["ready"] is True


async def test_every_operation_says_what_it_does_and_how_it_refuses(bank: Any) -> None:
    contract = (await (await bank.as_(None)).get("/openapi.json")).json()
    names: list[str] = []
    for path, operations in contract["paths"].items():
        assert path.startswith("/v1/loans/")
        for operation in operations.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert len(operation["description"]) > 40
            assert operation["tags"]
            assert "500" in operation["responses"]
    assert len(names) == len(set(names))
    assert {kind.slug() for kind in ALL} <= set(contract["x-problems"])
    for described in contract["x-problems"].values():
        assert set(described["title"]) == {"vi", "en", "fr"}


async def test_the_worker_verifies_what_waited_once_the_registry_is_back(bank: Any) -> None:
    bank.cut()
    made = await applied(bank, bank.registry.household("poor"))
    state = bank.service.app.state
    waiting = Waiting(state.database, state.household_registry, state.vault)
    stop = asyncio.Event()
    working = asyncio.create_task(
        service_worker.work(
            "loans", state.settings, stop, worker.handlers(waiting), worker.periodic(waiting, state.database)
        )
    )
    try:
        bank.mend()
        await bank.until(f"/applications/{made['id']}", state="eligible")
    finally:
        stop.set()
        await working


async def test_an_address_names_all_its_methods(bank: Any) -> None:
    http = await bank.as_(None)
    for path, methods in (("/v1/loans/applications", "GET, POST"), ("/v1/loans/quotes", "POST")):
        answer = await http.request("PUT", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_the_headers_that_a_write_needs_are_told_as_needed(bank: Any) -> None:
    contract = (await (await bank.as_(None)).get("/openapi.json")).json()
    parameters = contract["paths"]["/v1/loans/applications"]["post"]["parameters"]
    assert [parameter["required"] for parameter in parameters if parameter["name"] == "Idempotency-Key"] == [True]
