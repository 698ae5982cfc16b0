"""Imports of another commune: not found, not listed, their rows and reports not fetched."""

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.imports.conftest import IMPORTS, Sent, as_csv, person


@pytest.mark.parametrize("path", ["", "/errors", "/refused-rows"])
async def test_another_communes_import_is_not_found(stranger: httpx2.AsyncClient, sent: Sent, path: str) -> None:
    found = await sent(as_csv([person(sex="?")]))
    answer = await stranger.get(f"{IMPORTS}/{found['id']}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "import-not-found")
    assert (await stranger.get(IMPORTS)).json()["items"] == []


async def test_only_the_sender_gets_rows_back(
    registry: Service, admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    found = await sent(as_csv([person(sex="?")]))
    colleague = await registry.signed_in("commune-officer-2:04105")
    for other in (colleague, admin):
        assert (await other.get(f"{IMPORTS}/{found['id']}")).status_code == 200
        answer = await other.get(f"{IMPORTS}/{found['id']}/refused-rows")
        assert (answer.status_code, answer.json()["code"]) == (403, "sender-only")
    assert (await officer.get(f"{IMPORTS}/{found['id']}/refused-rows")).status_code == 200


async def test_the_worker_reaches_no_further_than_the_sender(
    registry: Service, stranger: httpx2.AsyncClient, sent: Sent
) -> None:
    content = as_csv([person(), person("2", area_code="04108")])
    assert (await sent(content))["households"]["accepted"] == 1
    again = await sent(content, by=stranger)
    assert again["households"] == {"read": 2, "accepted": 1, "unchanged": 0, "refused": 1}
    rows = await registry.sql(
        "select a.code, count(*) as n from households h join areas a on a.id = h.area_id group by 1"
    )
    assert {row["code"]: row["n"] for row in rows} == {"04105": 1, "04108": 1}


async def test_tables_of_imports_and_exports_are_forced_under_row_security(registry: Service) -> None:
    names = ["imports", "import_households", "import_rows", "import_errors", "imported_households", "exports"]
    rows = await registry.sql(
        "select relname from pg_class where relname = any($1) and relrowsecurity and relforcerowsecurity", names
    )
    assert {row["relname"] for row in rows} == set(names)


@pytest.mark.parametrize("login", ["treasurer", "auditor", "donor"])
async def test_who_registers_nothing_sends_nothing(registry: Service, login: str) -> None:
    http = await registry.signed_in(login)
    assert (await http.post(IMPORTS, content=as_csv([person()]))).status_code == 403
    assert (await http.get(IMPORTS)).status_code == 403
