"""Acts on areas: what they make, what they leave as it was, and what they are refused for."""

from collections.abc import Callable

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import (
    ACTS,
    AREAS,
    MAI_SON,
    Act,
    Found,
    area,
    decision,
    places,
    reform,
    unit,
)
from tests.services.beneficiaries.conftest import HOUSEHOLDS, Register

Key = Callable[[], dict[str, str]]


async def test_the_reform_of_2025_by_acts_gives_the_same_places_as_the_reference(
    registry: Service, found: Found, act: Act
) -> None:
    rows = reform()

    def ours(code: str) -> str:
        return f"9{code[1:]}"

    for row in rows:
        await found(ours(row["old_code"]), row["old_name"], row["old_type"])
    for code in sorted({row["new_code"] for row in rows}):
        merged = [row for row in rows if row["new_code"] == code]
        into = unit(ours(code), merged[0]["new_name"], merged[0]["new_type"])
        units = [area(ours(row["old_code"]), "1900-01-01") for row in merged]
        answer = await act("merge", "2025-07-01", decided_on="2025-06-16", units=units, into=into)
        assert answer.status_code == 201, answer.text
    public = await registry.signed_in(None)
    both = {area(ours(row["old_code"]), "1900-01-01"): area(row["old_code"], "1900-01-01") for row in rows}
    both |= {area(ours(row["new_code"])): area(row["new_code"]) for row in rows}
    for day in ("2021-01-01", "2025-06-30", "2025-07-01", "2026-11-24"):
        told = await places(public, day)
        assert {both[one]: both.get(str(told[one])) for one in both} == {one: told[one] for one in both.values()}
        units = (await public.get(AREAS, params={"as_of": day, "level": "commune", "limit": 200})).json()
        assert units["items"]
    by_acts = (await public.get(f"{AREAS}/{area('94105')}")).json()
    loaded = (await public.get(f"{AREAS}/{MAI_SON}")).json()
    for field in ("name", "kind", "urban", "valid_from", "valid_to", "level"):
        assert by_acts[field] == loaded[field]
    assert {before["name"] for before in by_acts["predecessors"]} == {
        before["name"] for before in loaded["predecessors"]
    }
    # The district stands on here, so it stays above; in the reference it ended with the reform.
    assert by_acts["parent"]["code"] == "999"


async def test_a_merger_may_go_on_under_the_code_of_one_of_its_units(registry: Service, found: Found, act: Act) -> None:
    one, two = await found("90001", "Xã Một"), await found("90002", "Xã Hai")
    made = await act("merge", "2024-01-01", units=[one, two], into=unit("90001", "Xã Một"))
    assert made.status_code == 201
    assert {(u["code"], u["role"]) for u in made.json()["units"]} == {
        ("90001", "ended"),
        ("90002", "ended"),
        ("90001", "made"),
    }
    public = await registry.signed_in(None)
    for day, wanted in (("2023-12-31", one), ("2024-01-01", area("90001", "2024-01-01"))):
        [stands] = (await public.get(AREAS, params={"as_of": day, "code": "90001"})).json()["items"]
        assert stands["id"] == wanted
    gone = await public.get(AREAS, params={"as_of": "2024-01-01", "code": "90002"})
    assert gone.json()["items"] == []
    assert (await public.get(made.headers["location"])).json() == made.json()


async def test_a_split_makes_parts_and_says_that_old_rows_have_no_place_among_them(
    registry: Service, found: Found, act: Act
) -> None:
    whole = await found("90001", "Xã Rộng")
    answer = await act("split", "2024-01-01", unit=whole, into=[unit("90001", "Xã Rộng"), unit("90002", "Xã Hẹp")])
    assert answer.status_code == 201, answer.text
    public = await registry.signed_in(None)
    after = await places(public, "2024-06-01")
    assert after[whole] is None
    before = await places(public, "2023-06-01")
    assert before[area("90001", "2024-01-01")] == before[area("90002", "2024-01-01")] == whole
    # One again, the old rows have a place again.
    parts = [area("90001", "2024-01-01"), area("90002", "2024-01-01")]
    again = await act("merge", "2025-01-01", units=parts, into=unit("90001", "Xã Rộng"))
    assert again.status_code == 201
    assert (await places(public, "2025-01-01"))[whole] == area("90001", "2025-01-01")
    assert (await places(public, "2023-06-01"))[area("90001", "2025-01-01")] == whole


async def test_a_renamed_unit_is_a_new_version_that_keeps_its_former_name_as_a_spelling(
    registry: Service, found: Found, act: Act
) -> None:
    old = await found("90136", "Xã Nà Pó")
    assert (await act("rename", "2023-05-01", unit=old, name="Xã Nà Bó")).status_code == 201
    public = await registry.signed_in(None)
    new = (await public.get(f"{AREAS}/{area('90136', '2023-05-01')}")).json()
    assert (new["name"], new["aliases"], new["urban"]) == ("Xã Nà Bó", ["Xã Nà Pó"], False)
    assert (await public.get(f"{AREAS}/{old}")).json()["name"] == "Xã Nà Pó"
    assert (await places(public, "2026-01-01"))[old] == new["id"]
    assert (await places(public, "2020-01-01"))[new["id"]] == old


async def test_a_commune_becomes_a_township_from_a_day_on(registry: Service, found: Found, act: Act) -> None:
    old = await found("90135", "Xã Hát Lót")
    answer = await act("reclassify", "2023-05-01", unit=old, urban=True, unit_kind="thị trấn", name="Thị trấn Hát Lót")
    assert answer.status_code == 201
    public = await registry.signed_in(None)
    for day, kind, urban in (("2023-04-30", "xã", False), ("2023-05-01", "thị trấn", True)):
        [stands] = (await public.get(AREAS, params={"as_of": day, "code": "90135"})).json()["items"]
        assert (stands["kind"], stands["urban"]) == (kind, urban)


async def test_other_spellings_are_corrected_on_the_version_itself(registry: Service, found: Found, act: Act) -> None:
    old = await found("90162", "Xã Nà Ơt")
    answer = await act("correct_aliases", "2023-05-01", unit=old, aliases=["Xã Nà Ớt"])
    assert answer.status_code == 201
    assert [(u["id"], u["role"]) for u in answer.json()["units"]] == [(old, "corrected")]
    public = await registry.signed_in(None)
    assert (await public.get(f"{AREAS}/{old}")).json()["aliases"] == ["Xã Nà Ớt"]
    [kept] = await registry.sql("select change::text from audit_log where action = 'area.aliases_corrected'")
    assert "Nà Ớt" in kept["change"]


async def test_a_unit_shows_what_it_came_from_and_became(registry: Service, found: Found, act: Act) -> None:
    one, two = await found("90001", "Xã Một"), await found("90002", "Xã Hai")
    await act("rename", "2020-01-01", unit=one, name="Xã Nhất")
    await act("merge", "2024-01-01", units=[area("90001", "2020-01-01"), two], into=unit("90003", "Xã Ba"))
    public = await registry.signed_in(None)
    told = (await public.get(f"{AREAS}/{area('90001', '2020-01-01')}/history")).json()
    assert [(v["name"], v["valid_to"]) for v in told["versions"]] == [
        ("Xã Một", "2020-01-01"),
        ("Xã Nhất", "2024-01-01"),
        ("Xã Ba", None),
    ]
    assert [(a["kind"], a["effective_on"]) for a in told["acts"]] == [
        ("rename", "2020-01-01"),
        ("merge", "2024-01-01"),
    ]
    assert (await public.get(f"{AREAS}/{area('99999')}/history")).json()["code"] == "area-not-found"


async def test_acts_are_listed_for_everybody_the_reform_of_the_reference_among_them(
    registry: Service, found: Found, act: Act
) -> None:
    public = await registry.signed_in(None)
    listed = (await public.get(ACTS, params={"decision_number": "1681/NQ-UBTVQH15", "limit": 200})).json()["items"]
    assert len(listed) == 8
    assert sum(u["role"] == "ended" for one in listed for u in one["units"]) == 22
    old = await found("90001")
    await act("rename", "2026-01-01", unit=old, name="Xã Khác")
    newest = (await public.get(ACTS, params={"limit": 1})).json()
    assert [one["kind"] for one in newest["items"]] == ["rename"]
    following = (await public.get(ACTS, params={"limit": 200, "cursor": newest["next"]})).json()
    assert len(following["items"]) == 8
    of_unit = (await public.get(ACTS, params={"area_id": old, "kind": "rename"})).json()["items"]
    assert of_unit == newest["items"]
    assert (await public.get(f"{ACTS}/{area('99999')}")).json()["code"] == "act-not-found"


async def test_an_act_repeated_with_its_key_is_carried_out_once(
    registry: Service, admin: httpx2.AsyncClient, found: Found, new_key: Key
) -> None:
    old = await found("90001")
    key, body = new_key(), decision("rename", "2024-01-01", unit=old, name="Xã Khác")
    first = await admin.post(ACTS, json=body, headers=key)
    second = await admin.post(ACTS, json=body, headers=key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert len(await registry.sql("select 1 from area_acts where kind = 'rename'")) == 1
    [event] = await registry.sql("select data::text from outbox_events where type = 'area.acted'")
    assert first.json()["id"] in event["data"]


async def test_only_the_keeper_of_the_areas_acts_on_them(registry: Service, found: Found, new_key: Key) -> None:
    old = await found("90001")
    body = decision("rename", "2024-01-01", unit=old, name="Xã Khác")
    for login, status in (("commune-officer:90001", 403), ("auditor", 403), (None, 401)):
        client = await registry.signed_in(login)
        assert (await client.post(ACTS, json=body, headers=new_key())).status_code == status


async def test_an_officers_scope_follows_mergers_and_stops_at_a_split(
    registry: Service, found: Found, act: Act, register: Register
) -> None:
    one, two = await found("90001", "Xã Một"), await found("90002", "Xã Hai")
    homes = {unit: (await register(unit, registered_on="2022-01-01"))["id"] for unit in (one, two)}

    async def seen(code: str) -> set[str]:
        officer = await registry.signed_in(f"commune-officer:{code}")
        answer = await officer.get(HOUSEHOLDS)
        return {home["id"] for home in answer.json()["items"]}

    assert (await seen("90001"), await seen("90002")) == ({homes[one]}, {homes[two]})
    await act("merge", "2024-01-01", units=[one, two], into=unit("90002", "Xã Hai"))
    assert (await seen("90001"), await seen("90002")) == (set(), set(homes.values()))
    merged = area("90002", "2024-01-01")
    later = (await register(merged, registered_on="2024-06-01"))["id"]
    await act("split", "2025-01-01", unit=merged, into=[unit("90002"), unit("90003")])
    # Nothing tells in which part these three lie: neither officer is shown somebody else's household.
    assert (await seen("90002"), await seen("90003")) == (set(), set())
    assert await seen("90001") == set()
    keeper = await registry.signed_in("district-admin")
    assert len((await keeper.get(HOUSEHOLDS)).json()["items"]) == 3
    parts = [area("90002", "2025-01-01"), area("90003", "2025-01-01")]
    await act("merge", "2026-01-01", units=parts, into=unit("90004"))
    assert await seen("90004") == {*homes.values(), later}
