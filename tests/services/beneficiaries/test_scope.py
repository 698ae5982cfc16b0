"""Rows of another commune: not found, not listed, not written, by any route or by SQL of the runtime role."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import (
    CHIENG_SUNG,
    CO_NOI,
    HAT_LOT_TOWNSHIP,
    HOUSEHOLDS,
    MAI_SON,
    Register,
    household,
    member,
)

Key = Callable[[], dict[str, str]]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"village": "Bản Khác"}),
        ("GET", "/support", None),
        ("GET", "/poverty-status", None),
        ("GET", "/poverty-statuses", None),
        ("POST", "/poverty-statuses", {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1"}),
    ],
)
async def test_another_communes_household_is_not_found(
    registry: Service,
    stranger: httpx2.AsyncClient,
    register: Register,
    new_key: Key,
    method: str,
    path: str,
    body: dict[str, Any] | None,
) -> None:
    home = await register()
    headers = {"If-Match": '"1"', **new_key()}
    answer = await stranger.request(method, f"{HOUSEHOLDS}/{home['id']}{path}", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "household-not-found")
    [row] = await registry.sql("select version, village from households")
    assert (row["version"], row["village"]) == (1, "Bản Mé")
    assert await registry.sql("select 1 from poverty_statuses") == []


async def test_lists_and_search_hold_only_the_callers_households(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, admin: httpx2.AsyncClient, register: Register
) -> None:
    ours, theirs = await register(MAI_SON), await register(CHIENG_SUNG)

    async def ids(client: httpx2.AsyncClient, **asked: str) -> list[str]:
        return [one["id"] for one in (await client.get(HOUSEHOLDS, params=asked)).json()["items"]]

    for asked in ({}, {"q": "lo thi doi"}, {"poverty_status": "none"}, {"q": "doi", "poverty_status": "none"}):
        assert await ids(officer, **asked) == [ours["id"]]
        assert await ids(stranger, **asked) == [theirs["id"]]
        assert await ids(admin, **asked) == [ours["id"], theirs["id"]]
    assert await ids(officer, area="04108") == []
    assert await ids(officer, area_id=CHIENG_SUNG, q="lo") == []


async def test_an_officer_answers_for_the_units_the_commune_was_made_from(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    old = [await register(unit, registered_on="2023-01-01") for unit in (CO_NOI, HAT_LOT_TOWNSHIP)]
    for home in old:
        assert (await officer.get(f"{HOUSEHOLDS}/{home['id']}")).status_code == 200
        assert (await stranger.get(f"{HOUSEHOLDS}/{home['id']}")).status_code == 404
    listed = (await officer.get(HOUSEHOLDS, params={"area": "04105"})).json()["items"]
    assert {one["id"] for one in listed} == {home["id"] for home in old}
    made = await officer.post(HOUSEHOLDS, json=household(CO_NOI, registered_on="2024-01-01"), headers=new_key())
    assert made.status_code == 201


async def test_nobody_registers_in_anothers_area(registry: Service, stranger: httpx2.AsyncClient, new_key: Key) -> None:
    answer = await stranger.post(HOUSEHOLDS, json=household(MAI_SON), headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "area-not-found")
    assert await registry.sql("select 1 from households") == []


async def test_nobody_takes_a_person_out_of_anothers_area(stranger: httpx2.AsyncClient, register: Register) -> None:
    theirs = await register(MAI_SON)
    ours = await register(CHIENG_SUNG)
    person = theirs["members"][0]["person_id"]
    join = {"members": {"join": [{"person_id": person, "relation": "sibling"}]}}
    answer = await stranger.patch(f"{HOUSEHOLDS}/{ours['id']}", json=join, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (404, "person-not-found")


@pytest.mark.parametrize("login", ["treasurer", "donor", "partner-bank:vbsp", "credit-officer"])
async def test_who_has_no_business_with_households_sees_none(registry: Service, register: Register, login: str) -> None:
    home = await register()
    token = registry.token(login)
    if login.startswith("partner-bank"):
        token = registry.token(login, cnf=None)
    client = await registry.signed_in(None)
    answer = await client.get(f"{HOUSEHOLDS}/{home['id']}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert (await client.get(f"{HOUSEHOLDS}/{home['id']}")).status_code == 401


async def test_a_scope_without_reach_reaches_no_row(registry: Service, register: Register) -> None:
    home = await register()
    token = registry.token("treasurer", scope="beneficiaries.read beneficiaries.write")
    client = await registry.signed_in(None)
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.get(f"{HOUSEHOLDS}/{home['id']}", headers=headers)).status_code == 404
    assert (await client.get(HOUSEHOLDS, headers=headers)).json()["items"] == []


TABLES = (
    "households",
    "people",
    "memberships",
    "household_places",
    "dwellings",
    "household_acts",
    "poverty_statuses",
    "support_items",
    "payment_channels",
    "disabilities",
    "subject_requests",
    "person_restrictions",
    "exchange_consents",
    "dci_partners",
    "dci_transactions",
    "dci_subscriptions",
    "dci_notices",
)


async def as_runtime(registry: Service, statement: str, *values: Any, area: str | None = None) -> Any:
    """Run a statement as the runtime role itself, under the scope of an area or under none."""
    connection = await asyncpg.connect(registry.runtime_url)
    try:
        async with connection.transaction():
            if area is not None:
                await connection.execute(
                    "select set_config('app.reach', 'area', true), set_config('app.area', $1, true)", area
                )
            return await connection.fetch(statement, *values)
    finally:
        await connection.close()


@pytest.mark.parametrize("area", [None, "04108", "", "99999"])
async def test_the_runtime_role_sees_no_row_out_of_scope(
    registry: Service, officer: httpx2.AsyncClient, register: Register, new_key: Key, area: str | None
) -> None:
    home = await register(MAI_SON)
    body = {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1"}
    await officer.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
    for table in TABLES:
        assert await as_runtime(registry, f"select 1 from {table}", area=area) == []
    named = "select * from households_named('% lo%', null, null, current_date, null, 100)"
    assert await as_runtime(registry, named, area=area) == []
    assert len(await as_runtime(registry, named, area="04105")) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_runtime(registry, "select * from household_search", area="04105")


async def test_the_runtime_role_writes_no_row_out_of_scope(registry: Service, register: Register) -> None:
    await register(CHIENG_SUNG)
    insert = (
        "insert into households (id, code, area_id, village, registered_on, names, version)"
        " values ($1, 'HH-X', $2, 'x', current_date, '', 1)"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await as_runtime(registry, insert, new_id(), MAI_SON, area="04108")
    [row] = await registry.sql("select id from households")
    status = (
        "insert into poverty_statuses (id, household_id, status, valid_from, standard, decision_number, decided_by,"
        " recorded_from) values ($1, $2, 'poor', current_date, 'decree-07-2021', 'x', 'x', now())"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await as_runtime(registry, status, new_id(), row["id"], area="04105")
    for forbidden in (
        "delete from households",
        "update households set area_id = area_id",
        "update poverty_statuses set status = 'none'",
        "delete from audit_log",
        "alter table households disable row level security",
        "update areas set name = 'x'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_runtime(registry, forbidden, area="04108")


async def test_every_table_with_peoples_rows_is_forced_under_row_security(registry: Service) -> None:
    rows = await registry.sql(
        "select relname from pg_class where relname = any($1) and relrowsecurity and relforcerowsecurity", TABLES
    )
    assert {row["relname"] for row in rows} == set(TABLES)


async def test_a_child_stands_in_one_household_whoever_writes(registry: Service, register: Register) -> None:
    home = await register(MAI_SON, member(), member("Cà Văn Minh", "child", "2012-05-20"))
    other = await register(MAI_SON, member("Vì Thị Hai"))
    child = home["members"][1]["person_id"]
    with pytest.raises(asyncpg.ExclusionViolationError):
        await registry.sql(
            "insert into memberships (id, household_id, person_id, relation, joined_on)"
            " values ($1, $2, $3, 'child', current_date)",
            new_id(),
            other["id"],
            child,
        )
