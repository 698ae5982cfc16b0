from datetime import date
from typing import Any

import httpx2
import pytest

from services.beneficiaries.poverty_rate.models import Tally
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, HAT_LOT_TOWNSHIP, MAI_SON, area
from tests.services.beneficiaries.poverty_rate.homes import Listed, write
from tests.services.beneficiaries.test_lists import statements

RATE = "/v1/beneficiaries/poverty-rate"
BEFORE, AFTER = date(2021, 1, 1), date(2025, 7, 1)
CHIENG_CHUNG = area("04129", "1900-01-01")
NOW = "decree-07-2021"


def listed(status: str, since: date = date(2026, 1, 1), standard: str = NOW) -> list[Listed]:
    return [(status, since, None, standard)]


async def read(client: httpx2.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get(RATE, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_270_poor_of_2100_households_are_12_86_percent(registry: Service, admin: httpx2.AsyncClient) -> None:
    units = [CO_NOI, HAT_LOT_TOWNSHIP, area("04136", "1900-01-01")]
    homes = [
        (
            [(units[number % 3], BEFORE, None)],
            listed("poor") if number < 270 else listed("near_poor") if number < 400 else [],
        )
        for number in range(2100)
    ]
    await write(registry, homes)
    [whole] = (await read(admin, as_of="2026-01-01"))["rows"]
    assert (whole["poor"], whole["households"], whole["near_poor"], whole["rate"]) == (270, 2100, 130, "12.86")
    assert whole["standards"] == [NOW]
    [before] = (await read(admin, as_of="2025-12-31"))["rows"]
    assert (before["poor"], before["rate"]) == (0, "0.00")
    for geography, communes in (("2026-01-01", 2), ("2025-06-30", 3)):
        rows = (await read(admin, as_of="2026-01-01", by="area", geography=geography))["rows"]
        assert len(rows) == communes
        assert (sum(row["poor"] for row in rows), sum(row["households"] for row in rows)) == (270, 2100)


async def test_figures_of_a_merged_commune_are_read_on_both_maps(registry: Service, admin: httpx2.AsyncClient) -> None:
    edges = (await admin.get(f"/v1/beneficiaries/areas/{CHIENG_CHUNG}")).json()
    [successor] = edges["successors"]
    members = (await admin.get(f"/v1/beneficiaries/areas/{successor['id']}")).json()["predecessors"]
    assert (edges["name"], successor["name"]) == ("Xã Chiềng Chung", "Xã Mường Chanh")
    homes = [([(unit["id"], BEFORE, None)], listed("poor", date(2025, 1, 1)) if poor else [])
             for unit in members for poor in (True, False, False)]  # fmt: skip
    await write(registry, homes)
    old = await read(admin, as_of="2025-06-30", area=edges["code"])
    assert (old["rows"][0]["area"]["id"], old["rows"][0]["rate"]) == (CHIENG_CHUNG, "33.33")
    new = await read(admin, as_of="2025-07-01", area=successor["code"])
    assert (new["rows"][0]["poor"], new["rows"][0]["households"]) == (len(members), 3 * len(members))
    # The figures of the day before on the map of the day after, and the reverse.
    [forward] = (await read(admin, as_of="2025-06-30", geography="2025-07-01", area=successor["code"]))["rows"]
    assert forward == new["rows"][0]
    [back] = (await read(admin, as_of="2025-07-01", geography="2025-06-30", area=edges["code"]))["rows"]
    assert back == old["rows"][0]


async def test_a_rate_names_its_standards_and_can_be_held_to_one(registry: Service, admin: httpx2.AsyncClient) -> None:
    old = [("poor", date(2021, 1, 1), None, "decision-59-2015")]
    await write(registry, [([(CO_NOI, BEFORE, None)], old), ([(CO_NOI, BEFORE, None)], listed("poor"))])
    [both] = (await read(admin, as_of="2026-01-01"))["rows"]
    assert (both["rate"], both["standards"]) == ("100.00", ["decision-59-2015", NOW])
    [one] = (await read(admin, as_of="2026-01-01", standard=NOW))["rows"]
    assert (one["rate"], one["standards"]) == ("50.00", [NOW])


async def test_what_was_known_then_gives_the_rate_of_then(registry: Service, admin: httpx2.AsyncClient) -> None:
    await write(registry, [([(CO_NOI, BEFORE, None)], listed("poor"))])
    then = await read(admin, as_of="2026-01-01", known_at="2020-01-01T00:00:00Z")
    assert (then["rows"][0]["households"], then["rows"][0]["rate"]) == (0, None)


async def test_a_household_counts_where_it_lived_on_that_day(registry: Service, admin: httpx2.AsyncClient) -> None:
    moved = [(MAI_SON, AFTER, date(2026, 3, 1)), (CHIENG_SUNG, date(2026, 3, 1), None)]
    await write(registry, [(moved, listed("poor"))])
    for day, code in (("2026-02-28", "04105"), ("2026-03-01", "04108")):
        [row] = (await read(admin, as_of=day, by="area"))["rows"]
        assert (row["area"]["code"], row["poor"]) == (code, 1)


async def test_an_officer_counts_the_own_commune_only(
    registry: Service, officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient
) -> None:
    await write(registry, [([(MAI_SON, AFTER, None)], listed("poor"))])
    assert (await read(officer, as_of="2026-01-01"))["rows"][0]["poor"] == 1
    for asked in ({}, {"by": "area"}, {"area": "04105"}, {"geography": "2025-06-30"}):
        rows = (await read(stranger, as_of="2026-01-01", **asked))["rows"]
        assert sum(row["households"] for row in rows) == 0
    for login in ("treasurer", "donor", "service:funds"):
        client = await registry.signed_in(login)
        assert (await client.get(RATE)).status_code == 403


async def test_a_commune_that_is_not_on_that_map_is_not_found(admin: httpx2.AsyncClient) -> None:
    answer = await admin.get(RATE, params={"area": "04129", "as_of": "2026-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (404, "area-not-found")


async def test_a_rate_takes_three_statements(registry: Service, admin: httpx2.AsyncClient) -> None:
    await write(registry, [([(CO_NOI, BEFORE, None)], listed("poor")) for _ in range(30)])
    for asked in ({}, {"by": "area"}, {"area": "04105"}):
        with statements(registry) as seen:
            await read(admin, as_of="2026-01-01", **asked)
        assert len(seen) == 4


@pytest.mark.parametrize(("poor", "of", "points"), [(1, 3, 3333), (2, 3, 6667), (1, 8, 1250), (0, 5, 0), (0, 0, None)])
def test_rates_are_rounded_half_up(poor: int, of: int, points: int | None) -> None:
    assert Tally(of, poor).basis_points() == points
