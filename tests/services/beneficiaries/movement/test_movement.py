from datetime import date
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.beneficiaries.movement.models import Group, movements
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, HAT_LOT_TOWNSHIP, MAI_SON, area
from tests.services.beneficiaries.poverty_rate.homes import write
from tests.services.beneficiaries.reviews.conftest import DECISION, Book, answers, book, chair, listed_home
from tests.services.beneficiaries.test_lists import statements

__all__ = ["book", "chair", "listed_home"]

MOVEMENT = "/v1/beneficiaries/reviews/movement"
FIRST, LAST = date(2025, 1, 1), date(2026, 1, 1)
S = "decree-07-2021"
LONG = date(2021, 1, 1)


def statuses(*changes: tuple[str, date]) -> list[tuple[str, date, date | None, str]]:
    ends = [day for _, day in changes[1:]]
    return [(status, day, end, S) for (status, day), end in zip(changes, [*ends, None], strict=True)]


async def read(client: httpx2.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(MOVEMENT, params={"from": "2025-01-01", "to": "2026-01-01", **asked})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def balanced(row: dict[str, Any]) -> bool:
    gone = row["to_other_list"] + row["above"] + row["other_decrease"]
    come = row["from_other_list"] + row["fallen_back"] + row["newly_arisen"] + row["other_increase"]
    kinds = row["old"] + row["new"] + row["fallen_back"]
    return bool(row["end"] == row["start"] - gone + come == kinds)


async def test_each_household_is_one_movement(registry: Service, admin: httpx2.AsyncClient) -> None:
    here = [(CO_NOI, LONG, None)]
    p, n, o = "poor", "near_poor", "none"
    year = LAST
    homes = [
        (here, statuses((p, LONG))),
        (here, statuses((p, LONG), (n, year))),
        (here, statuses((p, LONG), (o, year))),
        ([(CO_NOI, LONG, date(2025, 5, 1))], statuses((p, LONG))),
        (here, statuses((n, LONG), (p, year))),
        (here, statuses((p, LONG), (o, date(2023, 1, 1)), (p, year))),
        (here, statuses((o, LONG), (p, year))),
        ([(CO_NOI, date(2025, 3, 1), None)], statuses((p, date(2025, 3, 1)))),
        (here, []),
    ]
    await write(registry, homes)
    rows = {row["status"]: row for row in await read(admin, area="04105")}
    poor = {name: value for name, value in rows["poor"].items() if isinstance(value, int)}
    assert poor == {
        "start": 4, "to_other_list": 1, "above": 1, "other_decrease": 1, "from_other_list": 1, "fallen_back": 1,
        "newly_arisen": 1, "other_increase": 1, "end": 5, "old": 1, "new": 3,
    }  # fmt: skip
    assert (rows["near_poor"]["start"], rows["near_poor"]["to_other_list"], rows["near_poor"]["from_other_list"]) == (
        1,
        1,
        1,
    )
    assert all(balanced(row) for row in rows.values())


async def test_who_moves_within_a_commune_of_today_moved_between_those_of_before(
    registry: Service, admin: httpx2.AsyncClient
) -> None:
    moved = [(CO_NOI, LONG, date(2025, 3, 1)), (HAT_LOT_TOWNSHIP, date(2025, 3, 1), None)]
    await write(registry, [(moved, statuses(("poor", LONG)))])
    [today] = [row for row in await read(admin) if row["status"] == "poor"]
    assert (today["area"]["id"], today["old"], today["other_decrease"]) == (MAI_SON, 1, 0)
    before = {row["area"]["id"]: row for row in await read(admin, as_of="2025-06-30") if row["status"] == "poor"}
    assert (before[CO_NOI]["other_decrease"], before[CO_NOI]["end"]) == (1, 0)
    assert (before[HAT_LOT_TOWNSHIP]["other_increase"], before[HAT_LOT_TOWNSHIP]["end"]) == (1, 1)


UNITS = [CO_NOI, HAT_LOT_TOWNSHIP, area("04136", "1900-01-01"), CHIENG_SUNG, MAI_SON]
DAYS = [LONG, date(2024, 6, 1), FIRST, date(2025, 7, 1), LAST, date(2026, 2, 1)]


@st.composite
def history(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """Where a household lived and what it was, each for stretches between a few days, with gaps at either end."""

    def stretches(kinds: list[str]) -> list[Any]:
        edges = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=4)))
        last = draw(st.sampled_from([None, date(2026, 6, 1)]))
        return [(draw(st.sampled_from(kinds)), day, end) for day, end in zip(edges, [*edges[1:], last], strict=True)]

    lists = stretches(["poor", "near_poor", "none"])
    return stretches(UNITS), [(*one, S) for one in lists]


asked_days = st.sampled_from(["2021-01-01", "2024-01-01", "2025-01-01", "2025-12-31", "2026-01-01", "2026-07-01"])
maps = st.sampled_from(["2021-01-01", "2025-06-30", "2026-01-01"])


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(homes=st.lists(history(), min_size=1, max_size=12), first=asked_days, last=asked_days, as_of=maps)
async def test_start_and_movements_make_the_end_for_every_area_and_map(
    registry: Service, admin: httpx2.AsyncClient, homes: list[Any], first: str, last: str, as_of: str
) -> None:
    # The households of one example stay for the next: the more, the better.
    await write(registry, homes)
    days = sorted([first, last])
    rows = await read(admin, **{"from": days[0], "to": days[1], "as_of": as_of})
    assert all(balanced(row) for row in rows)
    for edge, day in zip(("start", "end"), days, strict=True):
        asked = {"as_of": day, "geography": as_of, "by": "area"}
        for row in (await admin.get("/v1/beneficiaries/poverty-rate", params=asked)).json()["rows"]:
            found = {one["status"]: one[edge] for one in rows if one["area"] == row["area"]}
            assert (found.get("poor", 0), found.get("near_poor", 0)) == (row["poor"], row["near_poor"])


names = st.sampled_from(["poor", "near_poor", "none"])
places = st.sampled_from([None, 1, 2, 3, 4])


@st.composite
def group(draw: st.DrawFn) -> Group:
    left, came = draw(places), draw(places)
    return Group(
        left,  # type: ignore[arg-type] # any name of a unit will do
        came,  # type: ignore[arg-type]
        None if left is None else draw(names),
        None if came is None else draw(names),
        draw(st.frozensets(st.sampled_from(["poor", "near_poor"]))),
        draw(st.integers(1, 50)),
    )


@given(st.lists(group(), max_size=30), st.dictionaries(st.integers(1, 4), st.sampled_from([1, 2, None])))
def test_the_identity_holds_whatever_moves_wherever(groups: list[Group], atlas: dict[Any, Any]) -> None:
    found = movements(groups, lambda unit: atlas.get(unit, unit))
    for (_, status), moved in found.items():
        assert moved.balances()
        assert moved.old + moved.new + moved.fallen_back == moved.end
        assert moved.end <= sum(one.households for one in groups if one.after == status)
    for name in ("poor", "near_poor"):
        ends = sum(moved.end for (_, status), moved in found.items() if status == name)
        assert ends == sum(one.households for one in groups if one.after == name)


async def test_causes_come_from_the_review_that_was_decided(
    book: Book, chair: httpx2.AsyncClient, admin: httpx2.AsyncClient, listed_home: Any
) -> None:
    await listed_home()
    await listed_home()
    review = await book.posted([answers(causes=["land", "illness"]), answers(causes=["land"])])
    before = await read(admin, **{"from": "2025-09-01", "area": "04105"})
    assert sum(cause["households"] for cause in before[0]["causes"]) == 0
    await book.step(review, "decision", DECISION, chair)
    [poor, _] = await read(admin, **{"from": "2025-09-01", "area": "04105"})
    assert (poor["start"], poor["old"], poor["end"]) == (2, 2, 2)
    named = {cause["code"]: cause["households"] for cause in poor["causes"]}
    assert len(named) == 8
    assert {code: many for code, many in named.items() if many} == {"land": 2, "illness": 1}


async def test_an_officer_reads_the_own_commune_only(
    registry: Service, officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient
) -> None:
    await write(registry, [([(MAI_SON, date(2025, 7, 1), None)], statuses(("poor", date(2025, 8, 1))))])
    assert [row["end"] for row in await read(officer, area="04105")] == [1, 0]
    assert [row["end"] for row in await read(stranger, area="04105")] == [0, 0]
    assert await read(stranger) == []
    treasurer = await registry.signed_in("treasurer")
    assert (await treasurer.get(MOVEMENT, params={"from": "2025-01-01", "to": "2026-01-01"})).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"from": "2026-01-01", "to": "2025-01-01"}, 422),
        ({"from": "2025-01-01"}, 422),
        ({"from": "2025-01-01", "to": "2026-01-01", "village": "x"}, 422),
        ({"from": "2025-01-01", "to": "2026-01-01", "area": "99999"}, 404),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    admin: httpx2.AsyncClient, asked: dict[str, str], status: int
) -> None:
    assert (await admin.get(MOVEMENT, params=asked)).status_code == status


async def test_movement_takes_five_statements(registry: Service, admin: httpx2.AsyncClient) -> None:
    await write(registry, [([(CO_NOI, LONG, None)], statuses(("poor", LONG))) for _ in range(30)])
    with statements(registry) as seen:
        await read(admin)
    assert len(seen) == 6
