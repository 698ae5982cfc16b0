from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from services.beneficiaries.standards.errors import ALL
from services.beneficiaries.standards.schemas import PointTableIn, RulesIn, StandardIn
from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, Register
from tests.services.beneficiaries.test_lists import statements

STANDARDS = "/v1/beneficiaries/poverty-standards"
Key = Callable[[], dict[str, str]]


def example(shape: Any, **change: Any) -> dict[str, Any]:
    return {**shape.model_config["json_schema_extra"]["examples"][0], **change}


async def read(registry: Service, code: str) -> dict[str, Any]:
    public = await registry.signed_in(None)
    answer = await public.get(f"{STANDARDS}/{code}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_thresholds_are_numbers_with_their_certainty(registry: Service) -> None:
    public = await registry.signed_in(None)
    items = {one["code"]: one["rules"] for one in (await public.get(STANDARDS)).json()["items"]}
    seen = {
        code: (rules["income_rural"], rules["income_urban"], rules["deprivations"], rules["confidence"])
        for code, rules in items.items()
    }
    assert seen == {
        "decision-59-2015": (700_000, 900_000, 0, "soft"),
        "decree-07-2021": (1_500_000, 2_000_000, 3, "firm"),
        "decree-351-2025": (2_200_000, 2_800_000, 3, "soft"),
    }


async def test_each_standard_has_its_own_indicators(registry: Service) -> None:
    before, after = await read(registry, "decree-07-2021"), await read(registry, "decree-351-2025")
    codes = {name: {one["code"] for one in found["indicators"]} for name, found in (("b", before), ("a", after))}
    assert len(before["indicators"]) == 12
    assert codes["b"] - codes["a"] == {"information_means"}
    assert codes["a"] - codes["b"] == {"digital_services", "household_waste"}
    assert {one["confidence"] for one in after["indicators"]} == {"soft", "open"}


async def test_points_are_data_of_the_standard_and_not_verified(registry: Service) -> None:
    points = (await read(registry, "decree-07-2021"))["points"]
    shown = {name: points[name] for name in ("income_rural", "income_urban", "per_deprivation", "deprivation_line")}
    assert shown == {"income_rural": 140, "income_urban": 175, "per_deprivation": 10, "deprivation_line": 30}
    assert points["confidence"] == "open"
    assert (await read(registry, "decree-351-2025"))["points"] is None


async def test_a_version_supersedes_and_what_was_there_stays_readable(
    registry: Service, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    first = (await read(registry, "decree-351-2025"))["rules"]
    path = f"{STANDARDS}/decree-351-2025/rules"
    answer = await admin.post(path, json=example(RulesIn, confidence="firm"), headers=new_key())
    assert answer.status_code == 201, answer.text
    found = await read(registry, "decree-351-2025")
    assert (found["rules"]["version"], found["rules"]["income_rural"]) == (2, 2_500_000)
    assert found["rules_before"] == [{**first, "recorded_to": found["rules"]["recorded_from"]}]
    assert [one["code"] for one in found["indicators"]] == ["health_insurance", "clean_water", "housing_quality"]
    audited = await registry.sql("select action, actor from audit_log")
    assert [tuple(row) for row in audited] == [("poverty_standard.rules_superseded", "district-admin")]


async def test_points_get_versions_with_items(registry: Service, admin: httpx2.AsyncClient, new_key: Key) -> None:
    item = {"code": "no_motorbike", "title": {"vi": "Không có xe máy", "en": "x", "fr": "y"}, "points": -5}
    for _ in range(2):
        path = f"{STANDARDS}/decree-351-2025/point-tables"
        answer = await admin.post(path, json=example(PointTableIn, items=[item]), headers=new_key())
        assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["points"]["version"], found["points"]["items"]) == (2, [item])
    assert [one["version"] for one in found["points_before"]] == [1]


async def test_a_new_standard_ends_the_one_before(registry: Service, admin: httpx2.AsyncClient, new_key: Key) -> None:
    given = example(StandardIn, valid_from="2029-01-01")
    answer = await admin.post(STANDARDS, json=given, headers=new_key())
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{STANDARDS}/decree-2031"
    assert (await read(registry, "decree-351-2025"))["valid_to"] == "2029-01-01"
    again = await admin.post(STANDARDS, json=given, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "standard-code-taken")


async def test_a_standard_under_which_households_were_classified_is_not_cut_short(
    registry: Service, admin: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = await register()
    body = {"status": "poor", "valid_from": "2026-06-01", "decision_number": "1"}
    await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
    given = example(StandardIn, valid_from="2026-05-01", valid_to="2027-01-01")
    answer = await admin.post(STANDARDS, json=given, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "standard-period-taken")
    assert (await read(registry, "decree-07-2021"))["valid_to"] == "2027-01-01"


@pytest.mark.parametrize(
    "change",
    [
        {"income_rural": 0},
        {"income_rural": 1.5},
        {"average_rural": 2_000_000},
        {"deprivations": 4},
        {"indicators": [example(RulesIn)["indicators"][0]] * 2},
        {"confidence": "sure"},
    ],
)
async def test_rules_that_contradict_themselves_are_refused(
    admin: httpx2.AsyncClient, new_key: Key, change: dict[str, Any]
) -> None:
    path = f"{STANDARDS}/decree-07-2021/rules"
    answer = await admin.post(path, json=example(RulesIn, **change), headers=new_key())
    assert answer.status_code == 422


@pytest.mark.parametrize("login", ["commune-officer:04105", "commune-chair:04105", "auditor"])
async def test_only_the_keeper_of_reference_data_enters_standards(registry: Service, new_key: Key, login: str) -> None:
    client = await registry.signed_in(login)
    for path, shape in (
        ("", StandardIn),
        ("/decree-07-2021/rules", RulesIn),
        ("/decree-07-2021/point-tables", PointTableIn),
    ):
        answer = await client.post(f"{STANDARDS}{path}", json=example(shape), headers=new_key())
        assert answer.status_code == 403


async def test_an_unknown_standard_is_not_found(registry: Service, admin: httpx2.AsyncClient, new_key: Key) -> None:
    answers = [
        await admin.get(f"{STANDARDS}/none"),
        await admin.post(f"{STANDARDS}/none/rules", json=example(RulesIn), headers=new_key()),
        await admin.post(f"{STANDARDS}/none/point-tables", json=example(PointTableIn), headers=new_key()),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "standard-not-found")] * 3


async def test_versions_cannot_be_changed_or_overlap_whoever_writes(registry: Service) -> None:
    runtime = await asyncpg.connect(registry.runtime_url)
    try:
        for statement in (
            "update poverty_rules set income_rural = 1",
            "update poverty_indicators set code = 'x'",
            "update point_tables set income_rural = 1",
            "delete from point_items",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await runtime.execute(statement)
        with pytest.raises(asyncpg.ExclusionViolationError):
            await runtime.execute(
                "insert into point_tables (id, standard, version, confidence, source, income_rural, income_urban,"
                " per_deprivation, deprivation_line, entered_by) values (gen_random_uuid(), 'decree-07-2021', 2, 'open',"
                " 'x', 1, 1, 1, 1, 'x')"
            )
    finally:
        await runtime.close()


async def test_reads_run_a_fixed_number_of_statements(registry: Service) -> None:
    public = await registry.signed_in(None)
    for path, most in (("", 4), ("/decree-07-2021", 8)):
        with statements(registry) as seen:
            await public.get(f"{STANDARDS}{path}")
        assert len(seen) == most


async def test_the_eight_causes_are_data(registry: Service) -> None:
    public = await registry.signed_in(None)
    found = (await public.get("/v1/beneficiaries/poverty-causes")).json()["items"]
    assert [one["code"] for one in found] == [
        "land", "capital", "labour", "tools", "knowledge", "skills", "illness", "other"
    ]  # fmt: skip


def test_every_refusal_has_three_languages() -> None:
    for kind in ALL:
        assert len({kind.title("en"), kind.title("vi"), kind.title("fr")}) == 3
