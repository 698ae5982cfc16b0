from collections.abc import Callable
from datetime import date

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.values.ids import new_id
from services.beneficiaries.areas.models import Atlas, Unit
from services.beneficiaries.impact.figures import Count, placed, whole
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, HOUSEHOLDS, MAI_SON, Register

IMPACT = "/v1/beneficiaries/impact"
Key = Callable[[], dict[str, str]]


@pytest.fixture
async def counted(admin: httpx2.AsyncClient, register: Register, new_key: Key) -> None:
    """Ten households in old Cò Nòi, six of them poor since 2024; two in today's Mai Sơn and one in Chiềng Sung."""

    async def one(unit: str, since: str, status: str | None = None) -> None:
        home = await register(unit, registered_on=since)
        if status is not None:
            body = {"status": status, "valid_from": "2024-01-01", "decision_number": "1"}
            answer = await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
            assert answer.status_code == 201

    for number in range(10):
        await one(CO_NOI, "2023-01-01", "poor" if number < 6 else "near_poor" if number < 8 else None)
    await one(MAI_SON, "2025-08-01")
    await one(MAI_SON, "2025-08-01")
    await one(CHIENG_SUNG, "2025-08-01")


async def figures(client: httpx2.AsyncClient, **asked: str) -> dict[tuple[str, str | None], int | None]:
    answer = await client.get(IMPACT, params=asked)
    assert answer.status_code == 200, answer.text
    return {(row["row"], row["area"] and row["area"]["name"]): row["value"] for row in answer.json()["rows"]}


@pytest.mark.usefixtures("counted")
async def test_the_public_reads_the_whole_and_no_small_figure(registry: Service) -> None:
    public = await registry.signed_in(None)
    assert await figures(public, to="2026-01-01") == {
        ("poverty_rate", None): 4615,
        ("poor_households", None): 6,
        ("near_poor_households", None): None,
        ("all_households", None): 13,
    }
    assert (await figures(public, to="2023-06-01"))["poverty_rate", None] == 0
    assert (await figures(public, to="2022-01-01"))["poverty_rate", None] is None
    rows = (await public.get(IMPACT, params={"to": "2026-01-01"})).json()["rows"]
    assert {row["row"]: row["suppressed"] for row in rows}["near_poor_households"] is True


@pytest.mark.usefixtures("counted")
async def test_areas_add_up_to_the_whole_on_every_map(officer: httpx2.AsyncClient) -> None:
    today = await figures(officer, to="2026-01-01", by="area", as_of="2026-01-01")
    assert today["poor_households", "Xã Mai Sơn"] == 6
    assert today["poverty_rate", "Xã Mai Sơn"] == 5000
    assert today["near_poor_households", "Xã Mai Sơn"] == 2
    before = await figures(officer, to="2026-01-01", by="area", as_of="2025-06-30")
    assert before["poor_households", "Xã Cò Nòi"] == 6
    # Recorded in communes that merged out of several: they have no place on the older map.
    assert before["all_households", None] == 3
    for found in (today, before):
        assert sum(value or 0 for (row, _), value in found.items() if row == "all_households") == 13
        assert sum(value or 0 for (row, _), value in found.items() if row == "poor_households") == 6


async def test_figures_by_area_are_for_staff(registry: Service) -> None:
    public = await registry.signed_in(None)
    assert (await public.get(IMPACT, params={"by": "area"})).status_code == 401
    donor = await registry.signed_in("donor")
    assert (await donor.get(IMPACT, params={"by": "area"})).status_code == 403
    assert (await donor.get(IMPACT)).status_code == 200


async def test_a_period_that_ends_before_it_starts_is_refused(registry: Service) -> None:
    public = await registry.signed_in(None)
    answer = await public.get(IMPACT, params={"from": "2026-01-02", "to": "2026-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (422, "period-backwards")


def test_a_rate_is_rounded_half_up_to_a_basis_point() -> None:
    assert Count(10_000, 1286).rate() == 1286
    assert Count(3, 1).rate() == 3333
    assert Count(3, 2).rate() == 6667
    assert Count(20_000, 1).rate() == 1
    assert Count(0, 0).rate() is None


COUNTS = st.builds(Count, st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.lists(COUNTS, min_size=6, max_size=6), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_nothing_is_lost_when_counts_are_put_on_a_map(counts: list[Count], day: date) -> None:
    reform = date(2025, 7, 1)
    old = [Unit(new_id(), str(n), str(n), date(1900, 1, 1), reform) for n in range(4)]
    new = [Unit(new_id(), str(n), str(n), reform, None) for n in range(2)]
    # The first becomes the first; the second is split; the last two merge into the second.
    edges = [(old[0].id, new[0].id), (old[1].id, new[0].id), (old[1].id, new[1].id)]
    edges += [(old[2].id, new[1].id), (old[3].id, new[1].id)]
    atlas = Atlas([*old, *new], edges)
    given_counts = {unit.id: count for unit, count in zip([*old, *new], counts, strict=True)}
    assert whole(placed(given_counts, atlas, day).values()) == whole(counts)
    if day >= reform:
        assert atlas.place(old[1].id, day) is None
        assert atlas.place(old[2].id, day) == new[1].id
