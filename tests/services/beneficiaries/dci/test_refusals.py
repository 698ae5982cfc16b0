"""Messages that are not taken, or refused: each in the standard's form, and nothing happens by them."""

import base64
import copy
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.beneficiaries.dci.signatures import Signer
from tests.conftest import Service
from tests.services.beneficiaries.dci.conftest import (
    DCI,
    SENDER,
    Recorded,
    envelope,
    expression,
    item,
    now,
    predicate,
    search,
    sought,
    uin,
)

ADDRESSES = ("sync/search", "search", "sync/txn/status", "txn/status", "subscribe", "unsubscribe", "notify")
Change = Callable[[dict[str, Any]], Any]


def told(answer: httpx2.Response) -> list[str]:
    """Return the codes of a refusal, once its form was looked at."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"errors", "message"}
    assert body["errors"]
    for error in body["errors"]:
        assert set(error) == {"code", "message"}
    message = body["message"]
    assert message["ack_status"] == "ERR"
    assert message["error"]["code"].startswith("err.")
    datetime.fromisoformat(message["timestamp"])
    assert message["correlation_id"]
    return [error["code"] for error in body["errors"]]


def first(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["message"]["search_request"][0]
    return found


def criteria(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = first(body)["search_criteria"]
    return found


async def test_nobody_is_let_in_without_a_token_whatever_the_body(registry: Service, moh: httpx2.AsyncClient) -> None:
    nobody = await registry.signed_in(None)
    liar = await registry.signed_in(None)
    liar.headers["Authorization"] = "Bearer made-up"
    powerless = await registry.signed_in(None)
    powerless.headers["Authorization"] = f"Bearer {registry.token('social-registry:moh', scope='nothing.at.all')}"
    for client, status, code in (
        (nobody, 401, "err.request.unauthorized"),
        (liar, 401, "err.request.unauthorized"),
        (powerless, 403, "err.request.forbidden"),
    ):
        for address, body in product(ADDRESSES, ({}, search(uin("014184000123")))):
            answer = await client.post(f"{DCI}/{address}", json=body)
            assert (answer.status_code, told(answer)) == (status, [code])
            assert "www-authenticate" in answer.headers
    assert (await nobody.post(f"{DCI}/search", content=b"{")).status_code == 401


async def test_elsewhere_refusals_stay_problem_documents(registry: Service) -> None:
    nobody = await registry.signed_in(None)
    answer = await nobody.get("/v1/beneficiaries/exchange-partners")
    assert answer.headers["content-type"] == "application/problem+json"


FORMLESS: list[tuple[Change, str]] = [
    (lambda b: b.pop("message"), "err.request.bad"),
    (lambda b: b.pop("header"), "err.request.bad"),
    (lambda b: b["header"].pop("message_id"), "err.request.bad"),
    (lambda b: b["header"].pop("message_ts"), "rjct.message_ts.invalid"),
    (lambda b: b["header"].pop("action"), "rjct.action.invalid"),
    (lambda b: b["header"].pop("sender_id"), "err.request.bad"),
    (lambda b: b["header"].pop("total_count"), "rjct.total_count.invalid"),
    (lambda b: b["header"].update(message_ts="not-a-timestamp"), "rjct.message_ts.invalid"),
    (lambda b: b["header"].update(message_ts="2026-11-24T08:00:00"), "rjct.message_ts.invalid"),
    (lambda b: b["header"].update(message_ts=1_700_000_000), "rjct.message_ts.invalid"),
    (lambda b: b["header"].update(message_ts="2026-02-30T08:00:00Z"), "rjct.message_ts.invalid"),
    (lambda b: b["header"].update(total_count="1"), "rjct.total_count.invalid"),
    (lambda b: b["header"].update(total_count=1.5), "rjct.total_count.invalid"),
    (lambda b: b["header"].update(total_count=True), "rjct.total_count.invalid"),
    (lambda b: b["header"].update(total_count=-1), "rjct.total_count.invalid"),
    (lambda b: b["header"].update(meta="text"), "err.request.bad"),
    (lambda b: b["header"].update(message_id=""), "err.request.bad"),
    (lambda b: b["header"].update(message_id="a\u0000b"), "err.request.bad"),
    (lambda b: b["message"].update(transaction_id="x" * 100), "err.request.bad"),
    (lambda b: b["message"].update(transaction_id=7), "err.request.bad"),
    (lambda b: b["message"].pop("search_request"), "err.request.bad"),
    (lambda b: first(b).pop("reference_id"), "rjct.reference_id.invalid"),
    (lambda b: first(b).pop("timestamp"), "rjct.timestamp.invalid"),
    (lambda b: first(b).update(timestamp="2024-01-15T10:30:00"), "rjct.timestamp.invalid"),
    (lambda b: first(b).update(timestamp="not-a-timestamp"), "rjct.timestamp.invalid"),
    (lambda b: first(b).update(locale="en"), "err.request.bad"),
    (lambda b: first(b).update(locale="ENG"), "err.request.bad"),
    (lambda b: first(b).update(locale="vie\n"), "err.request.bad"),
    (lambda b: first(b).pop("search_criteria"), "rjct.search_criteria.invalid"),
    (lambda b: first(b).update(pagination={"page_size": 0}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).pop("query"), "rjct.search_criteria.invalid"),
    (lambda b: criteria(b).pop("query_type"), "rjct.search_criteria.invalid"),
    (lambda b: criteria(b).update(query_type="graphql"), "rjct.search_criteria.invalid"),
    (lambda b: criteria(b).update(query="014184000123"), "rjct.search_criteria.invalid"),
    (lambda b: criteria(b).update(response_entity="Village"), "rjct.search_criteria.invalid"),
    (lambda b: criteria(b).update(pagination={"page_size": 0}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).update(pagination={"page_size": -1}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).update(pagination={"page_size": 5, "page_number": 0}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).update(pagination={"page_size": "5"}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).update(pagination={"page_number": 1}), "rjct.pagination.invalid"),
    (lambda b: criteria(b).update(sort=[{"attribute_name": "age", "sort_order": "up"}]), "rjct.sort.invalid"),
    (lambda b: criteria(b).update(sort=[{"sort_order": "asc"}]), "rjct.sort.invalid"),
]


async def test_a_message_without_the_form_of_the_standard_is_not_taken(
    registry: Service, moh: httpx2.AsyncClient
) -> None:
    for change, code in FORMLESS:
        body = search(uin("014184000123"))
        change(body)
        for address in ("sync/search", "search"):
            answer = await moh.post(f"{DCI}/{address}", json=copy.deepcopy(body))
            assert answer.status_code == 400, answer.text
            assert code in told(answer)
            assert "014184000123" not in answer.text
        assert await registry.sql("select from dci_transactions") == []


async def test_what_is_no_json_object_is_not_taken(moh: httpx2.AsyncClient) -> None:
    for body in (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"header": NaN}', b'{"a": "\\ud800"}'):
        answer = await moh.post(f"{DCI}/sync/search", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, told(answer)) == (400, ["err.request.bad"])


async def test_bodies_of_another_kind_and_encrypted_ones_are_not_taken(moh: httpx2.AsyncClient) -> None:
    body = search(uin("014184000123"))
    form = await moh.post(f"{DCI}/search", content=json.dumps(body), headers={"Content-Type": "text/plain"})
    assert (form.status_code, told(form)[0]) == (400, "err.request.bad")
    body["header"]["is_msg_encrypted"] = True
    sealed = body | {"message": {"header": {"alg": "x", "enc": "y", "kid": "z"}, "ciphertext": "AA"}}
    for each in (body, sealed):
        answer = await moh.post(f"{DCI}/sync/search", json=each)
        assert (answer.status_code, told(answer)) == (400, ["err.encryption.invalid"])


async def test_longest_texts_unknown_fields_and_whole_floats_are_taken(moh: httpx2.AsyncClient) -> None:
    body = search(uin("TEST-001", pagination={"page_size": 5.0, "page_number": 1}, more="x"), more={"a": 1})
    body["message"]["transaction_id"] = "x" * 99
    body["message"]["search_request"][0] |= {"locale": "eng", "reference_id": "r" * 50, "other": []}
    answer = await moh.post(f"{DCI}/sync/search", json=body | {"extra": True})
    assert answer.status_code == 200, answer.text
    assert answer.json()["header"]["status"] == "succ"


REFUSED_WHOLE: list[tuple[dict[str, Any], int, str]] = [
    ({"version": "2.0.0"}, 1, "rjct.version.invalid"),
    ({"action": "destroy"}, 1, "rjct.action.invalid"),
    ({"action": "subscribe"}, 1, "rjct.action.not_supported"),
    ({"message_ts": "2020-01-01T00:00:00Z"}, 1, "rjct.message_ts.invalid"),
    ({"message_ts": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, 1, "rjct.message_ts.invalid"),
    ({"total_count": 2}, 1, "rjct.total_count.invalid"),
    ({}, 0, "rjct.total_count.invalid"),
    ({}, 101, "rjct.total_count.limit_exceeded"),
    ({}, 21, "rjct.errors.too_many"),
]


async def test_a_message_may_be_refused_as_a_whole(registry: Service, moh: httpx2.AsyncClient) -> None:
    for header, items, reason in REFUSED_WHOLE:
        body = search(*[expression({"ethnicity": "03"})] * items)
        body["header"] |= header
        answer = await moh.post(f"{DCI}/sync/search", json=body)
        assert answer.status_code == 200, answer.text
        whole = answer.json()
        assert (whole["header"]["status"], whole["header"]["status_reason_code"]) == ("rjct", reason)
        assert 0 < len(whole["header"]["status_reason_message"]) <= 999
        assert whole["message"]["search_response"] == []
        assert await registry.sql("select from audit_log where action = 'dci.disclosed'") == []


async def test_a_message_counts_once_for_each_sender(
    registry: Service, moh: httpx2.AsyncClient, record_partner: Recorded
) -> None:
    body = search(uin("TEST-001"))
    assert (await moh.post(f"{DCI}/sync/search", json=body)).json()["header"]["status"] == "succ"
    answer = (await moh.post(f"{DCI}/sync/search", json=body)).json()
    assert answer["header"]["status_reason_code"] == "rjct.message_id.duplicate"
    await record_partner(sender_id="other.example", client="social-registry:other")
    other = await registry.signed_in("social-registry:other")
    body["header"]["sender_id"] = "other.example"
    assert (await other.post(f"{DCI}/sync/search", json=body)).json()["header"]["status"] == "succ"


async def test_a_message_refused_for_its_header_may_be_sent_again_mended(moh: httpx2.AsyncClient) -> None:
    body = search(uin("TEST-001"), version="9")
    assert (await moh.post(f"{DCI}/sync/search", json=body)).json()["header"]["status"] == "rjct"
    body["header"]["version"] = "1.0.0"
    assert (await moh.post(f"{DCI}/sync/search", json=body)).json()["header"]["status"] == "succ"


UNANSWERABLE: list[tuple[dict[str, Any], str]] = [
    ({"query_type": "idtype-value", "query": {"type": "MOBILE", "value": "1"}}, "rjct.search_criteria.invalid"),
    ({"query_type": "idtype-value", "query": {"type": "UIN"}}, "rjct.search_criteria.invalid"),
    ({"query_type": "idtype-value", "query": [{"type": "UIN", "value": "1"}]}, "rjct.search_criteria.invalid"),
    (uin("x" * 201), "rjct.filter.invalid"),
    (uin("a\u0000b"), "rjct.filter.invalid"),
    ({"query_type": "idtype-value", "query": {"type": "UIN", "value": {"$gt": ""}}}, "rjct.filter.invalid"),
    ({"query_type": "idtype-value", "query": {"type": "UIN", "value": True}}, "rjct.filter.invalid"),
    ({"query_type": "expression", "query": {"type": "x", "value": "select 1"}}, "rjct.search_criteria.invalid"),
    ({"query_type": "expression", "query": {"type": "x"}}, "rjct.search_criteria.invalid"),
    ({"query_type": "predicate", "query": {"expression1": {}}}, "rjct.search_criteria.invalid"),
    (predicate(), "rjct.search_criteria.invalid"),
    (predicate({"expression2": {}}), "rjct.search_criteria.invalid"),
    (predicate({"expression1": {"attribute_name": "age"}}), "rjct.filter.invalid"),
    (expression({}), "rjct.filter.invalid"),
    (expression({"$and": []}), "rjct.filter.invalid"),
    (expression({"$where": "1"}), "rjct.filter.invalid"),
    (expression({"age": {"$regex": "1"}}), "rjct.filter.invalid"),
    (expression({"age": {}}), "rjct.filter.invalid"),
    (expression({"age": {"$lt": "many"}}), "rjct.filter.invalid"),
    (expression({"age": {"$lt": "NaN"}}), "rjct.filter.invalid"),
    (expression({"age": {"$lt": "1e99999"}}), "rjct.filter.invalid"),
    (expression({"age": {"$lt": None}}), "rjct.filter.invalid"),
    (expression({"age": {"$in": []}}), "rjct.filter.invalid"),
    (expression({"age": {"$in": 5}}), "rjct.filter.invalid"),
    (expression({"age": {"$in": list(range(101))}}), "rjct.filter.invalid"),
    (expression({"sex": {"$lt": "male"}}), "rjct.filter.invalid"),
    (expression({"birth_date": "2024-13-01"}), "rjct.filter.invalid"),
    (expression({"$or": [{"age": 1}] * 51}), "rjct.filter.invalid"),
    (expression({"$not": {"$not": {"$not": {"$not": {"$not": {"$not": {"age": 1}}}}}}}), "rjct.filter.invalid"),
    (uin("1", reg_type="ns:org:RegistryType:Civil"), "rjct.search_criteria.invalid"),
    (uin("1", reg_record_type="Tractor"), "rjct.search_criteria.invalid"),
    (uin("1", reg_event_type="DEATH"), "rjct.search_criteria.invalid"),
    (uin("1", version="3"), "rjct.search_criteria.invalid"),
    (uin("1", sort=[{"attribute_name": "age"}]), "rjct.sort.invalid"),
    (uin("1", sort=[{"attribute_name": "poverty_score"}] * 2), "rjct.sort.invalid"),
    (uin("1", pagination={"page_size": 501}), "rjct.pagination.invalid"),
    (uin("1", pagination={"page_size": 500, "page_number": 2**31 - 1}), "rjct.pagination.invalid"),
]


async def test_an_item_that_cannot_be_answered_costs_no_other(moh: httpx2.AsyncClient) -> None:
    for asked, reason in UNANSWERABLE:
        before, refused, after = await sought(moh, uin("TEST-001"), asked, uin("TEST-002"))
        assert (before["status"], after["status"]) == ("succ", "succ")
        assert (refused["status"], refused["status_reason_code"]) == ("rjct", reason)
        assert 0 < len(refused["status_reason_message"]) <= 999


REFERENCES: list[tuple[str, str | None, str]] = [
    (" ", None, "rjct.reference_id.invalid"),
    ("x" * 100, None, "rjct.reference_id.invalid"),
    ("a\u0000b", None, "rjct.reference_id.invalid"),
    ("twice", None, "rjct.reference_id.duplicate"),
    ("new", "2200-01-01T00:00:00Z", "rjct.timestamp.invalid"),
]


async def test_references_are_each_told_apart(moh: httpx2.AsyncClient) -> None:
    for reference, timestamp, reason in REFERENCES:
        items = [item(uin("TEST-001"), "twice"), item(uin("TEST-001"), reference)]
        items[1]["timestamp"] = timestamp or now()
        body = envelope("search", {"transaction_id": "tx", "search_request": items}, 2)
        answer = await moh.post(f"{DCI}/sync/search", json=body)
        assert answer.status_code == 200, answer.text
        good, refused = answer.json()["message"]["search_response"]
        assert (good["status"], refused["status_reason_code"]) == ("succ", reason)
        assert answer.json()["header"]["status"] == "succ"


KEY = Signer(Ed25519PrivateKey.generate(), "k1", SENDER)
OTHER = Signer(Ed25519PrivateKey.generate(), "k1", SENDER)


def signed(signer: Signer = KEY, **more: Any) -> dict[str, Any]:
    body = search(uin("TEST-001"))
    body["signature"] = signer.sign(body["header"], body["message"], **more)
    return body


@pytest.fixture
async def signing(registry: Service, record_partner: Recorded) -> httpx2.AsyncClient:
    """A partner that must sign."""
    key = {"id": "k1", "key": base64.b64encode(KEY.public_key).decode()}
    await record_partner(signatures_required=True, public_keys=[key])
    client: httpx2.AsyncClient = await registry.signed_in("social-registry:moh")
    return client


async def test_a_signed_message_is_taken_whatever_its_spaces_and_the_order_of_its_fields(
    signing: httpx2.AsyncClient,
) -> None:
    body = signed()
    loose = json.dumps(dict(reversed(body.items())) | {"header": dict(reversed(body["header"].items()))}, indent=2)
    answer = await signing.post(f"{DCI}/sync/search", content=loose, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["header"]["status"] == "succ"


def altered(change: Change) -> dict[str, Any]:
    body = signed()
    change(body)
    return body


NOT_SIGNED: list[tuple[dict[str, Any], str]] = [
    (search(uin("1")), "err.signature.missing"),
    (search(uin("1")) | {"signature": None}, "err.signature.missing"),
    (search(uin("1")) | {"signature": ""}, "err.signature.missing"),
    (search(uin("1")) | {"signature": "invalid-signature"}, "err.signature.invalid"),
    (signed(OTHER), "err.signature.invalid"),
    (signed(Signer(KEY.key, "k2", SENDER)), "err.signature.invalid"),
    (signed(Signer(KEY.key, "k1", "somebody.else")), "err.signature.invalid"),
    (signed(now=time.time() - 3600), "err.signature.invalid"),
    (signed(now=time.time() + 3600), "err.signature.invalid"),
    (altered(lambda b: b["message"].update(transaction_id="other")), "err.signature.invalid"),
    (altered(lambda b: b["header"].update(message_id="other")), "err.signature.invalid"),
    (altered(lambda b: b["message"].update(hidden=1)), "err.signature.invalid"),
    (
        altered(lambda b: b.update(signature=b["signature"].replace('"(created) (expires) digest"', '"digest"'))),
        "err.signature.invalid",
    ),
    (
        altered(lambda b: b.update(signature=b["signature"].replace('namespace="dci"', 'namespace="x"'))),
        "err.signature.invalid",
    ),
    (altered(lambda b: b.update(signature=b["signature"].replace("ed25519", "none"))), "err.signature.invalid"),
    (altered(lambda b: b.update(signature="x" * 2000)), "err.signature.invalid"),
]


async def test_a_message_that_is_not_signed_by_its_sender_is_not_taken(
    registry: Service, signing: httpx2.AsyncClient
) -> None:
    for body, code in NOT_SIGNED:
        answer = await signing.post(f"{DCI}/sync/search", json=body)
        assert (answer.status_code, told(answer)) == (400, [code])
        assert await registry.sql("select from dci_messages") == []


async def test_a_signature_that_nobody_asked_for_is_checked_all_the_same(moh: httpx2.AsyncClient) -> None:
    answer = await moh.post(f"{DCI}/sync/search", json=search(uin("1")) | {"signature": "invalid-signature"})
    assert (answer.status_code, told(answer)) == (400, ["err.signature.invalid"])


async def test_a_message_signed_for_another_receiver_is_not_taken(signing: httpx2.AsyncClient) -> None:
    for receiver, status in (("another.registry", 400), ("registry.forthepoor", 200)):
        body = search(uin("TEST-001"), receiver_id=receiver)
        body["signature"] = KEY.sign(body["header"], body["message"])
        answer = await signing.post(f"{DCI}/sync/search", json=body)
        assert answer.status_code == status, answer.text
