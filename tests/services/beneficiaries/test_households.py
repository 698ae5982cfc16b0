import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from kit.values.reference import read_reference
from tests.conftest import Service
from tests.services.beneficiaries.conftest import (
    CHIENG_SUNG,
    CO_NOI,
    HAT_LOT_TOWNSHIP,
    HOUSEHOLDS,
    MAI_SON,
    Register,
    household,
    member,
)

Key = Callable[[], dict[str, str]]


async def test_an_officer_registers_a_household_and_reads_it_back(
    registry: Service, officer: httpx2.AsyncClient, new_key: Key
) -> None:
    child = member("Cà Văn Minh", "child", "2012-05-20", sex="male")
    body = household(MAI_SON, member(identity_number="014184000123", phone="+84987654321"), child)
    answer = await officer.post(HOUSEHOLDS, json=body, headers=new_key())
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"{HOUSEHOLDS}/{made['id']}"
    assert read_reference(made["code"], "HH") == made["code"]
    assert [one["full_name"] for one in made["members"]] == ["Lò Thị Đôi", "Cà Văn Minh"]
    assert made["area"] == {"id": MAI_SON, "code": "04105", "name": "Xã Mai Sơn"}
    assert made["poverty_status"] == "none"
    read = await officer.get(answer.headers["location"])
    assert read.json() == made
    assert (await officer.get(answer.headers["location"], headers={"If-None-Match": '"1"'})).status_code == 304


async def test_numbers_are_masked_in_answers_and_sealed_at_rest(registry: Service, register: Register) -> None:
    made = await register(MAI_SON, member(identity_number="014184000123", phone="+84987654321"))
    [head] = made["members"]
    assert (head["identity_number"], head["phone"]) == ("0141******23", "+849******21")
    [row] = await registry.sql("select identity_sealed, phone_sealed, identity_index from people")
    assert b"014184000123" not in row["identity_sealed"]
    assert b"987654321" not in row["phone_sealed"]
    assert len(row["identity_index"]) == 32
    for table in ("audit_log", "outbox_events", "idempotency_keys"):
        rows = await registry.sql(f"select t::text as t from {table} t")
        assert not any("014184000123" in str(found["t"]) for found in rows)


async def test_an_identity_number_that_disagrees_is_doubted_not_refused(register: Register) -> None:
    made = await register(MAI_SON, member(identity_number="014099000123"))
    assert made["members"][0]["identity_doubts"] == ["sex", "birth_year"]
    fits = await register(MAI_SON, member(identity_number="014184000124"))
    assert fits["members"][0]["identity_doubts"] == []


async def test_the_same_key_returns_the_first_answer(
    registry: Service, officer: httpx2.AsyncClient, new_key: Key
) -> None:
    key, body = new_key(), household(id=str(new_id()))
    first = await officer.post(HOUSEHOLDS, json=body, headers=key)
    again = await officer.post(HOUSEHOLDS, json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (201, first.json())
    other = await officer.post(HOUSEHOLDS, json={**body, "village": "Bản Khác"}, headers=key)
    assert other.json()["code"] == "idempotency-mismatch"
    clash = await officer.post(HOUSEHOLDS, json={**body, "village": "Bản Khác"}, headers=new_key())
    assert (clash.status_code, clash.json()["code"]) == (409, "household-already-registered")
    assert [row["count"] for row in await registry.sql("select count(*) from households")] == [1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"members": [member(relation="spouse")]}, "not-one-head"),
        ({"members": [member(), member("Vì Văn Hai")]}, "not-one-head"),
        ({"members": [member(), member("Lò Văn Già", "child", "1950-01-01")]}, "generations-disagree"),
        ({"members": [member(), member("Lò Văn Trẻ", "parent", "1990-01-01")]}, "generations-disagree"),
        ({"members": [member(born="2199-01-01")]}, "dates-disagree"),
        ({"members": [member(ethnicity="99")]}, "invalid"),
        ({"registered_on": "2199-01-01"}, "dates-disagree"),
        ({"registered_on": "2024-01-01"}, "area-not-in-force"),
        ({"area_id": HAT_LOT_TOWNSHIP}, "area-not-in-force"),
        ({"area_id": str(new_id())}, "area-not-found"),
    ],
)
async def test_what_cannot_be_a_household_is_refused(
    registry: Service, admin: httpx2.AsyncClient, new_key: Key, change: dict[str, Any], code: str
) -> None:
    answer = await admin.post(HOUSEHOLDS, json={**household(), **change}, headers=new_key())
    assert (answer.status_code < 500, answer.json()["code"]) == (True, code)
    assert await registry.sql("select 1 from households union all select 1 from people") == []


async def test_an_old_household_is_recorded_in_the_unit_of_its_day(register: Register) -> None:
    made = await register(CO_NOI, registered_on="2023-05-01")
    assert made["area"]["name"] == "Xã Cò Nòi"


async def test_an_identity_number_names_one_person(admin: httpx2.AsyncClient, register: Register, new_key: Key) -> None:
    await register(MAI_SON, member(identity_number="014184000123"))
    other = household(CHIENG_SUNG, member("Lò Thị Khác", identity_number="014184000123"))
    answer = await admin.post(HOUSEHOLDS, json=other, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "identity-number-taken")


async def test_a_change_needs_the_version_that_was_read(officer: httpx2.AsyncClient, register: Register) -> None:
    address = f"{HOUSEHOLDS}/{(await register())['id']}"
    change = {"address": "Nhà số 3"}
    assert (await officer.patch(address, json=change)).status_code == 428
    assert (await officer.patch(address, json=change, headers={"If-Match": '"7"'})).status_code == 412
    changed = await officer.patch(address, json=change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert changed.json()["address"] == "Nhà số 3"
    assert (await officer.patch(address, json=change, headers={"If-Match": '"1"'})).status_code == 412


async def test_of_two_who_change_the_same_version_one_wins(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, register: Register
) -> None:
    address = f"{HOUSEHOLDS}/{(await register())['id']}"
    answers = await asyncio.gather(
        *(
            client.patch(address, json={"village": f"Bản {number}"}, headers={"If-Match": '"1"'})
            for number, client in enumerate((admin, officer, admin, officer))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_members_leave_change_and_are_added(officer: httpx2.AsyncClient, register: Register) -> None:
    made = await register(MAI_SON, member(), member("Cà Văn Minh", "child", "2012-05-20"), registered_on="2025-08-01")
    head, child = (one["person_id"] for one in made["members"])
    change = {
        "members": {
            "leave": [{"person_id": child, "left_on": "2026-01-01", "because": "moved"}],
            "change": [{"person_id": head, "full_name": "Lò Thị Đôi Em", "identity_number": "014184000123"}],
            "add": [member("Lò Văn Năm", "sibling", "1990-01-01", birth_precision="year")],
        }
    }
    answer = await officer.patch(f"{HOUSEHOLDS}/{made['id']}", json=change, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    now = {one["full_name"]: one for one in answer.json()["members"]}
    assert now["Cà Văn Minh"]["left_on"] == "2026-01-01"
    assert now["Lò Thị Đôi Em"]["identity_number"] == "0141******23"
    assert now["Lò Văn Năm"]["birth_date"] == "1990-01-01"
    found = (await officer.get(HOUSEHOLDS, params={"q": "lo van nam"})).json()["items"]
    assert [one["id"] for one in found] == [made["id"]]
    assert (await officer.get(HOUSEHOLDS, params={"q": "ca van minh"})).json()["items"] == []


async def test_headship_passes_on_in_one_change(officer: httpx2.AsyncClient, register: Register) -> None:
    made = await register(MAI_SON, member(), member("Cà Văn Tám", "spouse", "1980-01-01", sex="male"))
    head, spouse = (one["person_id"] for one in made["members"])
    address = f"{HOUSEHOLDS}/{made['id']}"
    both = {"members": {"change": [{"person_id": spouse, "relation": "head"}]}}
    refused = await officer.patch(address, json=both, headers={"If-Match": '"1"'})
    assert refused.json()["code"] == "not-one-head"
    swap = {
        "members": {
            "change": [
                {"person_id": spouse, "relation": "head"},
                {"person_id": head, "relation": "spouse"},
            ]
        }
    }
    answer = await officer.patch(address, json=swap, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    current = {one["full_name"]: one["relation"] for one in answer.json()["members"] if one["left_on"] is None}
    assert current == {"Cà Văn Tám": "head", "Lò Thị Đôi": "spouse"}


async def test_a_person_joins_another_household_only_after_leaving_the_first(
    officer: httpx2.AsyncClient, register: Register
) -> None:
    first = await register(MAI_SON, member(), member("Cà Thị Hoa", "child", "2004-05-20"), registered_on="2025-08-01")
    second = await register(MAI_SON, member("Vì Văn Hai", born="1999-01-01", sex="male"), registered_on="2025-08-01")
    bride = first["members"][1]["person_id"]
    join = {"members": {"join": [{"person_id": bride, "relation": "spouse", "joined_on": "2026-02-01"}]}}
    there = f"{HOUSEHOLDS}/{second['id']}"
    refused = await officer.patch(there, json=join, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "person-in-another-household")
    leave = {"members": {"leave": [{"person_id": bride, "left_on": "2026-02-01", "because": "married"}]}}
    left = await officer.patch(f"{HOUSEHOLDS}/{first['id']}", json=leave, headers={"If-Match": '"1"'})
    assert left.status_code == 200
    joined = await officer.patch(there, json=join, headers={"If-Match": '"1"'})
    assert [one["full_name"] for one in joined.json()["members"]] == ["Vì Văn Hai", "Cà Thị Hoa"]


async def test_unmasking_is_for_administrators_with_a_reason_and_is_recorded(
    registry: Service, admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, register: Register
) -> None:
    made = await register(MAI_SON, member(identity_number="014184000123"))
    address = f"{HOUSEHOLDS}/{made['id']}/unmaskings"
    assert (await admin.post(address, json={"reason": "why"})).status_code == 422
    assert (await officer.post(address, json={"reason": "compare with the card"})).status_code == 403
    shown = await admin.post(address, json={"reason": "compare with the card"})
    assert shown.json()["members"][0]["identity_number"] == "014184000123"
    [row] = await registry.sql("select actor, reason, change from audit_log where action = 'household.unmasked'")
    assert (row["actor"], row["reason"]) == ("district-admin", "compare with the card")
    assert "014184000123" not in row["change"]


async def test_each_write_leaves_an_audit_row_and_an_event(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    made = await register()
    await officer.patch(f"{HOUSEHOLDS}/{made['id']}", json={"village": "Bản Mới"}, headers={"If-Match": '"1"'})
    audits = await registry.sql("select actor, action from audit_log order by id")
    assert [tuple(row) for row in audits] == [
        ("district-admin", "household.registered"),
        ("commune-officer:04105", "household.changed"),
    ]
    events = await registry.sql("select type, subject, data::text as data from outbox_events order by occurred_at, id")
    assert [row["type"] for row in events] == ["household.registered", "household.changed"]
    assert all(row["subject"] == made["id"] and "Bản" not in row["data"] for row in events)
