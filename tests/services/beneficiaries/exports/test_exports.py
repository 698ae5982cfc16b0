"""Lists as files: what the caller would see page by page, harmless in a spreadsheet, for nobody else."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kit.tables import Limits, Workbook
from tests.conftest import Service
from tests.running import eventually
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.imports.conftest import working

__all__ = ["working"]
EXPORTS = "/v1/beneficiaries/exports"
Key = Callable[[], dict[str, str]]


async def made(http: httpx2.AsyncClient, new_key: Key, **wanted: Any) -> tuple[dict[str, Any], bytes]:
    """Ask for an export, wait for it, and return it with its file."""
    asked = await http.post(EXPORTS, json=wanted, headers=new_key())
    assert asked.status_code == 202, asked.text

    async def look() -> dict[str, Any]:
        found: dict[str, Any] = (await http.get(f"{EXPORTS}/{asked.json()['id']}")).json()
        return found

    export = await eventually(look, lambda found: found["state"] == "done")
    file = await http.get(f"{EXPORTS}/{export['id']}/file")
    assert file.status_code == 200, file.text
    return export, file.content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("working")
async def test_an_export_holds_what_the_list_shows(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    for name in ("Lò Thị Đôi", "Vì Thị Hai"):
        await register(MAI_SON, member(name))
    await register(CHIENG_SUNG)
    listed = (await officer.get(HOUSEHOLDS)).json()["items"]
    export, content = await made(officer, new_key, list="households", format="ndjson")
    assert [json.loads(line) for line in content.splitlines()] == listed
    assert export["rows"] == 2
    _, table = await made(officer, new_key, list="households")
    assert [(row["id"], row["area_code"], row["head_name"]) for row in rows_of(table)] == [
        (one["id"], "04105", one["head_name"]) for one in listed
    ]
    _, found = await made(officer, new_key, list="households", filters={"q": "vi thi"})
    assert [row["head_name"] for row in rows_of(found)] == ["Vì Thị Hai"]


@pytest.mark.usefixtures("working")
async def test_people_go_out_with_masked_numbers(officer: httpx2.AsyncClient, register: Register, new_key: Key) -> None:
    await register(MAI_SON, member(identity_number="014184000123", phone="+84987654321"))
    for kind in ("csv", "xlsx", "ndjson"):
        _, content = await made(officer, new_key, list="people", format=kind)
        if kind == "xlsx":
            with Workbook(io.BytesIO(content), Limits()) as book:
                content = repr([row.cells for row in book.rows(book.sheets[0][1])]).encode()
        assert b"014184000123" not in content
        assert b"84987654321" not in content
        assert b"0141******23" in content


@pytest.mark.usefixtures("working")
async def test_text_that_starts_like_a_formula_is_shown_and_not_computed(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    evil = ["=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(1)"]
    for name in evil:
        await register(MAI_SON, member(), village=name)
    _, content = await made(officer, new_key, list="households")
    assert [row["village"] for row in rows_of(content)] == [f"'{name}" for name in evil]
    _, book = await made(officer, new_key, list="households", format="xlsx")
    with Workbook(io.BytesIO(book), Limits()) as opened:
        rows = list(opened.rows(opened.sheets[0][1]))
    assert all(not row.faults for row in rows)
    at = rows[0].cells.index("village")
    assert [row.cells[at] for row in rows[1:]] == evil


@pytest.mark.usefixtures("working")
async def test_an_export_is_seen_and_fetched_by_who_asked_only(
    registry: Service,
    officer: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    new_key: Key,
) -> None:
    export, _ = await made(officer, new_key, list="households")
    colleague = await registry.signed_in("commune-officer-2:04105")
    for other in (colleague, admin, stranger):
        for path in ("", "/file"):
            answer = await other.get(f"{EXPORTS}/{export['id']}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "export-not-found")
        assert (await other.get(EXPORTS)).json()["items"] == []
    assert [one["id"] for one in (await officer.get(EXPORTS)).json()["items"]] == [export["id"]]


@pytest.mark.usefixtures("working")
async def test_asking_making_and_fetching_are_audited(
    registry: Service, officer: httpx2.AsyncClient, new_key: Key
) -> None:
    export, _ = await made(officer, new_key, list="poverty-statuses", filters={"as_of": "2026-01-01"})
    rows = await registry.sql(
        "select action, actor, subject_id from audit_log where subject_type = 'export' order by id"
    )
    assert [row["action"] for row in rows] == ["export.asked", "export.made", "export.fetched"]
    assert {(row["actor"], str(row["subject_id"])) for row in rows} == {("commune-officer:04105", export["id"])}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"list": "secrets"}, 422, "list-unknown"),
        ({"list": "households", "filters": {"colour": "red"}}, 422, "invalid"),
        ({"list": "households", "filters": {"limit": 5}}, 422, "invalid"),
        ({"list": "households", "filters": {"poverty_status": "rich"}}, 422, "invalid"),
        ({"list": "households", "format": "pdf"}, 422, "invalid"),
    ],
)
async def test_an_export_that_no_list_would_give_is_refused(
    registry: Service, officer: httpx2.AsyncClient, new_key: Key, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await officer.post(EXPORTS, json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await registry.sql("select 1 from exports") == []


async def test_who_may_not_read_a_list_may_not_export_it(registry: Service, new_key: Key) -> None:
    auditor = await registry.signed_in("auditor")
    answer = await auditor.post(EXPORTS, json={"list": "grievances"}, headers=new_key())
    assert answer.status_code == 403
    names = [one["name"] for one in (await auditor.get(f"{EXPORTS}/lists")).json()["items"]]
    assert "households" in names
    assert "grievances" not in names


@pytest.mark.usefixtures("working")
async def test_every_list_can_be_exported_in_every_form(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    await register()
    lists = (await officer.get(f"{EXPORTS}/lists")).json()["items"]
    assert len(lists) >= 8
    for one in lists:
        for kind in ("csv", "xlsx", "ndjson"):
            _, content = await made(officer, new_key, list=one["name"], format=kind)
            if kind == "csv":
                assert content.decode("utf-8-sig").splitlines()[0].split(",") == one["columns"]
