"""What happens in one commune changes nothing that another commune's officers can read, whatever address they try."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest
import schemathesis
from schemathesis.generation import GenerationMode

from kit.values.dates import today
from services.beneficiaries.reports.schemas import FORMS
from tests.contracts.calls import Calls, many
from tests.contracts.conftest import login_for
from tests.contracts.fitting import OUTSIDE
from tests.contracts.fitting.changes import change
from tests.contracts.rows import MAP_BEGINS, Rows
from tests.running import Platform

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi" / "beneficiaries.json"
_METHODS = ("get", "post", "put", "patch", "delete")
_OURS, _THEIRS = "04117", "04105"

OPEN: Final = {
    "list_public_postings": "what is posted is for everybody, for as long as it is posted",
    "list_need_kinds": "kinds are the same for all; the row made here brings one with it",
    "list_organisations": "which bodies help is no secret, and none of them is a household",
    "list_assignments": "who helps a commune is no secret; a household's sponsor is, and is looked for below",
    "list_activities": "the same",
    "read_registry_impact": "its totals are public, and no area's own",
}
"""Lists that hold what everybody with the scope may read, and why."""


OF_A_COMMUNE: Final = {
    "attachment_id",
    "change_request_id",
    "consent_id",
    "disability_id",
    "export_id",
    "grievance_id",
    "household_id",
    "import_id",
    "meeting_id",
    "minutes_id",
    "need_id",
    "parentage_id",
    "person_id",
    "request_id",
    "review_id",
}
"""Parameters that name what belongs to one commune's households."""
_CERTIFICATE: Final = "/certificates/{code}"


def _needed(operation: dict[str, Any]) -> set[str]:
    """Return the parameters beside those of the path that have to be given."""
    given = operation.get("parameters", ())
    return {one["name"] for one in given if one.get("required") and one["in"] == "query"}


def _addresses() -> Iterator[Any]:
    """Give every operation on a household, or on what belongs to one, that somebody of a commune may call."""
    for path, item in json.loads(_CONTRACT.read_text(encoding="utf-8"))["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None or operation["operationId"] in OUTSIDE:
                continue
            named = set(re.findall(r"{(\w+)}", path)) | _needed(operation)
            if not named & OF_A_COMMUNE and _CERTIFICATE not in path:
                continue
            login = login_for(operation)
            if login is not None and login.startswith("commune-"):
                yield pytest.param(method.upper(), path, login.replace(_OURS, _THEIRS), id=operation["operationId"])


@pytest.mark.parametrize(("method", "path", "stranger"), list(_addresses()))
def test_a_row_of_another_commune_is_answered_like_one_that_never_was(
    merged: Any,
    platform: Platform,
    rows: Rows,
    token: Callable[[str], str],
    method: str,
    path: str,
    stranger: str,
) -> None:
    calls = Calls(merged[path][method], platform, rows, token, stranger)

    @many(merged[path][method], GenerationMode.POSITIVE, examples=3)
    def hidden(case: schemathesis.Case, chance: int) -> None:
        if case.query:
            case.query.pop("cursor", None)  # a stranger has no page before
        calls.fit(case, made_up=False)
        there = case.call(headers=calls.headers, timeout=30)
        case.path_parameters = {name: str(uuid4()) for name in case.path_parameters or {}}
        for name in OF_A_COMMUNE & set(case.query or {}):
            case.query[name] = str(uuid4())
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = str(uuid4())
        nowhere = case.call(headers=calls.headers, timeout=30)
        assert (there.status_code, _said(there)) == (nowhere.status_code, _said(nowhere)) == (404, _said(nowhere))

    hidden()


def _said(answer: Any) -> dict[str, Any]:
    """Return what a refusal says but for the name of the request."""
    return {name: said for name, said in answer.json().items() if name != "request_id"}


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
        needed = _needed(operation)
        if needed & OF_A_COMMUNE:
            continue  # a list of what belongs to one row, which is looked for above
        for number in FORMS if "{number}" in path else (0,):
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
    assert answer.status_code == 200, answer.text
    if path.endswith("/xlsx"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/")}
    told = answer.json()
    told.pop("known_at", None)  # the moment of asking
    return told


def _happenings(rows: Rows) -> list[str]:
    """Let things happen in a household of our commune, and return what they are known by."""
    household = rows.poor_household()
    proposed, grievance, need, death, review, file = (
        change(rows),
        rows.grievance(),
        rows.need(),
        rows.death(),
        rows.review("form"),
        rows.upload(),
    )
    people = [member["person_id"] for member in household["members"]]
    ids = [row["id"] for row in (household, grievance, need, file, proposed)]
    return [*ids, household["code"], grievance["code"], *death.values(), *review.values(), *people]


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
    happened = _happenings(rows)
    after = _told(platform, token, path, reader, needed)
    if operation in OPEN:
        assert not [name for name in happened if name in json.dumps(after)]
    else:
        assert after == before
