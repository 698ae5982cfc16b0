from collections import Counter

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CO_NOI, HAT_LOT_TOWNSHIP, MAI_SON, area

AREAS = "/v1/beneficiaries/areas"


async def communes(public: httpx2.AsyncClient, day: str) -> dict[str, str]:
    answer = await public.get(AREAS, params={"as_of": day, "level": "commune", "limit": 200})
    assert answer.status_code == 200
    return {unit["id"]: unit["code"] for unit in answer.json()["items"]}


async def test_one_code_is_two_units_on_two_days(registry: Service) -> None:
    public = await registry.signed_in(None)
    for day, unit, name, urban in (
        ("2025-06-30", HAT_LOT_TOWNSHIP, "Thị trấn Hát Lót", True),
        ("2025-07-01", MAI_SON, "Xã Mai Sơn", False),
    ):
        [found] = (await public.get(AREAS, params={"as_of": day, "code": "04105"})).json()["items"]
        assert (found["id"], found["name"], found["urban"]) == (unit, name, urban)


async def test_mai_son_had_twenty_two_communes_and_has_eight(registry: Service) -> None:
    public = await registry.signed_in(None)
    district = area("125", "1900-01-01")
    before = (await public.get(AREAS, params={"as_of": "2025-06-30", "parent": district, "limit": 200})).json()
    assert len(before["items"]) == 22
    assert sum(unit["urban"] for unit in before["items"]) == 1
    codes = {"04105", "04108", "04117", "04123", "04132", "04136", "04144", "04159"}
    today = await communes(public, "2025-07-01")
    assert len(today) == 75
    assert codes < set(today.values())
    gone = await public.get(AREAS, params={"as_of": "2025-07-01", "code": "125"})
    assert gone.json()["items"] == []


async def test_a_unit_knows_what_it_was_made_from(registry: Service) -> None:
    public = await registry.signed_in(None)
    unit = (await public.get(f"{AREAS}/{MAI_SON}")).json()
    assert [before["name"] for before in unit["predecessors"]] == ["Thị trấn Hát Lót", "Xã Hát Lót", "Xã Cò Nòi"]
    old = (await public.get(f"{AREAS}/{CO_NOI}")).json()
    assert old["parent"]["code"] == "125"
    assert [after["id"] for after in old["successors"]] == [MAI_SON]
    assert (await public.get(f"{AREAS}/{area('99999')}")).json()["code"] == "area-not-found"


async def test_other_spellings_are_kept(registry: Service) -> None:
    public = await registry.signed_in(None)
    unit = (await public.get(f"{AREAS}/{area('04136', '1900-01-01')}")).json()
    assert (unit["name"], unit["aliases"]) == ("Xã Nà Pó", ["Xã Nà Bó"])


async def test_every_old_unit_is_placed_on_todays_map(registry: Service) -> None:
    public = await registry.signed_in(None)
    geography = (await public.get(f"{AREAS}/geography", params={"as_of": "2026-01-01"})).json()
    units = {unit["id"] for unit in geography["units"]}
    assert len(units) == 75
    assert set(geography["places"].values()) == units
    made_of = Counter(geography["places"].values())
    assert made_of[MAI_SON] == 4
    assert geography["places"][CO_NOI] == MAI_SON


async def test_a_merged_unit_has_no_place_on_an_older_map_unless_it_had_one_predecessor(registry: Service) -> None:
    public = await registry.signed_in(None)
    places = (await public.get(f"{AREAS}/geography", params={"as_of": "2024-01-01"})).json()["places"]
    assert places[MAI_SON] is None
    assert places[CO_NOI] == CO_NOI
    # Mường Bám was not merged with anybody.
    assert places[area("03760")] == area("03760", "1900-01-01")


async def test_areas_are_listed_page_by_page_without_gap(registry: Service) -> None:
    public = await registry.signed_in(None)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await public.get(AREAS, params={"as_of": "2025-06-30", "limit": 50, **cursor})).json()
        seen += [unit["code"] for unit in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == sorted(set(seen))
    assert len(seen) == 197 + 3


async def test_two_units_cannot_carry_one_code_on_one_day(registry: Service) -> None:
    [clash] = await registry.sql(
        "select count(*) from areas a join areas b on a.code = b.code and a.id < b.id"
        " and daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)"
    )
    assert clash["count"] == 0
    [rule] = await registry.sql("select 1 from pg_constraint where conname = 'ex_areas_code' and contype = 'x'")
    assert rule


async def test_an_unchanged_list_is_not_sent_again(registry: Service) -> None:
    public = await registry.signed_in(None)
    first = await public.get(AREAS, params={"code": "14"})
    again = await public.get(AREAS, params={"code": "14"}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
