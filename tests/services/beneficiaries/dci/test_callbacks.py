"""Answers that come later: acknowledged, posted, signed, tried again; subscriptions and their notices."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.refusals import MessageRefused
from services.beneficiaries.dci.signatures import check
from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.dci.conftest import (
    CONSENTS,
    DCI,
    PARTNERS,
    Key,
    Recorded,
    codes,
    envelope,
    expression,
    now,
    search,
    uin,
)
from tests.services.beneficiaries.dci.receiving import Receiver, receiving, until, working

Homes = list[dict[str, Any]]
EVERYBODY = {"poverty_score": {"$ge": 1}}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def moh(registry: Service, record_partner: Recorded, receiver: Receiver) -> httpx2.AsyncClient:
    await record_partner(callback_url=receiver.url)
    client: httpx2.AsyncClient = await registry.signed_in("social-registry:moh")
    return client


def acknowledged(answer: httpx2.Response) -> str:
    """Return the correlation id of an acknowledgement."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert set(told) == {"message"}
    assert told["message"]["ack_status"] == "ACK", told
    found: str = told["message"]["correlation_id"]
    return found


def subscription(reference: str = "ref-1", **more: Any) -> dict[str, Any]:
    criteria = {
        "reg_event_type": "REGISTER",
        "filter_type": "expression",
        "filter": expression(EVERYBODY)["query"],
        "notify_record_type": "Group",
        **more,
    }
    return {"reference_id": reference, "timestamp": now(), "subscribe_criteria": criteria}


def subscribing(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return envelope("subscribe", {"transaction_id": "tx-s", "subscribe_request": list(items)}, len(items), **more)


async def test_a_search_is_acknowledged_and_its_answer_posted(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, homes: Homes
) -> None:
    asked = search(uin("014184000123"), expression({"ethnicity": "03"}), sender_uri=receiver.url)
    correlation = acknowledged(await moh.post(f"{DCI}/search", json=asked))
    [row] = await registry.sql("select message_sealed, items::text from dci_transactions")
    assert b"014184000123" not in row["message_sealed"]
    async with working(registry):
        posted = await receiver.next("/registry/on-search")
    assert posted["header"]["action"] == "on-search"
    assert posted["header"]["total_count"] == 2
    message = posted["message"]
    assert (message["transaction_id"], message["correlation_id"]) == (asked["message"]["transaction_id"], correlation)
    first, second = message["search_response"]
    assert codes(first["data"]["reg_records"][0]) == homes[0]["code"]
    assert second["status_reason_code"] == "rjct.filter.invalid"
    await until(registry, "select delivery from dci_transactions", "delivered")
    [row] = await registry.sql("select message_sealed, state, items::text from dci_transactions")
    assert (row["message_sealed"], row["state"]) == (None, "succ")
    assert homes[0]["id"] not in row["items"]
    assert len(await registry.sql("select from audit_log where action = 'dci.disclosed'")) == 1


async def test_what_is_posted_is_signed_by_us_over_exactly_this(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, homes: Homes
) -> None:
    # A client may name the whole address of the callback.
    asked = search(uin("014184000123"), sender_uri=f"{receiver.url}/registry/on-search")
    acknowledged(await moh.post(f"{DCI}/search", json=asked))
    async with working(registry):
        posted = await receiver.next("/registry/on-search")
    signer = Desk.of(registry.app.state.settings).signer
    public = await registry.signed_in(None)
    published = (await public.get("/v1/beneficiaries/exchange-keys")).json()
    assert published["sender_id"] == signer.sender_id
    keys = {key["id"]: key["key"] for key in published["keys"]}
    whole = (posted["signature"], posted["header"], posted["message"])
    check(*whole, sender_id=signer.sender_id, keys=keys)
    posted["message"]["search_response"][0]["status"] = "rjct"
    with pytest.raises(MessageRefused):
        check(*whole, sender_id=signer.sender_id, keys=keys)


async def test_an_answer_is_tried_again_until_the_partner_takes_it(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, homes: Homes
) -> None:
    receiver.refusals = 2
    acknowledged(await moh.post(f"{DCI}/search", json=search(uin("014184000123"))))
    async with working(registry):
        await receiver.next("/registry/on-search")
        await until(registry, "select delivery from dci_transactions", "delivered")
    [job] = await registry.sql("select attempts from jobs where name = 'dci.respond'")
    assert job["attempts"] == 3


async def test_the_state_of_a_transaction_is_told_before_and_after_its_answer(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, homes: Homes
) -> None:
    correlation = acknowledged(await moh.post(f"{DCI}/search", json=search(uin("014184000123"))))
    question = {
        "reference_id": "r",
        "txn_type": "search",
        "attribute_type": "correlation_id",
        "attribute_value": correlation,
    }

    def asked() -> dict[str, Any]:
        return envelope("txn-status", {"transaction_id": "tx-q", "txnstatus_request": question})

    before = (await moh.post(f"{DCI}/sync/txn/status", json=asked())).json()
    assert before["header"]["status"] == "pdng"
    async with working(registry):
        await receiver.next("/registry/on-search")
        await until(registry, "select delivery from dci_transactions where action = 'search'", "delivered")
        mine = acknowledged(await moh.post(f"{DCI}/txn/status", json=asked()))
        posted = await receiver.next("/registry/txn/on-status")
    assert (posted["header"]["action"], posted["header"]["status"]) == ("txn-on-status", "succ")
    assert posted["message"]["correlation_id"] == mine
    told = posted["message"]["txnstatus_response"]
    assert told["txn_type"] == "search"
    assert told["txn_status"]["correlation_id"] == correlation
    assert [line["status"] for line in told["txn_status"]["search_response"]] == ["succ"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example.org/callback",
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "http://user@127.0.0.1/",
        "not an address",
        "http://[",
    ],
)
async def test_answers_go_nowhere_but_to_the_partners_own_address(
    registry: Service, moh: httpx2.AsyncClient, homes: Homes, uri: str
) -> None:
    for action, body in (
        ("search", search(uin("014184000123"), sender_uri=uri)),
        ("subscribe", subscribing(subscription(), sender_uri=uri)),
    ):
        answer = await moh.post(f"{DCI}/{action}", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "err.sender_uri.invalid")
    assert await registry.sql("select from dci_transactions") == []


async def test_a_partner_without_an_address_is_answered_at_once_only(
    registry: Service, record_partner: Recorded, homes: Homes
) -> None:
    await record_partner()
    client = await registry.signed_in("social-registry:moh")
    for body in (search(uin("014184000123")), search(uin("014184000123"), sender_uri="https://example.org")):
        answer = await client.post(f"{DCI}/search", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "err.sender_uri.invalid")


async def subscribed(registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, *items: dict[str, Any]) -> Any:
    """Subscribe, and return the answer that is posted."""
    correlation = acknowledged(await moh.post(f"{DCI}/subscribe", json=subscribing(*items)))
    async with working(registry):
        posted = await receiver.next("/registry/on-subscribe")
        await until(registry, "select count(*) from dci_transactions where delivery = 'waiting'", 0)
    assert posted["header"]["action"] == "on-subscribe"
    assert posted["message"]["correlation_id"] == correlation
    return posted["message"]["subscribe_response"]


async def test_a_household_that_is_registered_or_decided_on_is_told_to_its_subscribers(
    registry: Service,
    moh: httpx2.AsyncClient,
    receiver: Receiver,
    register: Register,
    admin: httpx2.AsyncClient,
    new_key: Key,
) -> None:
    poor = {"filter": expression({"poverty_score": 1})["query"], "reg_event_type": "ns:x:UPDATE"}
    first, second = await subscribed(registry, moh, receiver, subscription("a"), subscription("b", **poor))
    assert [line["status"] for line in (first, second)] == ["succ", "succ"]
    assert first["subscriptions"][0]["status"] == "subscribe"
    home = await register(MAI_SON, member())
    async with working(registry):
        told = await receiver.next("/registry/notify")
        assert told["header"]["action"] == "notify"
        [event] = told["message"]["notify_event"]
        assert event["reference_id"] == first["subscriptions"][0]["code"]
        assert (event["data"]["reg_event_type"], event["data"]["reg_record_type"]) == ("REGISTER", "Group")
        assert codes(event["data"]["reg_records"]) == home["code"]
        body = {"status": "poor", "valid_from": "2026-11-24", "decision_number": "1/QĐ"}
        await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
        [event] = (await receiver.next("/registry/notify"))["message"]["notify_event"]
        assert event["reference_id"] == second["subscriptions"][0]["code"]
        assert event["data"]["reg_records"]["poverty_score"] == 1
    assert receiver.seen == []
    assert len(await registry.sql("select from audit_log where action = 'dci.notified'")) == 2


async def test_nobody_is_told_of_people_who_did_not_agree_and_a_notice_that_waits_obeys_a_withdrawal(
    registry: Service,
    record_partner: Recorded,
    receiver: Receiver,
    register: Register,
    admin: httpx2.AsyncClient,
    new_key: Key,
) -> None:
    await record_partner(basis="consent", callback_url=receiver.url)
    client = await registry.signed_in("social-registry:moh")
    await subscribed(registry, client, receiver, subscription(reg_event_type="UPDATE"))
    silent, agreed = await register(MAI_SON, member()), await register(MAI_SON, member("Lò Thị Hai"))
    consent = await admin.post(
        CONSENTS,
        json={"person_id": agreed["members"][0]["person_id"], "given_by": "person", "evidence": "Form 1"},
        headers=new_key(),
    )
    for home in (silent, agreed):
        change = await admin.patch(
            f"{HOUSEHOLDS}/{home['id']}", json={"village": "Bản Mới"}, headers={"If-Match": '"1"'}
        )
        assert change.status_code == 200, change.text
    receiver.refusals = 1
    async with working(registry):
        [event] = (await receiver.next("/registry/notify"))["message"]["notify_event"]
        assert codes(event["data"]["reg_records"]) == agreed["code"]
        await until(registry, "select count(*) from dci_notices where state = 'waiting'", 0)
    assert receiver.seen == []
    withdrawal = f"{CONSENTS}/{consent.json()['id']}/withdrawal"
    await admin.patch(f"{HOUSEHOLDS}/{agreed['id']}", json={"village": "Bản Cũ"}, headers={"If-Match": '"2"'})
    await admin.post(withdrawal, json={}, headers=new_key())
    async with working(registry):
        await until(registry, "select count(*) from dci_notices where state = 'withheld'", 2)
    assert receiver.seen == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"reg_event_type": "DELETE"}, "rjct.notify_types.invalid"),
        ({"notify_record_type": "Tractor"}, "rjct.notify_details.invalid"),
        ({"filter": expression({"ethnicity": "03"})["query"]}, "rjct.notify_details.invalid"),
        ({"filter_type": "graphql"}, "rjct.notify_details.invalid"),
        (
            {"frequency": {"start_time": now(), "end_time": now(), "frequency": "0 0 * * *"}},
            "rjct.notify_details.invalid",
        ),
    ],
)
async def test_what_cannot_be_subscribed_to_is_said_in_the_answer(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, more: dict[str, Any], reason: str
) -> None:
    [line] = await subscribed(registry, moh, receiver, subscription(**more))
    assert (line["status"], line["status_reason_code"]) == ("rjct", reason)
    assert await registry.sql("select from dci_subscriptions") == []


async def test_a_subscription_is_taken_once_ends_once_and_ends_for_its_owner_only(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, record_partner: Recorded, register: Register
) -> None:
    same = {"filter": {"type": "UIN", "value": "014184000123"}, "filter_type": None}
    first, second, third = await subscribed(
        registry, moh, receiver, subscription("a", **same), subscription("b", **same), subscription("a")
    )
    assert second["status_reason_code"] == "rjct.event.already_subscribed"
    assert third["status_reason_code"] == "rjct.reference_id.duplicate"
    [row] = await registry.sql("select criteria_sealed from dci_subscriptions")
    assert b"014184000123" not in row["criteria_sealed"]
    code = first["subscriptions"][0]["code"]
    await record_partner(sender_id="other.example", client="social-registry:other", callback_url=receiver.url)
    other = await registry.signed_in("social-registry:other")

    async def ending(client: httpx2.AsyncClient, sender: str) -> dict[str, Any]:
        message = {"transaction_id": "tx-u", "timestamp": now(), "subscription_codes": [code]}
        asked = envelope("unsubscribe", message, sender_id=sender)
        acknowledged(await client.post(f"{DCI}/unsubscribe", json=asked))
        async with working(registry):
            posted = await receiver.next("/registry/on-unsubscribe")
            await until(registry, "select count(*) from dci_transactions where delivery = 'waiting'", 0)
        message_out: dict[str, Any] = posted["message"]
        return message_out

    theirs = await ending(other, "other.example")
    assert (theirs["status"], theirs["status_reason_code"]) == ("rjct", "rjct.subscription_code.invalid")
    mine = await ending(moh, "spmis.moh.example")
    assert (mine["status"], mine["subscription_status"]) == ("succ", [{"code": code, "status": "unsubscribe"}])
    again = await ending(moh, "spmis.moh.example")
    assert (again["status"], again["status_reason_code"]) == ("rjct", "rjct.event.already_unsubscribed")
    await register(MAI_SON, member(identity_number="014184000123"))
    async with working(registry):
        await until(registry, "select count(*) from dci_watermark where cursor is not null", 1)
    assert receiver.seen == []
    assert await registry.sql("select from dci_notices") == []


async def test_a_suspension_holds_back_what_was_waiting(
    registry: Service, moh: httpx2.AsyncClient, receiver: Receiver, homes: Homes, admin: httpx2.AsyncClient
) -> None:
    acknowledged(await moh.post(f"{DCI}/search", json=search(uin("014184000123"))))
    [recorded] = (await admin.get(PARTNERS)).json()["items"]
    change = {"state": "suspended"}
    await admin.patch(f"{PARTNERS}/{recorded['id']}", json=change, headers={"If-Match": '"1"'})
    async with working(registry):
        await until(registry, "select delivery from dci_transactions", "undelivered")
    assert receiver.seen == []
    assert await registry.sql("select from audit_log where action = 'dci.disclosed'") == []


async def test_a_notice_from_elsewhere_is_acknowledged_and_changes_nothing(
    registry: Service, moh: httpx2.AsyncClient
) -> None:
    data = {"reg_record_type": "Member", "reg_records": {"name": "Lò Thị Bí Mật"}}
    message = {
        "transaction_id": "tx-n",
        "notify_event": [{"reference_id": "r", "timestamp": now(), "data": data}],
    }
    asked = envelope("notify", message, status="succ")
    acknowledged(await moh.post(f"{DCI}/notify", json=asked))
    again = await moh.post(f"{DCI}/notify", json=asked)
    assert again.json()["message"]["ack_status"] == "ERR"
    [row] = await registry.sql("select to_jsonb(t)::text as whole from dci_transactions t")
    assert "Bí Mật" not in row["whole"]
    assert await registry.sql("select from people") == []
