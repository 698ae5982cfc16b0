"""The reform of 1 July 2025 carried out on records of 2021–2026: nothing of the past moves, the present follows.

The 22 units of the reference stand here once more under invented codes, since the reference itself is loaded reformed.
"""

from collections.abc import Callable
from typing import Any

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import Act, Found, area, reform, unit
from tests.services.beneficiaries.conftest import HOUSEHOLDS, Register, household

IMPACT = "/v1/beneficiaries/impact"
MUONG_CHANH, CHIENG_CHUNG = area("94117", "1900-01-01"), area("94129", "1900-01-01")
Key = Callable[[], dict[str, str]]
Figures = dict[str | None, tuple[int | None, int | None, int | None]]


async def by_commune(client: httpx2.AsyncClient, until: str, on_the_map_of: str) -> Figures:
    """Return poverty rate in basis points, poor and all households of each commune that has any."""
    answer = await client.get(IMPACT, params={"by": "area", "to": until, "as_of": on_the_map_of})
    assert answer.status_code == 200, answer.text
    told: dict[str | None, dict[str, int | None]] = {}
    for row in answer.json()["rows"]:
        told.setdefault(row["area"] and row["area"]["name"], {})[row["row"]] = row["value"]
    return {
        name: (rows["poverty_rate"], rows["poor_households"], rows["all_households"]) for name, rows in told.items()
    }


class Story:
    """Reviews of eighteen households from 2021 on, as the two communes decided them."""

    def __init__(self, admin: httpx2.AsyncClient, register: Register, new_key: Key) -> None:
        self.admin, self.register, self.new_key = admin, register, new_key
        self.homes: dict[str, list[str]] = {}

    async def settle(self, unit_id: str, households: int, poor: int) -> None:
        self.homes[unit_id] = [
            (await self.register(unit_id, registered_on="2021-01-01"))["id"] for _ in range(households)
        ]
        for number in range(poor):
            await self.decide(self.homes[unit_id][number], "poor", "2021-01-01")

    async def decide(self, home: str, status: str, day: str) -> None:
        body = {"status": status, "valid_from": day, "decision_number": f"QĐ {day}"}
        answer = await self.admin.post(f"{HOUSEHOLDS}/{home}/poverty-statuses", json=body, headers=self.new_key())
        assert answer.status_code == 201, answer.text


async def carry_out(act: Act) -> None:
    """Carry out the eight mergers of Resolution 1681/NQ-UBTVQH15 on the invented units."""
    rows = reform()
    for code in sorted({row["new_code"] for row in rows}):
        merged = [row for row in rows if row["new_code"] == code]
        answer = await act(
            "merge",
            "2025-07-01",
            decision_number="1681/NQ-UBTVQH15",
            decided_on="2025-06-16",
            units=[area(f"9{row['old_code'][1:]}", "1900-01-01") for row in merged],
            into=unit(f"9{code[1:]}", merged[0]["new_name"], merged[0]["new_type"]),
        )
        assert answer.status_code == 201, answer.text


async def seen(registry: Service, code: str) -> int:
    officer = await registry.signed_in(f"commune-officer:{code}")
    listed: list[Any] = (await officer.get(HOUSEHOLDS, params={"limit": 200})).json()["items"]
    return len(listed)


async def test_chieng_chung_before_and_muong_chanh_after_are_right_under_both_geographies(
    registry: Service, admin: httpx2.AsyncClient, register: Register, new_key: Key, found: Found, act: Act
) -> None:
    for row in reform():
        await found(f"9{row['old_code'][1:]}", row["old_name"], row["old_type"])
    story = Story(admin, register, new_key)
    await story.settle(CHIENG_CHUNG, households=10, poor=6)
    await story.settle(MUONG_CHANH, households=8, poor=2)
    for home in story.homes[CHIENG_CHUNG][:2]:
        await story.decide(home, "none", "2023-01-01")
    await story.decide(story.homes[CHIENG_CHUNG][2], "near_poor", "2025-01-01")
    await story.decide(story.homes[MUONG_CHANH][0], "none", "2025-01-01")

    async def the_past() -> list[Figures]:
        return [await by_commune(admin, day, "2025-06-30") for day in ("2021-12-31", "2024-12-31", "2025-06-30")]

    before = await the_past()
    assert before == [
        {"Xã Chiềng Chung": (6000, 6, 10), "Xã Mương Chanh": (2500, 2, 8)},
        {"Xã Chiềng Chung": (4000, 4, 10), "Xã Mương Chanh": (2500, 2, 8)},
        {"Xã Chiềng Chung": (3000, 3, 10), "Xã Mương Chanh": (1250, 1, 8)},
    ]
    assert (await seen(registry, "94117"), await seen(registry, "94129")) == (8, 10)

    await carry_out(act)
    assert await the_past() == before
    # The same years on the map of today, where both are Mường Chanh.
    on_todays_map = [await by_commune(admin, day, "2026-01-01") for day in ("2021-12-31", "2024-12-31", "2025-06-30")]
    assert on_todays_map == [
        {"Xã Mường Chanh": (4444, 8, 18)},
        {"Xã Mường Chanh": (3333, 6, 18)},
        {"Xã Mường Chanh": (2222, 4, 18)},
    ]
    assert (await seen(registry, "94117"), await seen(registry, "94129")) == (18, 0)

    new = area("94117")
    late = await admin.post(HOUSEHOLDS, json=household(CHIENG_CHUNG, registered_on="2025-09-01"), headers=new_key())
    assert (late.status_code, late.json()["code"]) == (409, "area-not-in-force")
    arrived = (await register(new, registered_on="2025-09-01"))["id"]
    await story.decide(arrived, "poor", "2026-01-01")
    await story.decide(story.homes[CHIENG_CHUNG][3], "none", "2026-01-01")
    assert await by_commune(admin, "2026-06-01", "2026-06-01") == {"Xã Mường Chanh": (2105, 4, 19)}
    # On the old map the household that came after the merger has no place, and is shown as such.
    assert await by_commune(admin, "2026-06-01", "2025-06-30") == {
        "Xã Chiềng Chung": (2000, 2, 10),
        "Xã Mương Chanh": (1250, 1, 8),
        None: (10000, 1, 1),
    }
    assert await the_past() == before
    assert await seen(registry, "94117") == 19
    officer = await registry.signed_in("commune-officer:94117")
    page = await officer.get(
        f"{HOUSEHOLDS}/{story.homes[CHIENG_CHUNG][3]}/poverty-status", params={"as_of": "2025-06-30"}
    )
    assert page.json()["status"] == "poor"
