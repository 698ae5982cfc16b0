"""Requests about other communes' households, and what another office learns of a household: nothing."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.change_requests.conftest import (
    ATTACHMENTS,
    REQUESTS,
    Family,
    Key,
    Propose,
    Step,
    refused,
)
from tests.services.beneficiaries.conftest import CHIENG_SUNG
from tests.services.beneficiaries.test_scope import as_runtime

_PLACE = {"village": "Bản Nà Bó"}
_NUMBER = "014085000123"
_PDF = b"%PDF-1.7 a page"


async def _listed(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(REQUESTS, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_another_communes_officer_neither_finds_nor_counts_nor_infers_a_request(
    registry: Service,
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    new_key: Key,
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    query = {"change_request": made["id"], "name": "a.pdf"}
    attached = (await officer.post(ATTACHMENTS, params=query, content=_PDF)).json()
    one = f"{REQUESTS}/{made['id']}"
    for method, path, body in (
        ("GET", one, None),
        ("POST", f"{one}/approval", {}),
        ("POST", f"{one}/rejection", {"reason": "x"}),
        ("POST", f"{one}/return", {"reason": "x"}),
        ("POST", f"{one}/resubmission", {"reason": "x"}),
        ("POST", f"{one}/withdrawal", None),
    ):
        answer = await stranger.request(method, path, json=body, headers=new_key())
        assert refused(answer) == (404, "change-request-not-found"), path
    assert refused(await stranger.post(ATTACHMENTS, params=query, content=_PDF)) == (404, "change-request-not-found")
    assert refused(await stranger.get(f"{ATTACHMENTS}/{attached['id']}")) == (404, "attachment-not-found")
    chair = await registry.signed_in("commune-chair:04108")
    asked = await chair.post(f"{one}/unmaskings", json={"reason": "Compare with the card"})
    assert refused(asked) == (404, "change-request-not-found")
    for asked_for in ({}, {"area": "04105"}, {"household_id": home["id"]}, {"mine": "false"}, {"kind": "place"}):
        assert await _listed(stranger, **asked_for) == []
    for named in ({"household_id": home["id"]}, {"household_code": home["code"]}):
        body = {"kind": "place", "payload": _PLACE, "reason": "x", **named}
        answer = await stranger.post(REQUESTS, json=body, headers=new_key())
        assert refused(answer) == (404, "household-not-found")
    [row] = await registry.sql("select state, version from change_requests")
    assert (row["state"], row["version"]) == ("proposed", 1)


@pytest.mark.parametrize("area", [None, "04108", "", "99999"])
async def test_the_runtime_role_sees_no_request_out_of_scope(
    registry: Service, officer: httpx2.AsyncClient, family: Family, propose: Propose, area: str | None
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    await officer.post(ATTACHMENTS, params={"change_request": made["id"], "name": "a.pdf"}, content=_PDF)
    for table in ("change_requests", "change_request_steps", "change_request_attachments"):
        assert await as_runtime(registry, f"select 1 from {table}", area=area) == []
        assert len(await as_runtime(registry, f"select 1 from {table}", area="04105")) == 1


async def test_a_request_follows_its_household_to_another_commune_and_stays_with_its_proposer(
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    waits = await propose(officer, "place", home["id"], _PLACE)
    away = {"moved_on": "2026-01-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm"}
    moving = await propose(officer, "move", home["id"], away)
    assert (await step(chair, moving, "approval")).status_code == 200
    assert set(await _listed(stranger)) == {waits["id"], moving["id"]}
    assert await _listed(second) == await _listed(chair) == []
    mine = (await officer.get(f"{REQUESTS}/{waits['id']}")).json()
    assert (mine["household_code"], mine["area"], mine["current_version"]) == (None, None, None)


@pytest.mark.parametrize("login", ["treasurer", "credit-officer"])
async def test_another_office_proposes_and_learns_no_more_than_what_became_of_it(
    registry: Service,
    officer: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    new_key: Key,
    login: str,
) -> None:
    office = await registry.signed_in(login)
    home, theirs = await family(), await family(CHIENG_SUNG)
    of_others = await propose(officer, "place", home["id"], _PLACE)
    body: dict[str, Any] = {
        "kind": "place",
        "payload": _PLACE,
        "reason": "Gặp khi chi trả",
        "household_code": home["code"],
    }
    answer = await office.post(REQUESTS, json=body, headers=new_key())
    assert answer.status_code == 201, answer.text
    made = answer.json()
    by_id = await propose(office, "place", theirs["id"], _PLACE)
    assert (made["household_id"], made["household_code"]) == (None, home["code"])
    assert (by_id["household_id"], by_id["household_code"]) == (theirs["id"], None)
    for shown in (made, by_id):
        assert [shown[name] for name in ("area", "payload", "base_version", "current_version")] == [None] * 4
    assert set(await _listed(office)) == {made["id"], by_id["id"]}
    assert await _listed(office, household_id=home["id"]) == await _listed(office, area="04105") == []
    assert refused(await office.get(f"{REQUESTS}/{of_others['id']}")) == (404, "change-request-not-found")
    assert (await step(office, of_others, "approval")).status_code == 403
    nobody = await office.post(REQUESTS, json=body | {"household_code": "HH-0000000000"}, headers=new_key())
    assert refused(nobody) == (404, "household-not-found")
    split = {"split_on": "2026-01-01", "members": [{"person_id": home["members"][0]["person_id"], "relation": "head"}]}
    refusal = await office.post(REQUESTS, json=body | {"kind": "split", "payload": split}, headers=new_key())
    assert refused(refusal) == (403, "not-yours-to-propose")
    decided = await step(officer, made, "approval")
    assert decided.status_code == 200, decided.text
    then = (await office.get(f"{REQUESTS}/{made['id']}")).json()
    assert (then["state"], then["decided_by"]) == ("approved", None)
    assert [(one["step"], one["made_by"]) for one in then["steps"]] == [("proposed", login), ("approved", None)]


async def test_numbers_are_sealed_masked_and_shown_for_a_reason(
    registry: Service,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
) -> None:
    home = await family()
    change = {"person_id": home["members"][2]["person_id"], "identity_number": _NUMBER, "phone": "+84987654321"}
    made = await propose(officer, "identity", home["id"], {"members": {"change": [change]}})
    assert _NUMBER not in str(made)
    shown = (await chair.get(f"{REQUESTS}/{made['id']}")).json()["payload"]["members"]["change"][0]
    assert (shown["identity_number"], shown["phone"]) == ("0140******23", "+849******21")
    for table in ("change_requests", "change_request_steps", "audit_log", "outbox_events", "idempotency_keys"):
        rows = await registry.sql(f"select t::text as row from {table} t")
        assert not any(_NUMBER in row["row"] or _NUMBER.encode().hex() in row["row"] for row in rows), table
    [row] = await registry.sql("select payload_sealed from change_requests")
    opened = registry.app.state.vault.open(row["payload_sealed"], context=f"change_requests.payload:{made['id']}")
    assert _NUMBER in opened
    reason = {"reason": "Compare with the identity card"}
    assert (await officer.post(f"{REQUESTS}/{made['id']}/unmaskings", json=reason)).status_code == 403
    full = await chair.post(f"{REQUESTS}/{made['id']}/unmaskings", json=reason)
    assert full.json()["payload"]["members"]["change"] == [change]
    audits = await registry.sql("select actor, reason from audit_log where action = 'change_request.unmasked'")
    assert [(row["actor"], row["reason"]) for row in audits] == [("commune-chair:04105", reason["reason"])]


async def test_a_repeated_key_proposes_once(registry: Service, officer: httpx2.AsyncClient, family: Family) -> None:
    home = await family()
    mine = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e77"
    body = {"id": mine, "kind": "place", "household_id": home["id"], "payload": _PLACE, "reason": "x"}
    answers = [
        await officer.post(REQUESTS, json=body, headers={"Idempotency-Key": key}) for key in ("key-0001", "key-0001")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    again = await officer.post(REQUESTS, json=body, headers={"Idempotency-Key": "key-0002"})
    assert refused(again) == (409, "change-request-already-there")
    assert [row["id"] for row in await registry.sql("select id from change_requests")] == [UUID(mine)]
