"""Who may call what, derived from the committed contract: nobody gets in by an address that was forgotten."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.conftest import METHODS

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi"
SERVICES = ("beneficiaries", "funds", "loans")
HOUSEHOLD = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"

# What anybody may call without logging in; an address joins this list by a decision, not by an omission.
PUBLIC = {
    "read_exchange_keys",
    "list_areas",
    "read_geography",
    "read_area",
    "list_area_acts",
    "read_area_act",
    "read_area_history",
    "list_villages",
    "read_village",
    "report_difficulty_changes",
    "list_difficulties",
    "list_area_difficulties",
    "read_area_difficulty",
    "list_village_difficulties",
    "read_village_difficulty",
    "read_import_template",
    "receive_event",
    "read_registry_impact",
    "file_grievance",
    "follow_grievance",
    "reopen_grievance",
    "list_grievance_kinds",
    "read_grievance_kind",
    "list_calendar_days",
    "list_poverty_standards",
    "read_poverty_standard",
    "list_poverty_causes",
    "list_public_postings",
    "read_public_posting",
    "verify_certificate",
    "list_campaigns",
    "read_campaign",
    "read_account",
    "list_public_donations",
    "read_payment_code",
    "parse_payment_code",
    "read_fund_impact",
    "verify_receipt",
    "loans_impact",
    "list_programmes",
    "read_programme",
    "quote_loan",
}


def _operations(service: str) -> list[tuple[str, str, dict[str, Any]]]:
    paths = json.loads((_CONTRACT / f"{service}.json").read_text(encoding="utf-8"))["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""), item[method])
        for path, item in paths.items()
        for method in METHODS
        if method in item
    ]


def _is_public(operation: dict[str, Any]) -> bool:
    security = operation.get("security") or []
    return not security or {} in security


def _address(path: str) -> str:
    return "/".join(HOUSEHOLD if part.endswith("_id") else part for part in path.split("/"))


def test_the_public_addresses_are_these_and_no_others() -> None:
    operations = [operation for service in SERVICES for *_, operation in _operations(service)]
    assert {operation["operationId"] for operation in operations if _is_public(operation)} == PUBLIC


@pytest.mark.parametrize("service", SERVICES)
async def test_every_other_address_asks_who_calls_and_refuses_a_token_without_its_scope(
    start: Any, service: str
) -> None:
    running = await start(service)
    nobody = await running.signed_in(None)
    stranger = await running.signed_in(None)
    stranger.headers["Authorization"] = f"Bearer {running.token('auditor', scope='nothing.at.all', roles=[])}"
    tried = 0
    for method, path, operation in _operations(service):
        if _is_public(operation):
            continue
        tried += 1
        headers = {"Idempotency-Key": f"role-matrix-{tried:04}", "If-Match": '"1"'}
        body = {} if method in {"POST", "PATCH", "PUT"} else None
        unknown = await nobody.request(method, _address(path), headers=headers, json=body)
        powerless = await stranger.request(method, _address(path), headers=headers, json=body)
        assert (method, path, unknown.status_code, powerless.status_code) == (method, path, 401, 403)
    assert tried >= 9


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_explains_itself(service: str) -> None:
    for method, path, operation in _operations(service):
        place = f"{method} {path}"
        assert operation.get("summary"), place
        assert len(operation.get("description", "")) > 30, place
        assert operation.get("tags"), place
        assert "_v1_" not in operation["operationId"], place
        refusals = [status for status in operation["responses"] if status >= "400"]
        assert {"429", "500", "503"} <= set(refusals), place
        if "requestBody" in operation:
            for content in operation["requestBody"]["content"].values():
                shown = json.dumps(content)
                assert '"example' in shown or "$ref" in shown, place
