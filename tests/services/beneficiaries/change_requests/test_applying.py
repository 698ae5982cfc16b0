"""Each kind of request makes, once approved, what a direct change of that kind makes."""

import asyncio
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.change_requests.conftest import (
    REQUESTS,
    Family,
    Key,
    Propose,
    Step,
    people,
    refused,
)
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, member
from tests.services.beneficiaries.household_acts.test_acts import read

_END_WHO_WAITS = (
    "select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid"
    " where not l.granted and l.relation = 'household_places'::regclass and a.datname = current_database()"
)
_DWELLING = {
    "kind": "semi_permanent",
    "floor_area_m2": "42.50",
    "walls": "wood",
    "frame": "durable_wood",
    "roof": "tiles",
    "walls_durable": False,
    "frame_durable": True,
    "roof_durable": True,
    "water_source": "protected_spring",
    "latrine": "double_vault",
    "ownership": "own",
    "uses_internet": True,
    "information_means": ["smartphone"],
    "since": "2026-01-01",
}


def _payloads(home: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    head, spouse, son, daughter = people(home)
    merged = [
        {"person_id": person, "relation": relation}
        for person, relation in zip(
            people(home), ("sibling", "other_relative", "not_related", "not_related"), strict=True
        )
    ]
    return {
        "person_facts": {"members": {"change": [{"person_id": son, "full_name": "Cà Văn Bảy"}]}},
        "identity": {"members": {"change": [{"person_id": son, "identity_number": "014085000123"}]}},
        "members": {"members": {"add": [member("Cà Thị Tư", "grandchild", "2012-01-01", joined_on="2026-01-01")]}},
        "place": {"village": "Bản Nà Bó", "address": "Nhà số 3"},
        "dwelling": _DWELLING,
        "review": {"household_id": home["id"], "received_on": "2026-01-05", "wish": "Xin được rà soát"},
        "move": {"moved_on": "2026-01-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm"},
        "split": {"split_on": "2026-01-01", "members": [{"person_id": daughter, "relation": "head"}]},
        "merge": {
            "household_id": home["id"],
            "into_household_id": other["id"],
            "merged_on": "2026-01-01",
            "members": merged,
        },
        "death": {
            "person_id": head,
            "died_on": "2026-01-01",
            "relations": [{"person_id": spouse, "relation": "head"}],
        },
    }


async def _shows(admin: httpx2.AsyncClient, registry: Service, kind: str, home: dict[str, Any]) -> bool:
    now = await read(admin, home["id"])
    staying = {one["full_name"]: one for one in now["members"] if one["left_on"] is None}
    acts = [row["kind"] for row in await registry.sql("select kind from household_acts")]
    looked: dict[str, bool] = {
        "person_facts": "Cà Văn Bảy" in staying,
        "identity": (staying["Cà Văn Năm"]["identity_number"] or "").endswith("23")
        if "Cà Văn Năm" in staying
        else False,
        "members": "Cà Thị Tư" in staying,
        "place": (now["village"], now["address"]) == ("Bản Nà Bó", "Nhà số 3"),
        "dwelling": now["dwelling"] is not None and now["dwelling"]["floor_area_m2"] == "42.50",
        "review": len(await registry.sql("select 1 from review_requests")) == 1,
        "move": now["area"]["id"] == CHIENG_SUNG,
        "split": acts == ["split"] and len(staying) == 3,
        "merge": acts == ["merge"] and now["dissolved_on"] == "2026-01-01",
        "death": staying.get("Cà Văn Tám", {}).get("relation") == "head",
    }
    return looked[kind]


@pytest.mark.parametrize(
    "kind",
    ["person_facts", "identity", "members", "place", "dwelling", "review", "move", "split", "merge", "death"],
)
async def test_an_approved_change_is_made_and_no_other(
    registry: Service,
    admin: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    kind: str,
) -> None:
    home, other = await family(), await family()
    made = await propose(officer, kind, home["id"], _payloads(home, other)[kind])
    assert (made["state"], made["base_version"]) == ("proposed", 1)
    assert not await _shows(admin, registry, kind, home)
    answer = await step(chair, made, "approval")
    assert answer.status_code == 200, answer.text
    decided = answer.json()
    assert (decided["state"], decided["decided_by"]) == ("approved", "commune-chair:04105")
    assert (decided["became_id"] is not None) == (kind in {"move", "split", "merge", "death", "review"})
    assert await _shows(admin, registry, kind, home)
    audits = await registry.sql(
        "select actor, on_behalf_of, request_id from audit_log where action = 'change_request.approved'"
    )
    assert [(row["actor"], row["on_behalf_of"]) for row in audits] == [("commune-chair:04105", "commune-officer:04105")]
    direct = await registry.sql(
        "select actor from audit_log where request_id = $1 and subject_type <> 'change_request'",
        audits[0]["request_id"],
    )
    assert direct
    assert {row["actor"] for row in direct} == {"commune-chair:04105"}
    events = [row["type"] for row in await registry.sql("select type from outbox_events order by id")]
    assert events.count("change_request.decided") == 1


async def test_what_is_refused_directly_is_refused_on_approval_and_leaves_the_request_open(
    registry: Service,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    """Approval and change are one transaction: no request is approved whose change was not made."""
    home = await family()
    headless = {"person_id": people(home)[0], "died_on": "2026-01-01"}
    made = await propose(officer, "death", home["id"], headless)
    assert refused(await step(chair, made, "approval")) == (422, "not-one-head")
    [row] = await registry.sql("select state, decided_by, version from change_requests")
    assert (row["state"], row["decided_by"], row["version"]) == ("proposed", None, 1)
    assert [row["step"] for row in await registry.sql("select step from change_request_steps")] == ["proposed"]
    assert await registry.sql("select 1 from outbox_events where type = 'change_request.decided'") == []


async def test_a_backend_that_dies_between_approval_and_change_leaves_neither(
    registry: Service,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], {"village": "Bản Nà Bó"})
    holder = await asyncpg.connect(registry.databases.cluster.url(registry.database))
    try:
        async with holder.transaction():
            # The request is decided by then, and the change waits for the place, which nobody writes under this lock.
            await holder.execute("lock table household_places in share mode")
            approving = asyncio.create_task(step(chair, made, "approval"))
            async with asyncio.timeout(20):
                while not await holder.fetch(_END_WHO_WAITS):
                    await asyncio.sleep(0.01)
            assert (await approving).status_code >= 500
    finally:
        await holder.close()
    [row] = await registry.sql("select state, decided_by from change_requests")
    assert (row["state"], row["decided_by"]) == ("proposed", None)
    assert (await read(officer, home["id"]))["version"] == 1
    assert (await step(chair, made, "approval")).status_code == 200
    assert (await read(officer, home["id"]))["village"] == "Bản Nà Bó"


async def test_of_two_checkers_at_the_same_instant_one_applies_it(
    registry: Service,
    admin: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    made = await propose(officer, "members", home["id"], _payloads(home, home)["members"])
    answers = await asyncio.gather(*(step(client, made, "approval") for client in (admin, second, chair)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"change-request-step-refused"}
    now = await read(officer, home["id"])
    assert (now["version"], len(now["members"])) == (2, 5)


async def test_a_household_changed_since_is_refused_with_the_names_of_what_changed(
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], {"village": "Bản Nà Bó"})
    change = {"members": {"change": [{"person_id": people(home)[2], "phone": "+84987654321"}]}, "address": "Số 5"}
    patched = await second.patch(f"{HOUSEHOLDS}/{home['id']}", json=change, headers={"If-Match": '"1"'})
    assert patched.status_code == 200
    answer = await step(chair, made, "approval")
    assert refused(answer) == (409, "household-changed-since")
    assert "members.phone" in answer.json()["detail"]
    assert "address" in answer.json()["detail"]
    assert "+84" not in answer.text
    shown = (await chair.get(f"{REQUESTS}/{made['id']}")).json()
    assert (shown["base_version"], shown["current_version"]) == (1, 2)
    assert (await step(chair, made, "return")).json()["state"] == "returned"
    assert refused(await step(chair, made, "approval")) == (409, "change-request-step-refused")
    renewed = await step(officer, made, "resubmission")
    assert (renewed.json()["state"], renewed.json()["base_version"]) == ("proposed", 2)
    assert (await step(chair, made, "approval")).status_code == 200
    assert (await read(officer, home["id"]))["village"] == "Bản Nà Bó"


async def test_a_change_made_offline_is_for_the_version_that_was_read(
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    new_key: Key,
) -> None:
    home = await family()
    await officer.patch(f"{HOUSEHOLDS}/{home['id']}", json={"address": "Số 5"}, headers={"If-Match": '"1"'})
    mine = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e77"
    made = await propose(officer, "place", home["id"], {"village": "Bản Nà Bó"}, base_version=1, id=mine)
    assert (made["id"], made["base_version"], made["current_version"]) == (mine, 1, 2)
    assert refused(await step(chair, made, "approval")) == (409, "household-changed-since")
    ahead = {"kind": "place", "household_id": home["id"], "payload": {"village": "x"}, "reason": "x"}
    answer = await officer.post(REQUESTS, json={**ahead, "base_version": 9}, headers=new_key())
    assert refused(answer) == (422, "base-version-unknown")
