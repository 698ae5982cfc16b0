"""Organisations, what they are assigned to and what they did; each commune sees its own places only."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, MAI_SON, Register
from tests.services.beneficiaries.test_lists import statements

V1 = "/v1/beneficiaries"
Key = Callable[[], dict[str, str]]


@pytest.fixture
async def union(admin: httpx2.AsyncClient, new_key: Key) -> str:
    answer = await admin.post(
        f"{V1}/organisations", json={"name": "Công đoàn Điện lực Mai Sơn", "kind": "union"}, headers=new_key()
    )
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


async def assign(client: httpx2.AsyncClient, key: Key, organisation: str, **more: Any) -> httpx2.Response:
    body = {"purpose": "Đỡ đầu", "valid_from": "2026-01-01", **more}
    answer: httpx2.Response = await client.post(
        f"{V1}/organisations/{organisation}/assignments", json=body, headers=key()
    )
    return answer


async def act(client: httpx2.AsyncClient, key: Key, organisation: str, **more: Any) -> httpx2.Response:
    body = {"kind": "water", "happened_on": "2026-03-26", "description": "Đào bể nước", **more}
    answer: httpx2.Response = await client.post(
        f"{V1}/organisations/{organisation}/activities", json=body, headers=key()
    )
    return answer


async def ids(client: httpx2.AsyncClient, noun: str, **asked: str) -> list[str]:
    answer = await client.get(f"{V1}/{noun}", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_a_name_is_one_however_it_is_accented(admin: httpx2.AsyncClient, union: str, new_key: Key) -> None:
    body = {"name": "CÔNG ĐOÀN điện lực Mai Son!", "kind": "union"}
    answer = await admin.post(f"{V1}/organisations", json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation-taken")
    other = (
        await admin.post(f"{V1}/organisations", json={"name": "Sư đoàn 2", "kind": "army"}, headers=new_key())
    ).json()
    assert await ids(admin, "organisations", kind="army") == [other["id"]]
    assert await ids(admin, "organisations") == [union, other["id"]]


async def test_the_district_changes_an_organisation_and_an_inactive_one_takes_nothing_on(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    address = f"{V1}/organisations/{union}"
    assert (await officer.patch(address, json={"active": False}, headers={"If-Match": '"1"'})).status_code == 403
    gone = await admin.patch(address, json={"active": False}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["active"]) == (200, False)
    assert (await admin.patch(address, json={"active": True}, headers={"If-Match": '"1"'})).status_code == 412
    answer = await assign(officer, new_key, union, area_id=MAI_SON)
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation-inactive")


async def test_one_place_has_an_organisation_once_at_a_time(
    officer: httpx2.AsyncClient, register: Register, union: str, new_key: Key
) -> None:
    home = (await register())["id"]
    for place in ({"household_id": home}, {"area_id": MAI_SON, "village": "Bản Mé"}, {"area_id": MAI_SON}):
        first = await assign(officer, new_key, union, **place, valid_to="2026-07-01")
        assert first.status_code == 201, first.text
        overlapping = await assign(officer, new_key, union, **place, valid_from="2026-06-30")
        assert (overlapping.status_code, overlapping.json()["code"]) == (409, "assignment-overlaps")
        assert (await assign(officer, new_key, union, **place, valid_from="2026-07-01")).status_code == 201
    assert len(await ids(officer, "assignments", organisation_id=union, on="2026-06-30")) == 3
    assert len(await ids(officer, "assignments", household_id=home)) == 2
    assert len(await ids(officer, "assignments", area="04105", village="Bản Mé", on="2026-08-01")) == 1


async def test_an_assignment_ends_once_on_a_day_within_it(
    officer: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    made = (await assign(officer, new_key, union, area_id=MAI_SON, valid_to="2026-07-01")).json()
    address = f"{V1}/assignments/{made['id']}/ending"
    for on in ("2025-12-31", "2026-07-02"):
        answer = await officer.post(address, json={"on": on, "because": "xong"}, headers=new_key())
        assert (answer.status_code, answer.json()["code"]) == (422, "dates-disagree")
    ended = await officer.post(address, json={"on": "2026-05-01", "because": "xong"}, headers=new_key())
    assert (ended.json()["valid_to"], ended.json()["ended_because"], ended.headers["etag"]) == (
        "2026-05-01",
        "xong",
        '"2"',
    )
    again = await officer.post(address, json={"on": "2026-04-01", "because": "xong"}, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "assignment-ended")
    assert await ids(officer, "assignments", on="2026-05-01") == []


@pytest.mark.parametrize(
    "place",
    [{}, {"village": "Bản Mé"}, {"area_id": MAI_SON, "household_id": str(new_id())}],
)
async def test_an_assignment_names_exactly_one_place(
    officer: httpx2.AsyncClient, union: str, new_key: Key, place: dict[str, str]
) -> None:
    assert (await assign(officer, new_key, union, **place)).status_code == 422
    assert (await act(officer, new_key, union, **place)).status_code == 422


async def test_an_activity_within_an_assignment_takes_its_place_and_keeps_its_dates(
    officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    charge = (await assign(officer, new_key, union, area_id=MAI_SON, village="Bản Mé", valid_to="2026-07-01")).json()
    values = [{"amount": 12_000_000, "currency": "VND"}, {"quantity": "40.0", "unit": "person-day"}]
    made = await act(officer, new_key, union, assignment_id=charge["id"], values=values)
    assert made.status_code == 201, made.text
    assert (made.json()["village"], made.json()["area"]["id"], made.json()["values"]) == ("Bản Mé", MAI_SON, values)
    late = await act(officer, new_key, union, assignment_id=charge["id"], happened_on="2026-07-01")
    assert (late.status_code, late.json()["code"]) == (422, "outside-assignment")
    other = await admin.post(f"{V1}/organisations", json={"name": "Sư đoàn 2", "kind": "army"}, headers=new_key())
    foreign = await act(officer, new_key, other.json()["id"], assignment_id=charge["id"])
    assert (foreign.status_code, foreign.json()["code"]) == (422, "outside-assignment")
    assert await ids(officer, "activities", assignment_id=charge["id"], kind="water") == [made.json()["id"]]


async def test_what_an_organisation_did_for_a_household_supports_its_need_until_withdrawn(
    officer: httpx2.AsyncClient, register: Register, union: str, new_key: Key
) -> None:
    home = (await register())["id"]
    body = {"household_id": home, "kind": "water", "raised_on": "2026-02-01"}
    need = (await officer.post(f"{V1}/needs", json=body, headers=new_key())).json()
    done = (await act(officer, new_key, union, household_id=home)).json()
    assert (await officer.get(f"{V1}/needs/{need['id']}")).json()["supported_since"] == "2026-03-26"
    address = f"{V1}/activities/{done['id']}/withdrawal"
    withdrawn = await officer.post(address, json={"because": "Ghi trùng"}, headers=new_key())
    assert (withdrawn.status_code, withdrawn.json()["withdrawn_because"]) == (200, "Ghi trùng")
    again = await officer.post(address, json={"because": "Ghi trùng"}, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "activity-withdrawn")
    assert (await officer.get(f"{V1}/needs/{need['id']}")).json()["supported_since"] is None
    assert await ids(officer, "activities", withdrawn="false") == []


async def test_an_activity_of_tomorrow_or_in_a_unit_of_another_day_is_refused(
    officer: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    for more, code in (
        ({"area_id": MAI_SON, "happened_on": "2199-01-01"}, "dates-disagree"),
        ({"area_id": MAI_SON, "happened_on": "2025-06-30"}, "area-not-in-force"),
        ({"area_id": CO_NOI, "happened_on": "2025-07-01"}, "area-not-in-force"),
    ):
        assert (await act(officer, new_key, union, **more)).json()["code"] == code
    assert (await act(officer, new_key, union, area_id=CO_NOI, happened_on="2025-06-30")).status_code == 201


async def test_another_commune_sees_and_changes_no_assignment_or_activity(
    registry: Service,
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    register: Register,
    union: str,
    new_key: Key,
) -> None:
    home = (await register(MAI_SON))["id"]
    ours: dict[str, list[str]] = {"assignments": [], "activities": []}
    for place in ({"household_id": home}, {"area_id": MAI_SON, "village": "Bản Mé"}):
        ours["assignments"].append((await assign(officer, new_key, union, **place)).json()["id"])
        ours["activities"].append((await act(officer, new_key, union, **place)).json()["id"])
    theirs = (await assign(stranger, new_key, union, area_id=CHIENG_SUNG)).json()["id"]
    for one in (*ours["assignments"], str(new_id())):
        for method, path, body in (("GET", "", None), ("POST", "/ending", {"because": "x"})):
            answer = await stranger.request(method, f"{V1}/assignments/{one}{path}", json=body, headers=new_key())
            assert (answer.status_code, answer.json()["code"]) == (404, "assignment-not-found")
        used = await act(stranger, new_key, union, assignment_id=one)
        assert (used.status_code, used.json()["code"]) == (404, "assignment-not-found")
    for one in (*ours["activities"], str(new_id())):
        for method, path, body in (("GET", "", None), ("POST", "/withdrawal", {"because": "x"})):
            answer = await stranger.request(method, f"{V1}/activities/{one}{path}", json=body, headers=new_key())
            assert (answer.status_code, answer.json()["code"]) == (404, "activity-not-found")
    for asked in ({}, {"area": "04105"}, {"household_id": home}, {"organisation_id": union}, {"village": "Bản Mé"}):
        assert set(await ids(stranger, "assignments", **asked)) <= {theirs}
        assert await ids(stranger, "activities", **asked) == []
    for place, code in (({"household_id": home}, "household-not-found"), ({"area_id": MAI_SON}, "area-not-found")):
        assert (await assign(stranger, new_key, union, **place)).json()["code"] == code
        assert (await act(stranger, new_key, union, **place)).json()["code"] == code
    assert len(await registry.sql("select 1 from organisation_assignments where valid_to is null")) == 3


async def test_an_officer_sees_what_was_assigned_in_the_units_the_commune_was_made_from(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, admin: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    old = (await assign(admin, new_key, union, area_id=CO_NOI, village="Bản Nhạp", valid_from="2024-01-01")).json()
    assert await ids(officer, "assignments", area="04105") == [old["id"]]
    assert await ids(stranger, "assignments") == []


async def test_the_database_itself_refuses_two_assignments_at_once(
    registry: Service, officer: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    await assign(officer, new_key, union, area_id=MAI_SON)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await registry.sql(
            "insert into organisation_assignments (id, organisation_id, area_id, purpose, valid_from, recorded_by)"
            " select gen_random_uuid(), organisation_id, area_id, purpose, valid_from + 9, 'x'"
            " from organisation_assignments"
        )


async def test_lists_of_assignments_and_activities_run_a_fixed_number_of_statements(
    registry: Service, officer: httpx2.AsyncClient, register: Register, union: str, new_key: Key
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            home = (await register())["id"]
            await assign(officer, new_key, union, household_id=home)
            await act(officer, new_key, union, household_id=home)
        with statements(registry) as seen:
            for noun in ("organisations", "assignments", "activities"):
                await ids(officer, noun)
        counts.append(len(seen))
    assert counts == [6, 6]


async def test_the_examples_of_organisations_work(
    registry: Service, admin: httpx2.AsyncClient, union: str, new_key: Key
) -> None:
    schemas = (await admin.get("/openapi.json")).json()["components"]["schemas"]

    def example(name: str) -> Any:
        return schemas[name]["examples"][0]

    assert (await admin.get(f"{V1}/organisations/{union}")).json()["name"] == example("OrganisationIn")["name"]
    address = f"{V1}/organisations/{union}"
    assert (
        await admin.patch(address, json=example("OrganisationChange"), headers={"If-Match": '"1"'})
    ).status_code == 200
    charge = await admin.post(f"{address}/assignments", json=example("AssignmentIn"), headers=new_key())
    assert charge.status_code == 201, charge.text
    ending = f"{V1}/assignments/{charge.json()['id']}/ending"
    assert (await admin.post(ending, json=example("EndingIn"), headers=new_key())).status_code == 200
    done = await admin.post(f"{address}/activities", json=example("ActivityIn"), headers=new_key())
    assert done.status_code == 201, done.text
    withdrawal = f"{V1}/activities/{done.json()['id']}/withdrawal"
    assert (await admin.post(withdrawal, json=example("WithdrawalIn"), headers=new_key())).status_code == 200
