"""Moves, splits, merges and deaths: dated, on paper, and never an edit."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, area, member

Key = Callable[[], dict[str, str]]
Family = Callable[[], Awaitable[dict[str, Any]]]
SINCE = "2025-08-01"


@pytest.fixture
def family(register: Register) -> Family:
    """Give a function that registers a woman, her husband and two grown children in Mai Sơn, since August 2025."""

    async def one() -> dict[str, Any]:
        made: dict[str, Any] = await register(
            MAI_SON,
            member("Lò Thị Đôi", "head", "1960-01-01"),
            member("Cà Văn Tám", "spouse", "1958-01-01", sex="male"),
            member("Cà Văn Năm", "child", "1985-01-01", sex="male"),
            member("Cà Thị Sáu", "child", "1988-01-01"),
            registered_on=SINCE,
        )
        return made

    return one


def ids(home: dict[str, Any]) -> list[str]:
    return [str(one["person_id"]) for one in home["members"]]


def stands(home: dict[str, Any]) -> dict[str, str]:
    return {one["full_name"]: one["relation"] for one in home["members"] if one["left_on"] is None}


async def read(client: httpx2.AsyncClient, home: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{HOUSEHOLDS}/{home}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def act(client: httpx2.AsyncClient, path: str, key: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{HOUSEHOLDS}/{path}", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def refused(client: httpx2.AsyncClient, path: str, key: dict[str, str], **body: Any) -> tuple[int, str]:
    answer = await client.post(f"{HOUSEHOLDS}/{path}", json=body, headers=key)
    return answer.status_code, answer.json()["code"]


async def test_a_household_moves_out_of_one_officers_sight_into_anothers(
    registry: Service, officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    path, key = f"{home['id']}/moves", new_key()
    body = {"moved_on": "2026-03-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm", "decision_number": "7/QĐ-UBND"}
    assert (await stranger.post(f"{HOUSEHOLDS}/{path}", json=body, headers=new_key())).status_code == 404
    moved = await act(officer, path, key, **body)
    assert (moved["from_area_id"], moved["to_area_id"]) == (MAI_SON, CHIENG_SUNG)
    assert (await officer.get(f"{HOUSEHOLDS}/{home['id']}")).status_code == 404
    assert (await officer.get(HOUSEHOLDS)).json()["items"] == []
    assert (await officer.get(HOUSEHOLDS, params={"q": "lo thi doi"})).json()["items"] == []
    again = await officer.post(f"{HOUSEHOLDS}/{path}", json=body, headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (moved, "true")
    now = await read(stranger, home["id"])
    assert (now["area"]["id"], now["village"], now["place_since"]) == (CHIENG_SUNG, "Bản Cuộm", "2026-03-01")
    assert len(stands(now)) == 4
    before = await read(stranger, home["id"], as_of="2026-02-28")
    assert (before["area"]["id"], before["village"]) == (MAI_SON, "Bản Mé")
    unknown = await read(stranger, home["id"], as_of="2026-03-01", known_at=home["recorded_at"])
    assert unknown["area"]["id"] == MAI_SON
    rows = await registry.sql("select distinct area_id::text as area from people")
    assert [row["area"] for row in rows] == [CHIENG_SUNG]
    [told] = await registry.sql("select data::text as data from outbox_events where type = 'household.moved'")
    assert home["id"] in told["data"]
    assert "Bản" not in told["data"]


async def test_a_backdated_move_lasts_until_the_next_one_that_is_known(
    admin: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = (await family())["id"]
    await act(admin, f"{home}/moves", new_key(), moved_on="2026-05-01", area_id=CHIENG_SUNG, village="C")
    await act(admin, f"{home}/moves", new_key(), moved_on="2026-02-01", area_id=MAI_SON, village="B")
    days = ("2025-08-01", "2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01")
    assert [(await read(admin, home, as_of=day))["village"] for day in days] == ["Bản Mé", "Bản Mé", "B", "B", "C"]
    assert (await read(admin, home))["area"]["id"] == CHIENG_SUNG


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"moved_on": "2199-01-01"}, (422, "dates-disagree")),
        ({"moved_on": "2025-07-15"}, (422, "dates-disagree")),
        ({"area_id": area("04105", "1900-01-01")}, (409, "area-not-in-force")),
        ({"area_id": str(new_id())}, (404, "area-not-found")),
        ({"area_id": MAI_SON, "village": "Bản Mé"}, (409, "already-there")),
    ],
)
async def test_an_impossible_move_is_refused_and_leaves_nothing(
    registry: Service,
    officer: httpx2.AsyncClient,
    family: Family,
    new_key: Key,
    change: dict[str, Any],
    answer: tuple[int, str],
) -> None:
    home = await family()
    body = {"moved_on": "2026-03-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm", **change}
    assert await refused(officer, f"{home['id']}/moves", new_key(), **body) == answer
    assert await registry.sql("select 1 from household_acts") == []
    assert (await read(officer, home["id"]))["version"] == 1


async def test_a_split_makes_a_household_of_the_same_day_with_its_own_head(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    _, _, son, daughter = ids(home)
    body = {
        "split_on": "2026-02-01",
        "members": [{"person_id": son, "relation": "head"}, {"person_id": daughter, "relation": "sibling"}],
    }
    made = await act(officer, f"{home['id']}/splits", new_key(), **body)
    old, new = await read(officer, home["id"]), await read(officer, made["other_household_id"])
    assert stands(old) == {"Lò Thị Đôi": "head", "Cà Văn Tám": "spouse"}
    assert stands(new) == {"Cà Văn Năm": "head", "Cà Thị Sáu": "sibling"}
    assert (new["registered_on"], new["village"], new["poverty_status"]) == ("2026-02-01", "Bản Mé", "none")
    assert len((await read(officer, home["id"], as_of="2026-01-31"))["members"]) == 4
    assert len((await read(officer, home["id"], as_of="2026-02-01"))["members"]) == 2
    early = await officer.get(f"{HOUSEHOLDS}/{new['id']}", params={"as_of": "2026-01-31"})
    assert early.status_code == 404
    assert await refused(officer, f"{home['id']}/splits", new_key(), **body) == (404, "member-not-found")


async def test_a_split_says_whether_the_poverty_status_goes_along(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    decision = {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1/QĐ"}
    await officer.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=decision, headers=new_key())
    for person, wanted, status in zip(ids(home)[2:], ("inherit", "none"), ("poor", "none"), strict=True):
        made = await act(
            officer,
            f"{home['id']}/splits",
            new_key(),
            split_on="2026-02-01",
            members=[{"person_id": person, "relation": "head"}],
            poverty_status=wanted,
        )
        assert (await read(officer, made["other_household_id"]))["poverty_status"] == status


async def test_a_split_without_a_head_on_either_side_is_refused(
    registry: Service, officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    mother, father, son, _ = ids(home)
    path = f"{home['id']}/splits"
    for members in ([{"person_id": son, "relation": "child"}], [{"person_id": mother, "relation": "head"}]):
        code = await refused(officer, path, new_key(), split_on="2026-02-01", members=members)
        assert code == (422, "not-one-head")
    assert await registry.sql("select 1 from households offset 1") == []
    await act(
        officer,
        path,
        new_key(),
        split_on="2026-02-01",
        members=[{"person_id": mother, "relation": "head"}],
        relations=[{"person_id": father, "relation": "head"}],
    )
    assert stands(await read(officer, home["id"]))["Cà Văn Tám"] == "head"


async def test_a_merged_household_is_dissolved_keeps_its_history_and_takes_no_members(
    registry: Service, officer: httpx2.AsyncClient, register: Register, family: Family, new_key: Key
) -> None:
    home = await family()
    alone = await register(MAI_SON, member("Vì Thị Già", born="1930-01-01"), registered_on=SINCE)
    [elder] = ids(alone)
    body = {"household_id": alone["id"], "into_household_id": home["id"], "merged_on": "2026-02-01"}
    nobody = [{"person_id": ids(home)[0], "relation": "parent"}]
    assert await refused(officer, "merges", new_key(), **body, members=nobody) == (422, "members-incomplete")
    await act(officer, "merges", new_key(), **body, members=[{"person_id": elder, "relation": "parent"}])
    assert stands(await read(officer, home["id"]))["Vì Thị Già"] == "parent"
    gone = await read(officer, alone["id"])
    assert (gone["dissolved_on"], gone["members"][0]["left_because"]) == ("2026-02-01", "merged")
    assert stands(await read(officer, alone["id"], as_of="2026-01-31")) == {}
    assert [one["full_name"] for one in (await read(officer, alone["id"], as_of="2026-01-31"))["members"]] == [
        "Vì Thị Già"
    ]
    listed = [one["id"] for one in (await officer.get(HOUSEHOLDS)).json()["items"]]
    assert listed == [home["id"]]
    then = (await officer.get(HOUSEHOLDS, params={"as_of": "2026-01-31"})).json()["items"]
    assert sorted(one["id"] for one in then) == sorted([home["id"], alone["id"]])
    join = {"members": {"add": [member("Ai Đó", "sibling", "1990-01-01")]}}
    late = await officer.patch(f"{HOUSEHOLDS}/{alone['id']}", json=join, headers={"If-Match": '"2"'})
    assert (late.status_code, late.json()["code"]) == (409, "household-dissolved")
    events = await registry.sql("select type, subject from outbox_events where type ~ 'merged|dissolved'")
    assert {(row["type"], row["subject"]) for row in events} == {
        ("household.dissolved", alone["id"]),
        ("household.merged", home["id"]),
    }


async def test_the_death_of_a_head_names_the_next_one(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    mother, father, *_ = ids(home)
    body = {"person_id": mother, "died_on": "2026-02-01"}
    assert await refused(officer, f"{home['id']}/deaths", new_key(), **body) == (422, "not-one-head")
    relations = [{"person_id": father, "relation": "head"}]
    await act(officer, f"{home['id']}/deaths", new_key(), **body, relations=relations)
    now = await read(officer, home["id"])
    assert stands(now) == {"Cà Văn Tám": "head", "Cà Văn Năm": "child", "Cà Thị Sáu": "child"}
    assert next(one["left_because"] for one in now["members"] if one["person_id"] == mother) == "died"
    assert await refused(officer, f"{home['id']}/deaths", new_key(), **body) == (404, "member-not-found")


async def test_a_wrong_death_is_reversed_on_the_recorded_clock_only(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    mother, father, *_ = ids(home)
    relations = [{"person_id": father, "relation": "head"}]
    died = await act(
        officer, f"{home['id']}/deaths", new_key(), person_id=mother, died_on="2026-02-01", relations=relations
    )
    path = f"{home['id']}/acts/{died['id']}/reversal"
    back = await act(officer, path, new_key(), reason="Nhầm người cùng tên")
    assert stands(await read(officer, home["id"])) == stands(home)
    believed = await read(officer, home["id"], as_of="2026-03-01", known_at=died["recorded_at"])
    assert stands(believed) == {"Cà Văn Tám": "head", "Cà Văn Năm": "child", "Cà Thị Sáu": "child"}
    assert (await refused(officer, path, new_key(), reason="again"))[1] in {"act-built-upon", "act-already-reversed"}
    acts = (await officer.get(f"{HOUSEHOLDS}/{home['id']}/acts")).json()["items"]
    assert [one["kind"] for one in acts] == ["death", "reversal"]
    assert acts[1] == back


async def test_what_was_built_upon_an_act_keeps_it_from_being_reversed(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home = await family()
    mother, father, son, _ = ids(home)
    body = {"died_on": "2026-02-01", "person_id": mother, "relations": [{"person_id": father, "relation": "head"}]}
    died = await act(officer, f"{home['id']}/deaths", new_key(), **body)
    second = {
        "died_on": "2026-03-01",
        "person_id": father,
        "relations": [{"person_id": son, "relation": "head"}, {"person_id": ids(home)[3], "relation": "sibling"}],
    }
    await act(officer, f"{home['id']}/deaths", new_key(), **second)
    path = f"{home['id']}/acts/{died['id']}/reversal"
    assert await refused(officer, path, new_key(), reason="x") == (409, "act-built-upon")


async def test_moves_and_merges_are_reversed_too_and_splits_by_a_merge(
    admin: httpx2.AsyncClient, register: Register, family: Family, new_key: Key
) -> None:
    home = await family()
    alone = await register(MAI_SON, member("Vì Thị Già", born="1930-01-01"), registered_on=SINCE)
    moved = await act(
        admin, f"{alone['id']}/moves", new_key(), moved_on="2026-01-01", area_id=CHIENG_SUNG, village="Bản Cuộm"
    )
    await act(admin, f"{alone['id']}/acts/{moved['id']}/reversal", new_key(), reason="not they")
    assert (await read(admin, alone["id"]))["area"]["id"] == MAI_SON
    merged = await act(
        admin,
        "merges",
        new_key(),
        household_id=alone["id"],
        into_household_id=home["id"],
        merged_on="2026-02-01",
        members=[{"person_id": ids(alone)[0], "relation": "parent"}],
    )
    await act(admin, f"{alone['id']}/acts/{merged['id']}/reversal", new_key(), reason="not they")
    lives = await read(admin, alone["id"])
    assert (lives["dissolved_on"], stands(lives)) == (None, {"Vì Thị Già": "head"})
    assert stands(await read(admin, home["id"])) == stands(home)
    split = await act(
        admin,
        f"{home['id']}/splits",
        new_key(),
        split_on="2026-02-01",
        members=[{"person_id": ids(home)[2], "relation": "head"}],
    )
    path = f"{home['id']}/acts/{split['id']}/reversal"
    assert await refused(admin, path, new_key(), reason="x") == (409, "act-not-reversible")


async def test_the_last_members_death_dissolves_the_household_and_ends_its_status(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = await register(MAI_SON, member(), registered_on=SINCE)
    decision = {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1/QĐ"}
    await officer.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=decision, headers=new_key())
    await act(officer, f"{home['id']}/deaths", new_key(), person_id=ids(home)[0], died_on="2026-02-01")
    assert (await read(officer, home["id"]))["dissolved_on"] == "2026-02-01"
    for day, status in (("2026-01-31", "poor"), ("2026-02-01", "none")):
        asked = await officer.get(f"{HOUSEHOLDS}/{home['id']}/poverty-status", params={"as_of": day})
        assert asked.json()["status"] == status


@pytest.mark.parametrize("path", ["moves", "splits", "deaths", "acts/{act}/reversal", "acts", "history"])
async def test_no_act_reaches_another_communes_household(
    registry: Service,
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    family: Family,
    new_key: Key,
    path: str,
) -> None:
    home = await family()
    first, _, son, _ = ids(home)
    done = await act(officer, f"{home['id']}/deaths", new_key(), person_id=son, died_on="2026-01-01")
    before = await registry.sql("select version from households")
    body = {
        "moves": {"moved_on": "2026-03-01", "area_id": CHIENG_SUNG, "village": "x"},
        "splits": {"split_on": "2026-03-01", "members": [{"person_id": first, "relation": "head"}]},
        "deaths": {"person_id": first, "died_on": "2026-03-01"},
    }.get(path, {"reason": "mine now"})
    address = f"{HOUSEHOLDS}/{home['id']}/{path.format(act=done['id'])}"
    reads = path in {"acts", "history"}
    answer = await (stranger.get(address) if reads else stranger.post(address, json=body, headers=new_key()))
    assert (answer.status_code, answer.json()["code"]) == (404, "household-not-found")
    assert await registry.sql("select version from households") == before


async def test_nobody_merges_a_household_that_is_not_theirs_on_either_side(
    officer: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    ours = await register(MAI_SON, member(), registered_on=SINCE)
    theirs = await register(CHIENG_SUNG, member("Vì Thị Già", born="1930-01-01"), registered_on=SINCE)
    for one, other in ((ours, theirs), (theirs, ours)):
        body = {"household_id": one["id"], "into_household_id": other["id"], "merged_on": "2026-02-01"}
        members = [{"person_id": ids(one)[0], "relation": "parent"}]
        assert await refused(officer, "merges", new_key(), **body, members=members) == (404, "household-not-found")
