"""Payment channels and disabilities: two clocks, numbers sealed, seen by those who answer for the person and no other."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, member

PEOPLE = "/v1/beneficiaries/people"
ACCOUNT = "7905205012345"
BANK = {"kind": "bank", "provider": "Agribank", "account_number": ACCOUNT, "holder": "LO THI DOI"}
BLIND = {"kind": "vision", "degree": "severe", "certificate_number": "14/XN", "certified_on": "2024-05-20"}
REASON = {"reason": "Compare with the passbook"}
Key = Callable[[], dict[str, str]]


@pytest.fixture
async def person(register: Register) -> str:
    home = await register(MAI_SON, member(identity_number="014184000123", phone="+84987654321"))
    own: str = home["members"][0]["person_id"]
    return own


async def listed(client: httpx2.AsyncClient, person: str, what: str, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{PEOPLE}/{person}/{what}", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_an_account_is_sealed_masked_and_shown_for_a_reason_only(
    registry: Service, officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, person: str, new_key: Key
) -> None:
    made = await officer.post(f"{PEOPLE}/{person}/payment-channels", json=BANK, headers=new_key())
    assert (made.status_code, made.json()["account_number"]) == (201, "79********345")
    assert (await listed(officer, person, "payment-channels")) == [made.json()]
    for table in ("payment_channels", "audit_log", "outbox_events", "idempotency_keys"):
        [row] = await registry.sql(f"select coalesce(string_agg(t::text, ''), '') as all from {table} t")
        assert ACCOUNT not in row["all"]
    refused = await officer.post(f"{PEOPLE}/{person}/unmaskings", json=REASON)
    assert refused.status_code == 403
    shown = await admin.post(f"{PEOPLE}/{person}/unmaskings", json=REASON)
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.json() == {
        "person_id": person,
        "identity_number": "014184000123",
        "phone": "+84987654321",
        "payment_channel": BANK,
    }
    [audited] = await registry.sql("select actor, reason from audit_log where action = 'person.unmasked'")
    assert tuple(audited) == ("district-admin", REASON["reason"])


async def test_who_is_paid_another_way_was_paid_the_old_way_before(
    officer: httpx2.AsyncClient, person: str, new_key: Key
) -> None:
    path = f"{PEOPLE}/{person}/payment-channels"
    first = await officer.post(path, json={**BANK, "since": "2026-01-01"}, headers=new_key())
    cash = {"kind": "cash", "provider": "Bưu điện Mai Sơn", "since": "2026-05-01"}
    second = (await officer.post(path, json=cash, headers=new_key())).json()
    assert (second["account_number"], second["holder"]) == (None, None)
    [then] = await listed(officer, person, "payment-channels", as_of="2026-04-30")
    assert (then["kind"], then["account_number"], then["valid_to"]) == ("bank", "79********345", "2026-05-01")
    [now] = await listed(officer, person, "payment-channels", as_of="2026-05-01")
    assert now == second
    [as_known] = await listed(officer, person, "payment-channels", known_at=first.json()["recorded_from"])
    assert (as_known["kind"], as_known["valid_to"]) == ("bank", None)


@pytest.mark.parametrize(
    "wrong", [{"account_number": None}, {"holder": None}, {"kind": "cash"}, {"kind": "cash", "account_number": None}]
)
async def test_cash_has_no_account_and_everything_else_has_one(
    officer: httpx2.AsyncClient, person: str, new_key: Key, wrong: dict[str, Any]
) -> None:
    answer = await officer.post(f"{PEOPLE}/{person}/payment-channels", json=BANK | wrong, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, "account-missing")


async def test_a_disability_gets_worse_and_ends_and_what_was_known_stays(
    officer: httpx2.AsyncClient, person: str, new_key: Key
) -> None:
    path = f"{PEOPLE}/{person}/disabilities"
    first = (await officer.post(path, json={**BLIND, "since": "2024-05-20"}, headers=new_key())).json()
    worse = {**BLIND, "degree": "exceptionally_severe", "since": "2025-01-01"}
    second = (await officer.post(path, json=worse, headers=new_key())).json()
    deaf = {**BLIND, "kind": "hearing_speech", "since": "2025-03-01"}
    third = (await officer.post(path, json=deaf, headers=new_key())).json()
    assert [one["degree"] for one in await listed(officer, person, "disabilities", as_of="2024-12-31")] == ["severe"]
    ended = await officer.post(
        f"/v1/beneficiaries/disabilities/{second['id']}/end", json={"on": "2026-01-01"}, headers=new_key()
    )
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-01-01")
    mistaken = await officer.post(
        f"/v1/beneficiaries/disabilities/{third['id']}/end", json={"on": "2025-03-01"}, headers=new_key()
    )
    assert mistaken.json()["recorded_to"] is not None
    again = await officer.post(f"/v1/beneficiaries/disabilities/{third['id']}/end", json={}, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (404, "disability-not-found")
    assert await listed(officer, person, "disabilities", as_of="2026-01-01") == []
    then = await listed(officer, person, "disabilities", known_at=first["recorded_from"])
    assert [(one["id"], one["valid_to"]) for one in then] == [(first["id"], None)]


@pytest.mark.parametrize(
    ("path", "body"), [("payment-channels", BANK), ("disabilities", BLIND), ("unmaskings", REASON)]
)
async def test_another_communes_person_is_not_found(
    registry: Service, stranger: httpx2.AsyncClient, person: str, new_key: Key, path: str, body: dict[str, Any]
) -> None:
    client = await registry.signed_in("commune-chair:04108") if path == "unmaskings" else stranger
    for answer in (
        await client.post(f"{PEOPLE}/{person}/{path}", json=body, headers=new_key()),
        *([] if path == "unmaskings" else [await client.get(f"{PEOPLE}/{person}/{path}")]),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "person-not-found")
    assert await registry.sql("select 1 from audit_log where action <> 'household.registered'") == []


async def test_another_communes_disability_does_not_end(
    registry: Service, officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, person: str, new_key: Key
) -> None:
    made = (await officer.post(f"{PEOPLE}/{person}/disabilities", json=BLIND, headers=new_key())).json()
    answer = await stranger.post(f"/v1/beneficiaries/disabilities/{made['id']}/end", json={}, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "disability-not-found")
    assert len(await registry.sql("select 1 from disabilities where recorded_to is null")) == 1


async def test_who_moved_away_is_private_to_those_who_answer_for_the_new_place(
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    register: Register,
    new_key: Key,
) -> None:
    home = await register(MAI_SON, member(), member("Cà Văn Minh", "child", "2012-05-20"), registered_on="2026-01-01")
    child = home["members"][1]["person_id"]
    await officer.post(f"{PEOPLE}/{child}/disabilities", json={**BLIND, "since": "2026-01-01"}, headers=new_key())
    other = await register(CHIENG_SUNG, member("Vì Thị Hai"))
    leaving = {"members": {"leave": [{"person_id": child, "left_on": "2026-06-01", "because": "moved"}]}}
    left = await admin.patch(f"{HOUSEHOLDS}/{home['id']}", json=leaving, headers={"If-Match": '"1"'})
    assert left.status_code == 200, left.text
    joining = {"members": {"join": [{"person_id": child, "relation": "other_relative"}]}}
    joined = await admin.patch(f"{HOUSEHOLDS}/{other['id']}", json=joining, headers={"If-Match": '"1"'})
    assert joined.status_code == 200, joined.text
    assert (await officer.get(f"{PEOPLE}/{child}/disabilities")).status_code == 404
    assert (await officer.post(f"{PEOPLE}/{child}/disabilities", json=BLIND, headers=new_key())).status_code == 404
    assert len(await listed(stranger, child, "disabilities")) == 1


@pytest.mark.parametrize("path", ["payment-channels", "disabilities"])
async def test_auditors_see_neither_illness_nor_account(registry: Service, person: str, path: str) -> None:
    auditor = await registry.signed_in("auditor")
    assert (await auditor.get(f"{PEOPLE}/{person}/{path}")).status_code == 403
    chair = await registry.signed_in("commune-chair:04105")
    assert (await chair.get(f"{PEOPLE}/{person}/{path}")).status_code == 200


async def test_no_household_page_list_export_or_event_tells_of_an_illness(
    registry: Service, officer: httpx2.AsyncClient, person: str, new_key: Key
) -> None:
    await officer.post(f"{PEOPLE}/{person}/disabilities", json=BLIND, headers=new_key())
    for table in ("outbox_events", "audit_log"):
        [row] = await registry.sql(f"select coalesce(string_agg(t::text, ''), '') as all from {table} t")
        assert not any(word in row["all"] for word in ("vision", "severe", "14/XN"))
    page = (await officer.get(HOUSEHOLDS)).text
    [home] = (await officer.get(HOUSEHOLDS)).json()["items"]
    assert "severe" not in page + (await officer.get(f"{HOUSEHOLDS}/{home['id']}")).text


async def test_two_ways_of_being_paid_recorded_at_once_do_not_overlap(
    registry: Service, officer: httpx2.AsyncClient, person: str, new_key: Key
) -> None:

    bodies = [{**BANK, "account_number": f"79052050{number:05}"} for number in range(6)]
    path = f"{PEOPLE}/{person}/payment-channels"
    answers = await asyncio.gather(*(officer.post(path, json=body, headers=new_key()) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    assert len(await registry.sql("select 1 from payment_channels where recorded_to is null")) == 1
