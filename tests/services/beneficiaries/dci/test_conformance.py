"""What a conformance suite of SP-DCI 1.0.0 expects of each address, and the examples of the documents, on a fresh system."""

import copy
from typing import Any

import httpx2
import pytest
from jsonschema_rs import Draft202012Validator

from services.beneficiaries.dci import examples
from tests.conftest import Service
from tests.services.beneficiaries.dci.conftest import DCI, Recorded, envelope, now, search, uin

_STATUS = {
    "reference_id": "r",
    "txn_type": "search",
    "attribute_type": "transaction_id",
    "attribute_value": "tx-unknown",
}
_SUBSCRIBE = {
    "reference_id": "r",
    "timestamp": "",
    "subscribe_criteria": {
        "reg_event_type": "REGISTER",
        "filter": {"type": "UIN", "value": "TEST-001"},
        "notify_record_type": "Member",
    },
}
_NOTICE = {"reference_id": "r", "timestamp": "", "data": {"reg_record_type": "Member", "reg_records": {}}}


def messages() -> dict[str, dict[str, Any]]:
    """Return a message that is taken for each address, as a partner of another country might send it."""
    unsubscribe = {"transaction_id": "tx", "timestamp": now(), "subscription_codes": ["sub-test-001"]}
    return {
        "sync/search": search(uin("TEST-001")),
        "search": search(uin("TEST-001")),
        "sync/txn/status": envelope("txn-status", {"transaction_id": "tx", "txnstatus_request": _STATUS}),
        "txn/status": envelope("txn-status", {"transaction_id": "tx", "txnstatus_request": _STATUS}),
        "subscribe": envelope(
            "subscribe", {"transaction_id": "tx", "subscribe_request": [_SUBSCRIBE | {"timestamp": now()}]}
        ),
        "unsubscribe": envelope("unsubscribe", unsubscribe),
        "notify": envelope(
            "notify", {"transaction_id": "tx", "notify_event": [_NOTICE | {"timestamp": now()}]}, status="succ"
        ),
    }


@pytest.fixture
async def partner_with_address(registry: Service, record_partner: Recorded) -> httpx2.AsyncClient:
    await record_partner(callback_url="https://spmis.moh.gov.vn/dci")
    client: httpx2.AsyncClient = await registry.signed_in("social-registry:moh")
    return client


async def test_every_address_answers_in_json_of_the_schema_it_promises(
    registry: Service, partner_with_address: httpx2.AsyncClient
) -> None:
    contract = (await partner_with_address.get("/openapi.json")).json()
    for address, message in messages().items():
        answer = await partner_with_address.post(f"{DCI}/{address}", json=message)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
        promised = contract["paths"][f"{DCI}/{address}"]["post"]["responses"]["200"]["content"]["application/json"]
        validator = Draft202012Validator({**promised["schema"], "components": contract["components"]})
        assert list(validator.iter_errors(answer.json())) == [], address
        if "sync" not in address:
            assert answer.json()["message"]["ack_status"] == "ACK", answer.text


async def test_every_address_refuses_what_is_cut_short_or_has_no_zone(
    registry: Service, partner_with_address: httpx2.AsyncClient
) -> None:
    for address, message in messages().items():
        without_message = {name: part for name, part in message.items() if name != "message"}
        without_zone = copy.deepcopy(message)
        without_zone["header"]["message_ts"] = "2024-01-15T10:30:00"
        too_long = copy.deepcopy(message)
        too_long["message"]["transaction_id"] = "x" * 100
        for body in (without_message, without_zone, too_long):
            answer = await partner_with_address.post(f"{DCI}/{address}", json=body)
            assert (answer.status_code, answer.json()["message"]["ack_status"]) == (400, "ERR"), (address, body)
    assert await registry.sql("select from dci_transactions") == []


async def test_codes_of_subscriptions_and_times_of_items_have_the_form_of_the_standard(
    partner_with_address: httpx2.AsyncClient,
) -> None:
    for length, taken in ((99, True), (100, False)):
        body = messages()["unsubscribe"]
        body["message"]["subscription_codes"] = ["s" * length]
        answer = await partner_with_address.post(f"{DCI}/unsubscribe", json=body)
        assert (answer.status_code == 200) is taken, answer.text
    body = messages()["subscribe"]
    body["message"]["subscribe_request"][0]["timestamp"] = "2024-01-15T10:30:00"
    assert (await partner_with_address.post(f"{DCI}/subscribe", json=body)).status_code == 400


async def test_the_examples_of_the_documents_are_taken_on_a_fresh_system(
    partner_with_address: httpx2.AsyncClient,
) -> None:
    shown = {
        "sync/search": examples.SEARCHES,
        "subscribe": examples.SUBSCRIBE,
        "unsubscribe": examples.UNSUBSCRIBE,
        "sync/txn/status": examples.STATUS,
        "notify": examples.NOTICE,
    }
    for address, each in shown.items():
        for name, example in each.items():
            answer = await partner_with_address.post(f"{DCI}/{address}", json=example["value"])
            assert answer.status_code == 200, (name, answer.text)
            told = answer.json()
            if address == "sync/search":
                assert told["header"]["status"] == "succ", (name, told)
            elif address != "sync/txn/status":
                assert told["message"]["ack_status"] == "ACK", (name, told)
