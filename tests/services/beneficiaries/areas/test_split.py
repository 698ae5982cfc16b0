"""A commune is split: households go with the village that the act names, and nobody sees one that may be another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2

from kit.values.dates import today
from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import Act, Found, area, unit
from tests.services.beneficiaries.areas.test_reform import by_commune
from tests.services.beneficiaries.areas.test_villages import VILLAGES, Add, add
from tests.services.beneficiaries.conftest import HOUSEHOLDS, Register
from tests.services.beneficiaries.test_lists import statements

__all__ = ["add"]

Key = Callable[[], dict[str, str]]
BEFORE, SPLIT = "2023-12-31", "2024-01-01"


async def seen(registry: Service, code: str) -> set[str]:
    officer = await registry.signed_in(f"commune-officer:{code}")
    return {home["village"] for home in (await officer.get(HOUSEHOLDS, params={"limit": 200})).json()["items"]}


async def settled(found: Found, add: Add, register: Register) -> tuple[str, dict[str, str], dict[str, dict[str, Any]]]:
    """Return a commune, its four villages, and a household in each, as people write the villages' names."""
    whole = await found("90001", "Xã Rộng")
    villages = {}
    for name, kind in (("Bản Đông", "bản"), ("Bản Tây", "bản"), ("Bản Giữa", "bản"), ("Tiểu khu Tây", "tiểu khu")):
        villages[name] = (await add(whole, name, kind, valid_from="2020-01-01")).json()["id"]
    written = ("ban dong", "Bản Tây", "Bản Giữa", "Tây")
    homes = {name: await register(whole, village=name, registered_on="2022-01-01") for name in written}
    return whole, villages, homes


async def test_households_go_with_their_village_and_those_of_no_part_stay_the_administrators(
    registry: Service, admin: httpx2.AsyncClient, found: Found, act: Act, add: Add, register: Register
) -> None:
    whole, villages, homes = await settled(found, add, register)
    parts = [
        unit("90001", "Xã Đông", villages=[villages["Bản Đông"]]),
        unit("90002", "Xã Tây", villages=[villages["Bản Tây"]]),
    ]
    answer = await act("split", SPLIT, unit=whole, into=parts)
    assert answer.status_code == 201, answer.text
    # "Tây" alone is the bản of one part or the tiểu khu of none; Bản Giữa was given to no part.
    assert (await seen(registry, "90001"), await seen(registry, "90002")) == ({"ban dong"}, {"Bản Tây"})
    keeper = (await admin.get(HOUSEHOLDS)).json()["items"]
    assert len(keeper) == 4
    for name, home in homes.items():
        for code, allowed in (("90001", {"ban dong"}), ("90002", {"Bản Tây"})):
            officer = await registry.signed_in(f"commune-officer:{code}")
            answer = await officer.get(f"{HOUSEHOLDS}/{home['id']}")
            assert answer.status_code == (200 if name in allowed else 404)
    [kept] = await registry.sql("select change::text from audit_log where action = 'area.households_placed'")
    assert '"placed": 2' in kept["change"]
    assert '"not_placed": 2' in kept["change"]
    events = await registry.sql("select subject from outbox_events where type = 'household.changed'")
    assert {row["subject"] for row in events} == {homes["ban dong"]["id"], homes["Bản Tây"]["id"]}
    stale = await admin.patch(
        f"{HOUSEHOLDS}/{homes['Bản Tây']['id']}", json={"address": "x"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412


async def test_figures_are_those_of_the_whole_before_and_of_the_parts_after_a_split(
    admin: httpx2.AsyncClient, found: Found, act: Act, add: Add, register: Register
) -> None:
    whole, villages, _ = await settled(found, add, register)
    parts = [
        unit("90001", "Xã Đông", villages=[villages["Bản Đông"], villages["Bản Giữa"]]),
        unit("90002", "Xã Tây", villages=[villages["Bản Tây"], villages["Tiểu khu Tây"]]),
    ]
    before = await by_commune(admin, BEFORE, BEFORE)
    assert before == {"Xã Rộng": (0, 0, 4)}
    assert (await act("split", SPLIT, unit=whole, into=parts)).status_code == 201
    assert await by_commune(admin, BEFORE, BEFORE) == before
    assert await by_commune(admin, "2026-01-01", "2026-01-01") == {"Xã Đông": (0, 0, 2), "Xã Tây": (0, 0, 2)}
    # Those who live in the parts lie in the whole on the older map; for the older day nobody can tell the parts.
    assert await by_commune(admin, "2026-01-01", BEFORE) == before
    assert await by_commune(admin, BEFORE, "2026-01-01") == {None: (0, 0, 4)}


async def test_a_split_that_is_still_to_come_takes_nobody_out_of_sight(
    registry: Service, found: Found, act: Act, add: Add, register: Register
) -> None:
    whole, villages, _ = await settled(found, add, register)
    parts = [unit("90001", villages=[villages["Bản Đông"]]), unit("90002", villages=[villages["Bản Tây"]])]
    tomorrow = str(today() + timedelta(days=1))
    assert (await act("split", tomorrow, decided_on=BEFORE, unit=whole, into=parts)).status_code == 201
    assert await seen(registry, "90001") == {"ban dong", "Bản Tây", "Bản Giữa", "Tây"}
    assert await seen(registry, "90002") == set()
    [part] = await registry.sql("select count(*) from households where area_id = $1", area("90002", tomorrow))
    assert part["count"] == 1


async def test_a_split_runs_as_many_statements_for_many_households_as_for_few(
    registry: Service, found: Found, act: Act, add: Add, register: Register
) -> None:
    counts = []
    for number, homes in ((1, 1), (3, 12)):
        whole = await found(f"9000{number}")
        village = (await add(whole, "Bản Đông", valid_from="2020-01-01")).json()["id"]
        for _ in range(homes):
            await register(whole, village="Bản Đông", registered_on="2022-01-01")
        parts = [unit(f"9000{number}", villages=[village]), unit(f"9000{number + 1}")]
        with statements(registry) as run:
            assert (await act("split", SPLIT, unit=whole, into=parts)).status_code == 201
        counts.append(len(run))
    assert counts[0] == counts[1]
    assert (await (await registry.signed_in(None)).get(VILLAGES, params={"area": "90003"})).json()["items"] != []
