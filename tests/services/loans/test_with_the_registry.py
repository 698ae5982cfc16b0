"""The two services together, each with its own database: what one says the other takes at its word."""

import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from kit.outbox import Event, envelope
from kit.webhooks import new_secret, sign
from services.loans.programmes.models import programme_id
from tests.conftest import StartService
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, household
from tests.services.loans.conftest import days_ago

SECRET = new_secret()
MILLION = 1_000_000
Key = Callable[[], dict[str, str]]


@pytest.fixture
async def house(start: StartService, new_key: Key) -> Any:
    """The registry, the loans service, and a poor household."""
    registry, loans = await start("beneficiaries", inbox_secrets={"loans": SECRET}), await start("loans")
    admin = await registry.signed_in("district-admin")
    made = await admin.post(HOUSEHOLDS, json=household(MAI_SON, registered_on=days_ago(300)), headers=new_key())
    assert made.status_code == 201, made.text
    body = {"status": "poor", "valid_from": days_ago(300), "decision_number": "1/QĐ-UBND"}
    path = f"{HOUSEHOLDS}/{made.json()['id']}/poverty-statuses"
    assert (await admin.post(path, json=body, headers=new_key())).status_code == 201
    return registry, loans, made.json()["id"]


async def test_a_loan_to_a_poor_household_stands_on_its_page(house: Any, new_key: Key) -> None:
    registry, loans, household_id = house
    officer, second = [await loans.signed_in(login) for login in ("credit-officer", "credit-officer-2")]
    body = {
        "household_id": household_id,
        "programme_id": str(programme_id("poor")),
        "amount": {"amount": 50 * MILLION, "currency": "VND"},
        "term_months": 24,
        "purpose": "Two cows",
        "applied_on": days_ago(20),
    }
    application = await officer.post("/v1/loans/applications", json=body, headers=new_key())
    assert (application.status_code, application.json()["state"]) == (201, "eligible"), application.text
    assert application.json()["area_id"] == MAI_SON
    path = f"/v1/loans/applications/{application.json()['id']}"
    approval = await second.post(f"{path}/approval", json={"on": days_ago(15)}, headers=new_key())
    assert approval.status_code == 201, approval.text
    loan = (await officer.post(f"{path}/disbursement", json={"on": days_ago(12)}, headers=new_key())).json()
    paid = {"on": days_ago(2), "amount": {"amount": MILLION, "currency": "VND"}}
    repaid = await officer.post(f"/v1/loans/loans/{loan['id']}/repayments", json=paid, headers=new_key())
    assert repaid.status_code == 201, repaid.text

    inbox = await registry.signed_in(None)
    for row in await loans.sql("select * from outbox_events order by id"):
        told = orjson.dumps(envelope(Event.of(dict(row))))
        headers = sign([SECRET], str(row["id"]), int(time.time()), told) | {
            "Content-Type": "application/cloudevents+json"
        }
        taken = await inbox.post("/v1/beneficiaries/events", content=told, headers=headers)
        assert taken.status_code < 300, taken.text
    admin = await registry.signed_in("district-admin")
    page = (await admin.get(f"{HOUSEHOLDS}/{household_id}/support")).json()
    assert {(item["source"], item["reference"]) for item in page["items"]} == {
        ("loans", loan["reference"]),
        ("loans", repaid.json()["reference"]),
    }

    impact = await officer.get("/v1/loans/impact", params={"by": "area"})
    assert impact.status_code == 200, impact.text
    here = {row["row"]: row["value"] for row in impact.json()["rows"] if (row["area"] or {}).get("id") == MAI_SON}
    assert (here["loan_turns"], here["loan_households"], here["loans_vnd"]) == (1, 1, 50 * MILLION)


async def test_a_household_that_the_registry_does_not_list_as_poor_is_refused(house: Any, new_key: Key) -> None:
    registry, loans, household_id = house
    officer = await loans.signed_in("credit-officer")
    body = {
        "household_id": household_id,
        "programme_id": str(programme_id("near-poor")),
        "amount": {"amount": MILLION, "currency": "VND"},
        "term_months": 12,
        "purpose": "Seeds",
        "applied_on": days_ago(20),
    }
    answer = await officer.post("/v1/loans/applications", json=body, headers=new_key())
    assert (answer.status_code, answer.json()["refusals"]) == (201, ["status_not_covered"])
    assert registry.name == "beneficiaries"
