import json
import time
from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from kit.webhooks import new_secret, sign
from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, SECRETS, Register

EVENTS = "/v1/beneficiaries/events"


def event(source: str, kind: str, data: dict[str, Any], **more: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": f"/v1/{source}",
        "type": kind,
        "subject": str(data.get("support_id", "x")),
        "time": "2026-01-02T03:04:05Z",
        "datacontenttype": "application/json",
        "data": data,
        **more,
    }


async def push(
    registry: Service, told: dict[str, Any], *, secret: str | None = None, at: int | None = None
) -> httpx2.Response:
    body = json.dumps(told).encode()
    signer = secret or SECRETS[told["source"].rpartition("/")[2]]
    headers = sign(signer, told["id"], int(time.time()) if at is None else at, body)
    public = await registry.signed_in(None)
    answer: httpx2.Response = await public.post(
        EVENTS, content=body, headers={**headers, "Content-Type": "application/cloudevents+json"}
    )
    return answer


def gift(household_id: str, on: str = "2026-02-10", amount: int = 1_000_000, **more: Any) -> dict[str, Any]:
    given = {
        "support_id": str(new_id()),
        "household_id": household_id,
        "kind": "gift",
        "on": on,
        "values": [{"amount": amount, "currency": "VND"}],
        "reference": "SP-1",
        "occasion": "Tết 2026",
        "campaign_id": str(new_id()),
    }
    return given | more


async def page(client: httpx2.AsyncClient, household_id: str, **asked: Any) -> dict[str, Any]:
    answer = await client.get(f"{HOUSEHOLDS}/{household_id}/support", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_support_of_two_services_stands_on_one_page(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = (await register())["id"]
    rice = gift(home, "2026-03-01", kind="rice", values=[{"quantity": "58.700", "unit": "kg"}])
    loan = {"programme": "Hộ nghèo", **gift(home, "2026-01-15", 50_000_000, kind="loan")}
    del loan["occasion"]
    for told in (
        event("funds", "support.given", gift(home)),
        event("funds", "funds.support.given", gift(home, "2025-02-01")),
        event("funds", "support.given", rice),
        event("loans", "loan.disbursed", loan),
    ):
        answer = await push(registry, told)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "recorded"})
    found = await page(officer, home)
    assert [item["on"] for item in found["items"]] == ["2026-03-01", "2026-02-10", "2026-01-15", "2025-02-01"]
    assert found["items"][0]["values"] == [{"quantity": "58.700", "unit": "kg"}]
    assert (found["items"][2]["source"], found["items"][2]["title"]) == ("loans", "Hộ nghèo")
    assert found["totals"] == [
        {"kind": "gift", "value": {"amount": 2_000_000, "currency": "VND"}, "times": 2},
        {"kind": "loan", "value": {"amount": 50_000_000, "currency": "VND"}, "times": 1},
        {"kind": "rice", "value": {"quantity": "58.700", "unit": "kg"}, "times": 1},
    ]


async def test_the_page_goes_on_where_it_stopped_while_totals_stay_whole(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = (await register())["id"]
    for day in range(1, 6):
        await push(registry, event("funds", "support.given", gift(home, f"2026-02-0{day}")))
    first = await page(officer, home, limit=2)
    await push(registry, event("funds", "support.given", gift(home, "2026-02-09")))
    second = await page(officer, home, limit=200, cursor=first["next"])
    days = [item["on"] for item in first["items"] + second["items"]]
    # A limit is no filter: the cursor holds for another.
    assert days == [f"2026-02-0{day}" for day in (5, 4, 3, 2, 1)]
    assert second["totals"][0]["times"] == 6
    assert second["next"] is None


async def test_an_event_counts_once(registry: Service, officer: httpx2.AsyncClient, register: Register) -> None:
    home = (await register())["id"]
    told = event("funds", "support.given", gift(home))
    assert (await push(registry, told)).json() == {"outcome": "recorded"}
    assert (await push(registry, told)).json() == {"outcome": "duplicate"}
    # The sender's outbox was restored and tells the same support under another id.
    assert (await push(registry, {**told, "id": str(new_id())})).status_code == 200
    assert [item["times"] for item in (await page(officer, home))["totals"]] == [1]


async def test_support_before_its_household_is_kept_and_shown_later(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = str(new_id())
    assert (await push(registry, event("funds", "support.given", gift(home)))).status_code == 200
    assert (await officer.get(f"{HOUSEHOLDS}/{home}/support")).status_code == 404
    await register(id=home)
    assert len((await page(officer, home))["items"]) == 1


@pytest.mark.parametrize("reversed_first", [True, False])
async def test_what_was_reversed_does_not_count_in_whatever_order_it_is_told(
    registry: Service, officer: httpx2.AsyncClient, register: Register, *, reversed_first: bool
) -> None:
    home = (await register())["id"]
    given = gift(home)
    undone = {"support_id": given["support_id"], "reason": "handed to the wrong house"}
    told = [event("funds", "support.given", given), event("funds", "support.reversed", undone)]
    for one in told[::-1] if reversed_first else told:
        assert (await push(registry, one)).json() == {"outcome": "recorded"}
    found = await page(officer, home)
    assert (found["items"], found["totals"]) == ([], [])


async def test_what_tells_of_no_support_is_acknowledged_and_left_aside(registry: Service) -> None:
    answer = await push(registry, event("funds", "donation.recorded", {"donation_id": str(new_id())}))
    assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})


@pytest.mark.parametrize("secret", [new_secret(), SECRETS["loans"]], ids=["a stranger's", "another service's"])
async def test_an_event_that_its_sender_did_not_sign_is_refused(registry: Service, secret: str) -> None:
    answer = await push(registry, event("funds", "support.given", gift(str(new_id()))), secret=secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    assert await registry.sql("select 1 from support_items union all select 1 from inbox_events") == []


async def test_an_old_message_is_refused(registry: Service) -> None:
    answer = await push(registry, event("funds", "support.given", gift(str(new_id()))), at=1_700_000_000)
    assert (answer.status_code, answer.json()["code"]) == (401, "stale-message")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"source": 1}', b'{"source": "/v1/x\\u0000"}', b"\xff\xfe"])
async def test_anything_unsigned_is_refused(registry: Service, body: bytes) -> None:
    public = await registry.signed_in(None)
    answer = await public.post(EVENTS, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")


@pytest.mark.parametrize(
    "change",
    [
        {"household_id": "x"},
        {"on": "9999-01-01"},
        {"values": []},
        {"values": [{"amount": 10**18, "currency": "VND"}]},
        {"values": [{"amount": 1, "currency": "USD"}]},
        {"reference": "nul\0byte"},
        {"kind": "<script>"},
    ],
)
async def test_a_signed_event_that_makes_no_sense_is_refused_and_may_come_again(
    registry: Service, change: dict[str, Any]
) -> None:
    answer = await push(registry, event("funds", "support.given", gift(str(new_id())) | change))
    assert (answer.status_code, answer.json()["code"]) == (422, "not-an-event")
    assert await registry.sql("select 1 from inbox_events") == []


async def test_what_is_not_ours_of_an_event_may_be_of_any_size(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register()
    answer = await push(registry, event("funds", "support.given", gift(home["id"], counter=10**40)))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "recorded")
    assert len((await page(officer, home["id"]))["items"]) == 1


async def test_a_reason_that_cannot_be_kept_is_refused(registry: Service) -> None:
    told = event("funds", "support.reversed", {"support_id": str(new_id()), "reason": "a\0b"})
    assert (await push(registry, told)).status_code == 422
