"""What the registry promises in its documents, and the schema it stands on."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx2
import pytest

from migrations import runner
from services.beneficiaries.errors import ALL
from services.beneficiaries.settings import MIGRATION_HEAD
from tests.conftest import Databases, Service


@pytest.fixture
async def contract(registry: Service) -> dict[str, Any]:
    public: httpx2.AsyncClient = await registry.signed_in(None)
    found: dict[str, Any] = (await public.get("/openapi.json")).json()
    return found


def operations(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in contract["paths"].values():
        yield from path.values()


async def test_every_operation_tells_a_stranger_what_it_does(contract: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(contract)]
    assert len(set(ids)) == len(ids) >= 15
    for operation in operations(contract):
        assert operation["summary"]
        assert len(operation["description"]) > 60, operation["operationId"]
        assert operation["tags"]


async def test_every_refusal_has_three_languages_and_a_page(contract: dict[str, Any]) -> None:
    for kind in ALL:
        told = contract["x-problems"][kind.slug()]
        assert set(told["title"]) == {"en", "vi", "fr"}
        assert len(set(told["title"].values())) == 3
    slugs = [kind.slug() for kind in ALL]
    assert slugs == sorted(slugs)


async def test_the_examples_of_the_documents_work_on_a_fresh_system(
    registry: Service, contract: dict[str, Any], new_key: Any
) -> None:
    schemas = contract["components"]["schemas"]
    admin = await registry.signed_in("district-admin")
    made = await admin.post(
        "/v1/beneficiaries/households", json=schemas["HouseholdIn"]["examples"][0], headers=new_key()
    )
    assert made.status_code == 201, made.text
    address = f"/v1/beneficiaries/households/{made.json()['id']}"
    change = await admin.patch(address, json=schemas["HouseholdChange"]["examples"][0], headers={"If-Match": '"1"'})
    assert change.status_code == 200, change.text
    decision = await admin.post(
        f"{address}/poverty-statuses", json=schemas["DecisionIn"]["examples"][0], headers=new_key()
    )
    assert decision.status_code == 201, decision.text
    reason = await admin.post(f"{address}/unmaskings", json=schemas["UnmaskingIn"]["examples"][0])
    assert reason.status_code == 200, reason.text
    funds = await registry.signed_in("service:funds")
    found = await funds.post("/v1/beneficiaries/households/lookup", json=schemas["LookupIn"]["examples"][0])
    assert found.status_code == 200, found.text
    [area] = schemas["Area"]["examples"]
    public = await registry.signed_in(None)
    assert (await public.get(f"/v1/beneficiaries/areas/{area['id']}")).json()["name"] == area["name"]


async def test_the_service_is_ready_at_the_newest_migration(registry: Service) -> None:
    assert runner.head("beneficiaries") == MIGRATION_HEAD
    public = await registry.signed_in(None)
    assert (await public.get("/readyz")).status_code == 200


async def shape(url: str) -> list[tuple[Any, ...]]:
    """Return every table's columns, constraints, indexes and policies."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select 'column', table_name::text, column_name::text, data_type::text from information_schema.columns"
            " where table_schema = 'public' and table_name <> 'alembic_version'"
            " union all select 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)"
            "  from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0"
            "  and conrelid::regclass::text <> 'alembic_version'"
            " union all select 'index', tablename::text, indexname::text, indexdef from pg_indexes"
            "  where schemaname = 'public' and tablename <> 'alembic_version'"
            " union all select 'policy', tablename::text, policyname::text, coalesce(qual, '') || coalesce(with_check, '')"
            "  from pg_policies"
            " union all select 'function', p.oid::regprocedure::text, prosrc, '' from pg_proc p"
            "  join pg_roles r on r.oid = p.proowner where r.rolname = 'beneficiaries_owner'"
            " order by 1, 2, 3, 4"
        )
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def test_every_step_of_the_schema_goes_up_down_and_up_again(databases: Databases) -> None:
    name = await databases.copy("beneficiaries")
    url = databases.url(name, "beneficiaries_owner")
    try:
        whole = await shape(url)
        steps = runner.revisions("beneficiaries")
        await runner.run("beneficiaries", url, "base", down=True)
        assert await shape(url) == []
        for step in steps:
            await runner.run("beneficiaries", url, step)
            up = await shape(url)
            await runner.run("beneficiaries", url, "-1", down=True)
            await runner.run("beneficiaries", url, step)
            assert await shape(url) == up
        assert await shape(url) == whole
    finally:
        await databases.drop(name)
