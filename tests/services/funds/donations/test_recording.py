import asyncio
from datetime import timedelta
from typing import Any

import pytest

from kit.values.dates import today
from kit.values.reference import read_reference

PATH = "/v1/funds/donations"


@pytest.mark.parametrize(
    ("value", "unit", "parts"),
    [
        ({"amount": 150_000, "currency": "VND"}, "VND", 150_000),
        ({"quantity": "50.125", "unit": "kg"}, "RICE_G", 50_125),
        ({"quantity": "2.5", "unit": "person-day"}, "LABOUR_TENTH_DAY", 25),
    ],
)
async def test_a_gift_is_in_the_books_at_once(fund: Any, value: dict[str, Any], unit: str, parts: int) -> None:
    campaign = await fund.campaign()
    made = await fund.given(campaign, value=value)
    assert await fund.held(campaign, unit) == parts
    assert read_reference(made["reference"], "DN") == made["reference"]
    read = await fund.auditor.get(f"{PATH}/{made['id']}")
    assert read.headers["ETag"] == '"1"'
    assert read.json() == made
    assert made["state"] == "recorded"
    entries = await fund.service.sql("select source, actor from ledger_entries")
    assert [(row["source"], row["actor"]) for row in entries] == [(f"donation:{made['id']}", "treasurer")]


async def test_a_gift_tells_the_other_services_and_the_audit_log(fund: Any) -> None:
    made = await fund.given(await fund.campaign())
    events = await fund.service.sql("select type, subject, data from outbox_events")
    assert [(row["type"], row["subject"]) for row in events] == [("donation.recorded", made["id"])]
    log = await fund.service.sql("select actor from audit_log where action = 'donation.recorded'")
    assert [row["actor"] for row in log] == ["treasurer"]


async def test_a_gift_names_its_donor(fund: Any) -> None:
    donor = await fund.person(named=False)
    made = await fund.given(await fund.campaign(), donor_id=donor["id"])
    assert made["donor"] == {"id": donor["id"], "name": donor["name"]}


async def test_a_gift_for_nothing_or_from_nobody_known_is_refused(fund: Any) -> None:
    campaign = await fund.campaign()
    stranger = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"
    assert (await fund.give(campaign, donor_id=stranger)).json()["code"] == "donor-not-found"
    assert (await fund.give({"id": stranger})).json()["code"] == "campaign-not-found"


@pytest.mark.parametrize("day", ["2023-10-16", "2025-01-01"])
async def test_a_campaign_receives_within_its_dates_only(fund: Any, day: str) -> None:
    refused = await fund.give(await fund.campaign(), received_on=day)
    assert refused.status_code == 409
    assert refused.json()["code"] == "campaign-closed"
    assert await fund.service.sql("select from donations") == []


async def test_nothing_is_received_tomorrow(fund: Any) -> None:
    campaign = await fund.campaign(closes_on=None)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert (await fund.give(campaign, received_on=tomorrow)).json()["code"] == "received-in-the-future"
    assert (await fund.give(campaign, received_on=today().isoformat())).status_code == 201


@pytest.mark.parametrize(
    "value",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 1.5},
        {"amount": "150000"},
        {"amount": 2**63},
        {"amount": 10**15 + 1},
        {"amount": 1, "currency": "USD"},
        {"amount": 1, "unit": "kg"},
        {"quantity": "0", "unit": "kg"},
        {"quantity": "1.0001", "unit": "kg"},
        {"quantity": "1.25", "unit": "person-day"},
        {"quantity": "1", "unit": "tonne"},
        {"quantity": 1, "unit": "kg"},
        {"quantity": "999999999999999", "unit": "kg"},
        {"quantity": "1e3", "unit": "kg"},
        {"quantity": "-1", "unit": "kg"},
        {"quantity": "١", "unit": "kg"},
        {},
        None,
        7,
        [],
        "150000",
    ],
)
async def test_a_value_that_is_no_gift_is_refused(fund: Any, value: object) -> None:
    campaign = await fund.campaign()
    answer = await fund.give(campaign, value=value)
    assert answer.status_code == 422, answer.text
    assert await fund.service.sql("select from donations") == []


@pytest.mark.parametrize("who", ["admin", "approver", "auditor", "donor"])
async def test_only_the_treasurer_takes_gifts_in(fund: Any, who: str) -> None:
    body = {"campaign_id": "a72c4f4f-307f-5639-9c9f-491a84d16262", "value": {"amount": 1}, "received_on": "2024-01-15"}
    answer = await getattr(fund, who).post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 403


async def test_a_repeated_key_returns_the_first_donation(fund: Any) -> None:
    campaign = await fund.campaign()
    body = {"campaign_id": campaign["id"], "value": {"amount": 1000}, "received_on": "2024-01-15"}
    key = fund.new_key()
    first = await fund.treasurer.post(PATH, json=body, headers=key)
    again = await fund.treasurer.post(PATH, json=body, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.headers["ETag"], again.headers["Location"]) == (first.headers["ETag"], first.headers["Location"])
    other = await fund.treasurer.post(PATH, json=body | {"value": {"amount": 2000}}, headers=key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency-mismatch"
    assert await fund.held(campaign) == 1000
    assert (await fund.treasurer.post(PATH, json=body)).json()["code"] == "idempotency-key-missing"


async def test_one_key_sent_by_two_clients_at_one_instant_is_one_donation(fund: Any) -> None:
    campaign = await fund.campaign()
    body = {"campaign_id": campaign["id"], "value": {"amount": 1000}, "received_on": "2024-01-15"}
    second = await fund.service.signed_in("treasurer")
    key = fund.new_key()
    clients = [fund.treasurer, second] * 3
    answers = await asyncio.gather(*(client.post(PATH, json=body, headers=key) for client in clients))
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    assert 201 in codes
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency-in-flight"}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await fund.held(campaign) == 1000


async def test_a_refusal_is_kept_under_its_key(fund: Any) -> None:
    campaign = await fund.campaign()
    body = {"campaign_id": campaign["id"], "value": {"amount": 1000}, "received_on": "2026-01-15"}
    key = fund.new_key()
    first = await fund.treasurer.post(PATH, json=body, headers=key)
    await fund.admin.patch(
        f"/v1/funds/campaigns/{campaign['id']}", json={"closes_on": None}, headers={"If-Match": '"1"'}
    )
    again = await fund.treasurer.post(PATH, json=body, headers=key)
    assert (first.status_code, again.status_code) == (409, 409)
    assert (await fund.treasurer.post(PATH, json=body, headers=fund.new_key())).status_code == 201


async def test_recording_takes_a_fixed_small_number_of_statements(fund: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    with statements(fund.service) as seen:
        await fund.given(campaign)
    # scope, claim, look again, campaign, donation, ledger, outbox, audit, answer kept
    assert len(seen) <= 9


async def test_a_gift_may_bring_its_own_id_and_brings_it_once(fund: Any) -> None:
    campaign = await fund.campaign()
    own = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e12"
    made = await fund.given(campaign, id=own)
    assert made["id"] == own
    again = await fund.give(campaign, id=own)
    assert (again.status_code, again.json()["code"]) == (409, "donation-exists")
    assert await fund.held(campaign) == 150_000


async def test_the_largest_of_all_gifts_reaches_its_households_to_the_last_dong(fund: Any, village: Any) -> None:
    most = 10**15
    campaign = await fund.campaign(target={"amount": most, "currency": "VND"})
    assert campaign["target"]["amount"] == most
    await fund.given(campaign, value={"amount": most, "currency": "VND"})
    await fund.given(campaign, value={"quantity": "999999999999.999", "unit": "kg"})
    share = {"money": {"amount": most, "currency": "VND"}, "rice": {"quantity": "999999999999.999", "unit": "kg"}}
    made = await fund.approved(await fund.proposed(campaign, await village(1), **share))
    assert made["total"]["money"]["amount"] == most
    assert made["total"]["rice"]["quantity"] == "999999999999.999"
    assert (await fund.held(campaign), await fund.held(campaign, "RICE_G")) == (0, 0)
