"""What happens in one commune changes nothing that another commune's officers can read, whatever address they try."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from kit.values.dates import today
from tests.contracts.conftest import login_for
from tests.contracts.rows import MAP_BEGINS, Rows
from tests.running import Platform

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi" / "beneficiaries.json"
_OURS, _THEIRS = "04117", "04105"
_REPORTS = 15

OPEN: Final = {
    "list_public_postings": "what is posted is for everybody, for as long as it is posted",
    "list_need_kinds": "kinds are the same for all; the row made here brings one with it",
    "list_organisations": "which bodies help is no secret, and none of them is a household",
    "list_assignments": "who helps a commune is no secret; a household's sponsor is, and is looked for below",
    "list_activities": "the same",
}
"""Lists that hold what everybody with the scope may read, and why."""


def _lists() -> Iterator[Any]:
    """Give every list and report that somebody of a commune may read."""
    for path, item in json.loads(_CONTRACT.read_text(encoding="utf-8"))["paths"].items():
        operation = item.get("get")
        if operation is None or ("{" in path and "{number}" not in path):
            continue
        login = login_for(operation)
        if login is None or not login.startswith("commune-"):
            continue
        reader = login.replace(_OURS, _THEIRS)
        needed = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter.get("required")}
        for number in range(1, _REPORTS + 1) if "{number}" in path else (0,):
            yield pytest.param(operation["operationId"], path.replace("{number}", str(number)), reader, needed)


def _told(platform: Platform, token: Callable[[str], str], path: str, reader: str, needed: set[str]) -> Any:
    period = {"from": str(MAP_BEGINS.year), "to": str(today().year)} if "poverty-reports" in path else {}
    query = {"from": str(MAP_BEGINS), "to": str(today()), **period}
    answer = httpx2.get(
        f"{platform.gateway}{path}",
        params={name: value for name, value in query.items() if name in needed},
        headers={"Authorization": f"Bearer {token(reader)}"},
        timeout=30,
        trust_env=False,
    )
    return answer.status_code, answer.content if "xlsx" in path else answer.json()


def _happenings(rows: Rows) -> list[str]:
    """Let things happen in a household of our commune, and return what they are known by."""
    household = rows.poor_household()
    grievance, need = rows.grievance(), rows.need()
    people = [member["person_id"] for member in household["members"]]
    return [household["id"], household["code"], grievance["id"], grievance["code"], need["id"], *people]


@pytest.mark.parametrize(("operation", "path", "reader", "needed"), list(_lists()))
def test_no_list_or_report_tells_another_commune_what_happened_here(
    platform: Platform,
    rows: Rows,
    token: Callable[[str], str],
    operation: str,
    path: str,
    reader: str,
    needed: set[str],
) -> None:
    before = _told(platform, token, path, reader, needed)
    assert before[0] == 200, before
    happened = _happenings(rows)
    after = _told(platform, token, path, reader, needed)
    if operation in OPEN:
        assert not [name for name in happened if name in json.dumps(after[1])]
    else:
        assert after == before
