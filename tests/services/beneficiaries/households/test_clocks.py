"""What was, and what was known of it: reads of a household at two times, and its history."""

import json
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.test_lists import statements

Key = Callable[[], dict[str, str]]
SINCE = "2025-08-01"
HOUSE = {
    "kind": "makeshift",
    "floor_area_m2": "31.5",
    "walls": "bamboo",
    "frame": "wood",
    "roof": "thatch",
    "walls_durable": False,
    "frame_durable": False,
    "roof_durable": False,
    "water_source": "unprotected_spring",
    "latrine": "none",
    "ownership": "own",
    "uses_internet": False,
    "information_means": ["radio"],
}


async def read(client: httpx2.AsyncClient, home: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{HOUSEHOLDS}/{home}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def change(client: httpx2.AsyncClient, home: str, version: int, **body: Any) -> httpx2.Response:
    return await client.patch(f"{HOUSEHOLDS}/{home}", json=body, headers={"If-Match": f'"{version}"'})


async def test_a_corrected_day_of_joining_is_known_from_now_and_was_not_known_before(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register(MAI_SON, member(), member("Cà Văn Minh", "child", "2012-05-20"), registered_on=SINCE)
    child = home["members"][1]["person_id"]
    corrected = {"members": {"change": [{"person_id": child, "joined_on": "2025-11-01"}]}}
    assert (await change(officer, home["id"], 1, **corrected)).status_code == 200
    assert len((await read(officer, home["id"], as_of="2025-10-31"))["members"]) == 1
    before = await read(officer, home["id"], as_of="2025-10-31", known_at=home["recorded_at"])
    assert len(before["members"]) == 2
    rows = await registry.sql("select recorded_to from memberships where person_id = $1 order by recorded_from", child)
    assert [row["recorded_to"] is None for row in rows] == [False, True]
    late = {"members": {"change": [{"person_id": child, "joined_on": "2199-01-01"}]}}
    assert (await change(officer, home["id"], 2, **late)).json()["code"] == "dates-disagree"


async def test_a_head_who_leaves_in_the_past_is_followed_from_that_day(
    officer: httpx2.AsyncClient, register: Register
) -> None:
    spouse = member("Cà Văn Tám", "spouse", "1980-01-01", sex="male")
    home = await register(MAI_SON, member(), spouse, registered_on=SINCE)
    head, husband = (one["person_id"] for one in home["members"])
    left = {"person_id": head, "left_on": "2026-01-10", "because": "moved"}
    gap = {"members": {"leave": [left], "change": [{"person_id": husband, "relation": "head", "since": "2026-01-20"}]}}
    assert (await change(officer, home["id"], 1, **gap)).json()["code"] == "not-one-head"
    follows = {"members": {"leave": [left], "change": [{"person_id": husband, "relation": "head"}]}}
    assert (await change(officer, home["id"], 1, **follows)).status_code == 200
    for day, name in (("2026-01-09", "Lò Thị Đôi"), ("2026-01-10", "Cà Văn Tám")):
        members = (await read(officer, home["id"], as_of=day))["members"]
        assert [one["full_name"] for one in members if one["relation"] == "head"] == [name]


async def test_a_corrected_village_is_a_row_and_so_is_every_dwelling(
    officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register(MAI_SON, member(), registered_on=SINCE)
    assert (await change(officer, home["id"], 1, village="Bản Mé Dưới")).json()["village"] == "Bản Mé Dưới"
    address = f"{HOUSEHOLDS}/{home['id']}/dwelling"
    for version, house in ((2, HOUSE), (3, {**HOUSE, "roof": "tiles", "since": "2026-06-01"})):
        body = {"since": SINCE, **house}
        answer = await officer.put(address, json=body, headers={"If-Match": f'"{version}"'})
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version + 1}"'), answer.text
    stale = await officer.put(address, json=HOUSE, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    early = await officer.put(address, json={**HOUSE, "since": "2025-07-01"}, headers={"If-Match": '"4"'})
    assert early.json()["code"] == "dates-disagree"
    then, now = await read(officer, home["id"], as_of="2026-05-31"), await read(officer, home["id"])
    assert (then["dwelling"]["roof"], now["dwelling"]["roof"]) == ("thatch", "tiles")
    assert then["dwelling"]["floor_area_m2"] == "31.50"
    known = await read(officer, home["id"], known_at=home["recorded_at"])
    assert (known["village"], known["dwelling"]) == ("Bản Mé", None)
    seen: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        page = (await officer.get(f"{HOUSEHOLDS}/{home['id']}/history", params=asked)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert [one["kind"] for one in seen].count("place") == 2
    assert [one["kind"] for one in seen].count("dwelling") == 3
    assert sum(one["recorded_to"] is not None for one in seen) == 2
    assert len({one["id"] for one in seen}) == len(seen) == 6


async def test_a_household_is_not_found_before_it_was_registered_or_known(
    officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register(MAI_SON, member(), registered_on=SINCE)
    for asked in ({"as_of": "2025-07-31"}, {"known_at": "2026-01-01T00:00:00Z"}):
        answer = await officer.get(f"{HOUSEHOLDS}/{home['id']}", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (404, "household-not-found")
    past = await officer.get(f"{HOUSEHOLDS}/{home['id']}", params={"as_of": SINCE})
    assert past.headers["etag"].startswith("W/")


async def test_lists_lookups_and_figures_of_a_day_say_the_same(
    registry: Service, admin: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    child = member("Cà Văn Minh", "child", "2012-05-20", joined_on="2025-11-01")
    home = await register(MAI_SON, member(), child, registered_on=SINCE)
    move = {"moved_on": "2026-03-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm"}
    await admin.post(f"{HOUSEHOLDS}/{home['id']}/moves", json=move, headers=new_key())
    funds = await registry.signed_in("service:funds")
    for day, members, place in (("2025-10-31", 1, "04105"), ("2026-02-28", 2, "04105"), ("2026-03-01", 2, "04108")):
        [line] = (await admin.get(HOUSEHOLDS, params={"as_of": day})).json()["items"]
        assert (line["members"], line["area"]["code"]) == (members, place)
        for asked in ({"area": place}, {"area": place, "q": "lo thi doi"}):
            assert len((await admin.get(HOUSEHOLDS, params={"as_of": day, **asked})).json()["items"]) == 1
        other = {"as_of": day, "area": "04105" if place == "04108" else "04108"}
        assert (await admin.get(HOUSEHOLDS, params=other)).json()["items"] == []
        assert (await admin.get(HOUSEHOLDS, params={**other, "q": "lo thi doi"})).json()["items"] == []
        looked = (await funds.post(f"{HOUSEHOLDS}/lookup", json={"ids": [home["id"]], "as_of": day})).json()
        assert [(one["members"], one["area_id"]) for one in looked["found"]] == [(members, line["area"]["id"])]
        figures = await admin.get("/v1/beneficiaries/impact", params={"to": day, "by": "area"})
        assert {row["area"]["code"] for row in figures.json()["rows"]} == {place}
    assert (await admin.get(HOUSEHOLDS, params={"as_of": "2025-07-31"})).json()["items"] == []


async def test_reads_of_another_day_run_a_fixed_number_of_statements(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    family = [member(), *(member(f"Cà Văn {n}", "child", f"20{10 + n}-05-20") for n in range(5))]
    for _ in range(3):
        home = (await register(MAI_SON, *family, registered_on=SINCE))["id"]
    day = {"as_of": "2026-01-01"}
    for path, asked, most in (
        ("", day, 3),
        ("", {**day, "q": "lo thi"}, 3),
        (f"/{home}", day, 3),
        (f"/{home}/history", {}, 3),
        (f"/{home}/acts", {}, 3),
    ):
        with statements(registry) as seen:
            answer = await officer.get(f"{HOUSEHOLDS}{path}", params=asked)
        assert answer.status_code == 200, answer.text
        assert len(seen) == most


async def test_who_moved_on_stays_in_the_past_without_their_numbers(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, register: Register
) -> None:
    bride = member("Cà Thị Hoa", "child", "2004-05-20", phone="+84987654321")
    home = await register(MAI_SON, member(), bride, registered_on=SINCE)
    other = await register(CHIENG_SUNG, member("Vì Văn Hai", born="1999-01-01", sex="male"), registered_on=SINCE)
    person = home["members"][1]["person_id"]
    leave = {"members": {"leave": [{"person_id": person, "left_on": "2026-02-01", "because": "married"}]}}
    assert (await change(admin, home["id"], 1, **leave)).json()["members"][1]["phone"] == "+849******21"
    join = {"members": {"join": [{"person_id": person, "relation": "spouse", "joined_on": "2026-02-01"}]}}
    assert (await change(admin, other["id"], 1, **join)).status_code == 200
    then = (await read(officer, home["id"], as_of="2026-01-31"))["members"]
    assert [(one["full_name"], one["phone"]) for one in then] == [("Lò Thị Đôi", None), ("Cà Thị Hoa", None)]
    renamed = {"members": {"change": [{"person_id": person, "full_name": "Ai Khác"}]}}
    assert (await change(officer, home["id"], 2, **renamed)).json()["code"] == "member-not-found"


async def test_what_a_person_was_called_is_kept_in_the_audit_log(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register(MAI_SON, member(identity_number="014184000123"), registered_on=SINCE)
    person = home["members"][0]["person_id"]
    wanted = {"person_id": person, "full_name": "Lò Thị Đội", "ethnicity": "06", "identity_number": None}
    assert (await change(officer, home["id"], 1, members={"change": [wanted]})).status_code == 200
    [row] = await registry.sql(
        "select actor, subject_id::text as who, change::text from audit_log where action = $1", "person.changed"
    )
    assert (row["actor"], row["who"]) == ("commune-officer:04105", person)
    assert json.loads(row["change"]) == {"full_name": ["Lò Thị Đôi", "Lò Thị Đội"], "ethnicity": ["03", "06"]}


async def test_nobody_leaves_a_household_after_it_was_dissolved(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    son = member("Cà Văn Năm", "child", "2004-01-01", sex="male")
    home = await register(MAI_SON, member(), son, registered_on=SINCE)
    mother, child = (one["person_id"] for one in home["members"])
    leave = {"members": {"leave": [{"person_id": child, "left_on": "2026-03-01", "because": "moved"}]}}
    assert (await change(officer, home["id"], 1, **leave)).status_code == 200
    died = {"person_id": mother, "died_on": "2026-02-01"}
    answer = await officer.post(f"{HOUSEHOLDS}/{home['id']}/deaths", json=died, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, "dates-disagree")


@pytest.mark.parametrize(
    "statement",
    [
        "update memberships set recorded_to = clock_timestamp() where relation = 'head'",
        "update household_places set recorded_to = clock_timestamp()",
        (
            "insert into households (id, code, area_id, village, registered_on, names, version)"
            " select $1, 'HH-X', area_id, 'x', current_date, '', 1 from households"
        ),
    ],
)
async def test_the_database_keeps_a_head_and_a_place_on_every_day_whoever_writes(
    registry: Service, register: Register, statement: str
) -> None:
    await register()
    arguments = [new_id()] if "$1" in statement else []
    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await registry.sql(statement, *arguments)
    assert refused.value.constraint_name == "ex_households_head_and_place"
