"""What acts on areas are refused for, by name and by the database; a refused one leaves nothing."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import MAI_SON, Act, Found, area, unit

IMPOSSIBLE: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("rename", "1899-12-31", {}, 422, "invalid"),
    ("rename", "2019-12-31", {}, 409, "area-not-in-force"),
    ("rename", "2020-01-01", {}, 409, "area-has-later-act"),
    ("rename", "2022-01-01", {"name": "Xã Gốc"}, 422, "act-changes-nothing"),
    ("reclassify", "2022-01-01", {"urban": False}, 422, "act-changes-nothing"),
    ("correct_aliases", "2019-12-31", {"aliases": ["x"]}, 409, "area-not-in-force"),
    ("correct_aliases", "2022-01-01", {"aliases": []}, 422, "act-changes-nothing"),
    ("rename", "2022-01-01", {"decided_on": "2022-01-02"}, 422, "invalid"),
    ("split", "2022-01-01", {"into": [unit("90001")]}, 422, "invalid"),
    ("split", "2022-01-01", {"into": [unit("90008"), unit("90008")]}, 422, "invalid"),
    ("split", "2022-01-01", {"into": [unit("90001"), unit("90002")]}, 409, "area-code-in-use"),
    ("merge", "2022-01-01", {"into": unit("04105")}, 409, "area-code-in-use"),
    ("merge", "2022-01-01", {"into": unit("90008", parent_id=MAI_SON)}, 422, "parent-not-in-force"),
    ("merge", "2022-01-01", {"into": unit("90008", parent_id=area("99999"))}, 422, "parent-not-in-force"),
    ("merge", "2022-01-01", {"into": unit("90008", kind="tỉnh")}, 422, "invalid"),
]


@pytest.mark.parametrize(("kind", "day", "more", "status", "code"), IMPOSSIBLE)
async def test_an_impossible_act_is_refused_by_name_and_leaves_nothing(
    registry: Service, found: Found, act: Act, kind: str, day: str, more: dict[str, Any], status: int, code: str
) -> None:
    old, other = await found("90001", "Xã Gốc", valid_from="2020-01-01"), await found("90002", "Xã Bên")
    before = await registry.sql("select * from areas order by id")
    of_kind = {
        "rename": {"unit": old, "name": "Xã Khác"},
        "reclassify": {"unit": old},
        "correct_aliases": {"unit": old},
        "split": {"unit": old},
        "merge": {"units": [old, other]},
    }
    answer = await act(kind, day, **{**of_kind[kind], **more})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await registry.sql("select * from areas order by id") == before
    assert await registry.sql("select 1 from area_acts where recorded_by <> 'reference'") == []


async def test_acts_on_units_that_no_act_may_touch_are_refused(found: Found, act: Act) -> None:
    one = await found("90001")
    district, province = area("999", "1900-01-01"), area("14", "1900-01-01")
    for wrong in (district, province):
        answer = await act("rename", "2024-01-01", unit=wrong, name="Khác")
        assert (answer.status_code, answer.json()["code"]) == (422, "area-not-a-commune")
    answer = await act("rename", "2024-01-01", unit=area("99998"), name="Khác")
    assert (answer.status_code, answer.json()["code"]) == (404, "area-not-found")
    answer = await act("merge", "2024-01-01", units=[one, one], into=unit("90008"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_the_same_act_is_recorded_once_and_acts_follow_each_other_in_time(found: Found, act: Act) -> None:
    one, two = await found("90001"), await found("90002")
    merge = {"units": [one, two], "into": unit("90001")}
    assert (await act("merge", "2024-01-01", **merge)).status_code == 201
    again = await act("merge", "2024-01-01", **merge)
    assert (again.status_code, again.json()["code"]) == (409, "act-already-recorded")
    earlier = await act("rename", "2023-01-01", unit=one, name="Xã Khác", decision_number="2")
    assert (earlier.status_code, earlier.json()["code"]) == (409, "area-has-later-act")
    later = await act("rename", "2025-01-01", unit=one, name="Xã Khác", decision_number="2")
    assert (later.status_code, later.json()["code"]) == (409, "area-not-in-force")
    same_day = await act("rename", "2024-01-01", unit=area("90001", "2024-01-01"), name="Xã Khác")
    assert (same_day.status_code, same_day.json()["code"]) == (409, "area-has-later-act")


async def test_of_two_acts_at_the_same_time_one_is_carried_out(found: Found, act: Act) -> None:
    one, two, three = [await found(code) for code in ("90001", "90002", "90003")]
    answers = await asyncio.gather(
        act("merge", "2024-01-01", units=[one, two], into=unit("90010")),
        act("merge", "2024-01-01", units=[three, two], into=unit("90011")),
        act("rename", "2024-01-01", unit=two, name="Xã Khác"),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_the_database_keeps_edges_joined_and_ends_final(registry: Service, found: Found, act: Act) -> None:
    one, two = await found("90001"), await found("90002")
    await act("rename", "2024-01-01", unit=one, name="Xã Khác")
    new = area("90001", "2024-01-01")
    edge = (
        "insert into area_successions (predecessor_id, successor_id, legal_basis, on_day)"
        " values ($1, $2, 'x', date '2024-01-02')"
    )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await registry.sql(edge, two, new)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="ends once"):
        await registry.sql("update areas set valid_to = null where id = $1", one)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="only into another"):
        await registry.sql("update areas set valid_to = date '2024-01-01' where id = $1", two)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await registry.sql(
            "insert into areas (id, code, valid_from, name, kind, level, urban, source)"
            " values ($1, '90001', date '2025-01-01', 'x', 'xã', 'commune', false, 'x')",
            area("90001", "2025-01-01"),
        )
    runtime = await asyncpg.connect(registry.runtime_url)
    try:
        for forbidden in (
            "delete from area_successions",
            "update area_successions set legal_basis = 'x'",
            "update area_acts set decision_number = 'x'",
            "delete from area_act_units",
            "update areas set code = 'x'",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await runtime.execute(forbidden)
    finally:
        await runtime.close()
