"""Needs: raised once at a time, told beside the support that came, closed by a person."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from kit.values.dates import today
from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, MAI_SON, Register
from tests.services.beneficiaries.test_lists import statements
from tests.services.beneficiaries.test_support import event, gift, push

NEEDS = "/v1/beneficiaries/needs"
KINDS = "/v1/beneficiaries/need-kinds"
Key = Callable[[], dict[str, str]]


async def raised(client: httpx2.AsyncClient, key: Key, home: str, kind: str = "food", **more: Any) -> dict[str, Any]:
    body = {"household_id": home, "kind": kind, "raised_on": "2026-01-10", **more}
    answer = await client.post(NEEDS, json=body, headers=key())
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def listed(client: httpx2.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(NEEDS, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_need_is_raised_once_at_a_time_and_again_after_it_was_met(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = (await register(registered_on="2026-01-01"))["id"]
    need = await raised(officer, new_key, home)
    assert (need["state"], need["origin"], need["reported_through"]) == ("open", "report", "officer")
    again = await officer.post(NEEDS, json={"household_id": home, "kind": "food"}, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "need-already-recorded")
    met = await officer.post(
        f"{NEEDS}/{need['id']}/closing", json={"state": "met", "on": "2026-03-01"}, headers=new_key()
    )
    assert (met.status_code, met.json()["state"], met.json()["closed_on"]) == (200, "met", "2026-03-01")
    twice = await officer.post(f"{NEEDS}/{need['id']}/closing", json={"state": "withdrawn"}, headers=new_key())
    assert (twice.status_code, twice.json()["code"]) == (409, "need-closed")
    within = await officer.post(
        NEEDS, json={"household_id": home, "kind": "food", "raised_on": "2026-02-01"}, headers=new_key()
    )
    assert within.status_code == 409
    await raised(officer, new_key, home, raised_on="2026-03-01")
    assert [one["state"] for one in await listed(officer, household_id=home)] == ["met", "open"]


async def test_a_gift_supports_a_need_but_closes_none(
    registry: Service, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = (await register())["id"]
    need = await raised(officer, new_key, home)
    await raised(officer, new_key, home, "water")
    before, of_another_kind = gift(home, "2026-01-09", kind="rice"), gift(home, "2026-01-20", kind="gift")
    taken_back = gift(home, "2026-01-11", kind="rice")
    for told in (before, of_another_kind, taken_back, gift(home, "2026-02-01", kind="rice"), gift(home, kind="food")):
        await push(registry, event("funds", "support.given", told))
    await push(registry, event("funds", "support.reversed", {"support_id": taken_back["support_id"], "reason": "no"}))
    found = (await officer.get(f"{NEEDS}/{need['id']}")).json()
    assert (found["state"], found["supported_since"], found["last_support_on"]) == ("open", "2026-02-01", "2026-02-10")
    assert [one["kind"] for one in await listed(officer, supported="false")] == ["water"]
    assert [one["kind"] for one in await listed(officer, supported="true", state="open")] == ["food"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "palace"}, "need-kind-unknown"),
        ({"raised_on": "2199-01-01"}, "dates-disagree"),
        ({"household_id": str(new_id())}, "household-not-found"),
    ],
)
async def test_a_need_of_nothing_or_of_nobody_is_refused(
    officer: httpx2.AsyncClient, register: Register, new_key: Key, body: dict[str, str], code: str
) -> None:
    home = (await register())["id"]
    answer = await officer.post(NEEDS, json={"household_id": home, "kind": "food", **body}, headers=new_key())
    assert answer.json()["code"] == code


async def test_a_need_is_not_closed_before_it_was_raised_nor_tomorrow(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    need = await raised(officer, new_key, (await register())["id"])
    for on in ("2026-01-09", "2199-01-01"):
        answer = await officer.post(f"{NEEDS}/{need['id']}/closing", json={"state": "met", "on": on}, headers=new_key())
        assert (answer.status_code, answer.json()["code"]) == (422, "dates-disagree")


async def test_the_second_of_two_who_change_a_note_is_told(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    need = await raised(officer, new_key, (await register())["id"])
    address = f"{NEEDS}/{need['id']}"
    first = await officer.patch(address, json={"note": "mất mùa"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.json()["note"], first.headers["etag"]) == (200, "mất mùa", '"2"')
    assert (await officer.patch(address, json={"note": None}, headers={"If-Match": '"1"'})).status_code == 412


async def test_the_administrator_changes_what_answers_a_need_and_no_officer_does(
    registry: Service, admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = (await register())["id"]
    await raised(officer, new_key, home)
    await push(registry, event("funds", "support.given", gift(home)))
    assert await listed(officer, supported="true") == []
    version = (await admin.get(f"{KINDS}/food")).headers["etag"]
    change = {"support_kinds": ["rice", "gift"]}
    assert (await officer.patch(f"{KINDS}/food", json=change, headers={"If-Match": version})).status_code == 403
    assert (await admin.patch(f"{KINDS}/food", json=change, headers={"If-Match": version})).status_code == 200
    assert (await admin.patch(f"{KINDS}/food", json=change, headers={"If-Match": version})).status_code == 412
    assert len(await listed(officer, supported="true")) == 1


async def test_a_kind_is_added_used_and_taken_out_of_use(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    title = {"vi": "Điện", "en": "Electricity", "fr": "De l'électricité"}
    body = {"code": "electricity", "title": title, "support_kinds": ["solar"], "indicators": []}
    assert (await admin.post(KINDS, json=body, headers=new_key())).status_code == 201
    again = await admin.post(KINDS, json=body, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "need-kind-taken")
    await raised(officer, new_key, (await register())["id"], "electricity")
    gone = await admin.patch(f"{KINDS}/electricity", json={"active": False}, headers={"If-Match": '"1"'})
    assert gone.json()["active"] is False
    later = await officer.post(
        NEEDS, json={"household_id": (await register())["id"], "kind": "electricity"}, headers=new_key()
    )
    assert (later.status_code, later.json()["code"]) == (422, "need-kind-unknown")
    assert len(await listed(officer, kind="electricity")) == 1
    assert (await admin.get(f"{KINDS}/palace")).json()["code"] == "need-kind-not-found"


async def test_every_step_of_a_need_is_audited(
    registry: Service, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    need = await raised(officer, new_key, (await register())["id"])
    await officer.patch(f"{NEEDS}/{need['id']}", json={"note": "x"}, headers={"If-Match": '"1"'})
    await officer.post(f"{NEEDS}/{need['id']}/closing", json={"state": "withdrawn"}, headers=new_key())
    rows = await registry.sql("select action, actor from audit_log where subject_type = 'need' order by id")
    assert [row["action"] for row in rows] == ["need.raised", "need.explained", "need.withdrawn"]
    assert {row["actor"] for row in rows} == {"commune-officer:04105"}


async def test_another_commune_sees_counts_and_changes_no_need(
    registry: Service, officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    need = await raised(officer, new_key, (await register(MAI_SON))["id"])
    theirs = await raised(stranger, new_key, (await register(CHIENG_SUNG))["id"])
    unknown = str(new_id())
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"note": "x"}),
        ("POST", "/closing", {"state": "met"}),
    ):
        headers = {"If-Match": '"1"', **new_key()}
        answers = [
            await stranger.request(method, f"{NEEDS}/{one}{path}", json=body, headers=headers | new_key())
            for one in (need["id"], unknown)
        ]
        assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "need-not-found")] * 2
    raising = {"household_id": need["household_id"], "kind": "water"}
    assert (await stranger.post(NEEDS, json=raising, headers=new_key())).json()["code"] == "household-not-found"
    for asked in (
        {},
        {"area": "04105"},
        {"household_id": need["household_id"]},
        {"kind": "food"},
        {"village": "Bản Mé"},
    ):
        assert {one["id"] for one in await listed(stranger, **asked)} <= {theirs["id"]}
    [row] = await registry.sql("select state, version from needs where id = $1", need["id"])
    assert (row["state"], row["version"]) == ("open", 1)


async def test_the_database_itself_holds_one_open_need_of_a_kind_and_ordered_dates(
    registry: Service, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    need = await raised(officer, new_key, (await register())["id"])
    insert = (
        "insert into needs (id, household_id, kind, origin, reported_through, raised_on, raised_by)"
        " select gen_random_uuid(), household_id, kind, origin, reported_through, $1, 'x' from needs"
    )
    with pytest.raises(asyncpg.ExclusionViolationError):
        await registry.sql(insert, today())
    for forbidden in (
        "closed_on = raised_on - 1, state = 'met', closed_by = 'x'",
        "state = 'met'",
        "indicators = '{x}'",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await registry.sql(f"update needs set {forbidden} where id = $1", need["id"])


async def test_a_list_of_needs_runs_as_many_statements_for_ten_as_for_one(
    registry: Service, officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    await raised(officer, new_key, (await register())["id"])
    counts = []
    for _ in range(2):
        with statements(registry) as seen:
            await listed(officer)
        counts.append(len(seen))
        for kind in ("water", "house", "job"):
            await raised(officer, new_key, (await register())["id"], kind)
    assert counts == [2, 2]
    answer = await officer.get(NEEDS, params={"kinds": "food"})
    assert answer.status_code == 422


async def test_the_examples_of_needs_work(
    registry: Service, admin: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    schemas = (await admin.get("/openapi.json")).json()["components"]["schemas"]
    home = (await register())["id"]
    example = schemas["NeedIn"]["examples"][0] | {"household_id": home}
    made = await admin.post(NEEDS, json=example, headers=new_key())
    assert made.status_code == 201, made.text
    address = f"{NEEDS}/{made.json()['id']}"
    change = await admin.patch(address, json=schemas["NeedChange"]["examples"][0], headers={"If-Match": '"1"'})
    assert change.status_code == 200, change.text
    closed = await admin.post(f"{address}/closing", json=schemas["ClosingIn"]["examples"][0], headers=new_key())
    assert closed.status_code == 200, closed.text
    kind = await admin.patch(
        f"{KINDS}/house", json=schemas["NeedKindChange"]["examples"][0], headers={"If-Match": '"1"'}
    )
    assert kind.status_code == 200, kind.text
