"""Handling: step by step, by whom it is assigned to, never by whom it is about, up to the district when late."""

from typing import Any

import asyncpg
import httpx2
import pytest

from kit.database import RowScope
from kit.jobs import Job
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.grievances import escalation
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, MAI_SON
from tests.services.beneficiaries.grievances.conftest import GRIEVANCES, Handle, Key, Take, answered, follow, words
from tests.services.beneficiaries.test_lists import statements
from tests.services.beneficiaries.test_scope import as_runtime

OFFICER = "commune-officer:04105"
KIND = {"kind": "payment"}
ANSWER = {"outcome": "not_upheld", "text": "Hộ không thuộc đối tượng."}


async def listed(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(GRIEVANCES, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


def told(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code")


async def test_each_step_follows_from_where_the_grievance_stands(
    officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in())["id"]
    for what, body in (("assignment", {"officer": OFFICER}), ("answer", ANSWER)):
        assert told(await handle(officer, one, what, **body)) == (409, "grievance-step-refused")
    assert (await handle(officer, one, "classification", **KIND)).json()["state"] == "classified"
    assert told(await handle(officer, one, "answer", **ANSWER)) == (409, "grievance-step-refused")
    assert (await handle(officer, one, "assignment", officer=OFFICER)).json()["assigned_to"] == OFFICER
    done = await handle(officer, one, "answer", **ANSWER)
    assert (done.status_code, done.json()["state"], done.headers["etag"]) == (200, "answered", '"4"')
    for what, body in (
        ("classification", KIND),
        ("assignment", {"officer": OFFICER}),
        ("answer", ANSWER),
        ("escalation", {"reason": "x"}),
    ):
        assert told(await handle(officer, one, what, **body)) == (409, "grievance-step-refused")
    assert [step["step"] for step in done.json()["steps"]] == ["received", "classified", "assigned", "answered"]


async def test_every_step_is_dated_audited_and_told_without_what_was_written(
    registry: Service, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in())["id"]
    await answered(handle, officer, one, OFFICER)
    audit = await registry.sql("select action, actor from audit_log where subject_id = $1 order by id", one)
    assert [(row["action"], row["actor"]) for row in audit] == [
        ("grievance.received", "district-admin"),
        ("grievance.classified", OFFICER),
        ("grievance.assigned", OFFICER),
        ("grievance.answered", OFFICER),
    ]
    events = await registry.sql("select type from outbox_events where subject = $1 order by occurred_at", one)
    assert [row["type"] for row in events] == [row["action"] for row in audit]
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await registry.sql("update grievance_steps set made_by = 'x'")


async def test_the_deadline_follows_the_kind_and_the_kinds_are_the_districts(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, take_in: Take, handle: Handle, new_key: Key
) -> None:
    one = await take_in(received_on="2025-08-28")
    assert one["due_on"] == "2025-09-22"
    classified = (await handle(officer, one["id"], "classification", **KIND)).json()
    assert (classified["due_on"], classified["overdue"]) == ("2025-09-10", True)
    kind = "/v1/beneficiaries/grievance-kinds/payment"
    assert (await officer.patch(kind, json={"answer_days": 2}, headers={"If-Match": '"1"'})).status_code == 403
    assert (await admin.patch(kind, json={"answer_days": 2}, headers={"If-Match": '"1"'})).status_code == 200
    assert (await handle(officer, one["id"], "classification", **KIND)).json()["due_on"] == "2025-09-03"
    day = {"day": "2025-09-03", "working": False, "name": "Nghỉ bù"}
    calendar = "/v1/beneficiaries/calendar-days"
    assert (await officer.post(calendar, json=day, headers=new_key())).status_code == 403
    assert (await admin.post(calendar, json=day, headers=new_key())).status_code == 200
    assert (await handle(officer, one["id"], "classification", **KIND)).json()["due_on"] == "2025-09-04"
    assert day | {"confidence": "firm"} in (await admin.get(calendar, params={"year": 2025})).json()["items"]


async def test_only_the_one_it_is_assigned_to_answers(
    registry: Service, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in())["id"]
    await handle(officer, one, "classification", **KIND)
    await handle(officer, one, "assignment", officer="commune-officer-2:04105")
    assert told(await handle(officer, one, "answer", **ANSWER)) == (409, "not-assigned-to-you")
    second = await registry.signed_in("commune-officer-2:04105")
    assert (await handle(second, one, "answer", **ANSWER)).status_code == 200


async def test_a_grievance_about_staff_is_seen_by_the_district_alone(
    registry: Service,
    nobody: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    handle: Handle,
    new_key: Key,
) -> None:
    filed = await nobody.post(GRIEVANCES, json=words(about_staff=True), headers=new_key())
    taken = await officer.post(
        f"{GRIEVANCES}/intake", json=words(channel="phone", about_officer=OFFICER), headers=new_key()
    )
    assert (filed.status_code, taken.status_code) == (201, 201)
    assert await listed(officer) == []
    ids = await listed(admin, level="district")
    assert len(ids) == 2
    unknown = str(new_id())
    for one in (*ids, unknown):
        assert told(await officer.get(f"{GRIEVANCES}/{one}")) == (404, "grievance-not-found")
        assert told(await handle(officer, one, "classification", **KIND)) == (404, "grievance-not-found")
    assert (await follow(nobody, filed.json()))["level"] == "district"


async def test_nobody_is_assigned_or_answers_a_grievance_about_themselves(
    registry: Service, admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in(about_officer=OFFICER))["id"]
    await handle(admin, one, "classification", kind="conduct")
    assert told(await handle(admin, one, "assignment", officer=OFFICER)) == (409, "grievance-about-that-officer")
    await handle(admin, one, "assignment", officer="district-admin")
    for changed in (
        "assigned_to = about_officer",
        "answered_by = about_officer, answered_on = now(), reopen_until = now()",
    ):
        with pytest.raises(asyncpg.CheckViolationError, match="another"):
            await registry.sql(f"update grievances set {changed} where id = $1", one)
    own = (await take_in(about_officer="district-admin"))["id"]
    assert told(await handle(admin, own, "classification", **KIND)) == (409, "grievance-about-that-officer")


async def test_the_district_finds_out_whom_it_is_about_and_the_commune_loses_sight_of_it(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in())["id"]
    body = {"kind": "conduct", "about_officer": OFFICER}
    assert (await handle(officer, one, "classification", **body)).status_code == 403
    assert (await handle(admin, one, "classification", **body)).json()["level"] == "district"
    assert await listed(officer) == []


async def test_what_is_overdue_goes_to_the_district_by_itself_and_once(
    registry: Service, officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    late, done, fresh = [
        (await take_in(received_on=on))["id"] for on in ("2026-01-05", "2026-01-05", today().isoformat())
    ]
    await answered(handle, officer, done, OFFICER)
    await handle(officer, late, "classification", **KIND)
    database = registry.app.state.database
    job = Job(id=new_id(), name="x", payload={}, key=None, attempt=1, max_attempts=1)
    for _ in range(2):
        await escalation.run(database, job)
    assert await listed(admin, level="district") == [late]
    assert await listed(officer, level="commune") == [done, fresh]
    shown = (await officer.get(f"{GRIEVANCES}/{late}")).json()
    assert (shown["escalated_on"], [step["step"] for step in shown["steps"]]) == (
        today().isoformat(),
        ["received", "classified", "escalated"],
    )
    assert told(await handle(officer, late, "assignment", officer=OFFICER)) == (409, "grievance-with-the-district")
    assert told(await handle(officer, late, "escalation", reason="x")) == (409, "grievance-with-the-district")
    assert (await handle(admin, late, "assignment", officer="district-admin")).status_code == 200
    assert (await handle(admin, late, "answer", **ANSWER)).json()["steps"][-1]["facts"]["late"] is True
    events = await registry.sql("select subject from outbox_events where type = 'grievance.escalated'")
    assert [row["subject"] for row in events] == [late]
    assert len(await registry.sql("select 1 from audit_log where action = 'grievance.escalated'")) == 1


async def test_an_officer_hands_up_what_is_beyond_the_commune(
    officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in())["id"]
    up = (await handle(officer, one, "escalation", reason="Vượt thẩm quyền của xã")).json()
    assert (up["level"], up["steps"][-1]["facts"]["because"]) == ("district", "handed_up")


async def test_how_to_reach_somebody_is_shown_for_a_reason_and_recorded(
    registry: Service, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = (await take_in(contact="0987 654 321"))["id"]
    assert "0987" not in (await officer.get(f"{GRIEVANCES}/{one}")).text
    assert (await handle(officer, one, "contact", reason="x")).status_code == 422
    shown = await handle(officer, one, "contact", reason="Hẹn ngày đến xem nhà")
    assert shown.json() == {"contact": "0987 654 321"}
    [row] = await registry.sql("select actor, reason from audit_log where action = 'grievance.contact_shown'")
    assert (row["actor"], row["reason"]) == (OFFICER, "Hẹn ngày đến xem nhà")


async def test_another_commune_sees_counts_and_touches_no_grievance(
    registry: Service,
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    take_in: Take,
    handle: Handle,
) -> None:
    ours, theirs = (await take_in(MAI_SON))["id"], (await take_in(CHIENG_SUNG))["id"]
    for one in (ours, str(new_id())):
        assert told(await stranger.get(f"{GRIEVANCES}/{one}")) == (404, "grievance-not-found")
        for what, body in (
            ("classification", KIND),
            ("assignment", {"officer": "commune-officer:04108"}),
            ("answer", ANSWER),
            ("escalation", {"reason": "x"}),
            ("contact", {"reason": "muốn biết là ai"}),
        ):
            assert told(await handle(stranger, one, what, **body)) == (404, "grievance-not-found")
    for asked in ({}, {"area": "04105"}, {"state": "received"}, {"overdue": "false"}, {"level": "commune"}):
        assert set(await listed(stranger, **asked)) <= {theirs}
    assert await listed(stranger, area="04105") == []
    [row] = await registry.sql("select state, version from grievances where id = $1", ours)
    assert (row["state"], row["version"]) == ("received", 1)
    for table in ("grievances", "grievance_steps"):
        assert len(await as_runtime(registry, f"select 1 from {table}", area="04108")) == 1
        assert await as_runtime(registry, f"select 1 from {table}") == []


@pytest.mark.parametrize("login", ["auditor", "treasurer", "commune-chair:04105"])
async def test_who_only_reads_the_registry_reads_no_grievance(registry: Service, take_in: Take, login: str) -> None:
    one = (await take_in())["id"]
    client = await registry.signed_in(login)
    assert (await client.get(GRIEVANCES)).status_code == 403
    assert (await client.get(f"{GRIEVANCES}/{one}")).status_code == 403


async def test_a_grievance_of_an_old_unit_is_the_new_communes_and_of_no_other(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    old = (await take_in(CO_NOI, received_on="2025-06-20"))["id"]
    assert await listed(officer) == await listed(officer, area="04105") == [old]
    assert await listed(stranger) == []
    await answered(handle, officer, old, OFFICER)


async def test_a_grievance_outlives_the_next_merger_of_its_commune(
    registry: Service,
    officer: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    nobody: httpx2.AsyncClient,
    take_in: Take,
    new_key: Key,
) -> None:
    old, ours, theirs = [await take_in(place) for place in (CO_NOI, MAI_SON, CHIENG_SUNG)]
    act = {
        "kind": "merge",
        "decision_number": "1/NQ",
        "decided_on": today().isoformat(),
        "effective_on": today().isoformat(),
        "legal_basis": "a merger of this test",
        "units": [MAI_SON, CHIENG_SUNG],
        "into": {"code": "04999", "name": "Xã Mới", "kind": "xã", "urban": False},
    }
    merged = await admin.post("/v1/beneficiaries/areas/acts", json=act, headers=new_key())
    assert merged.status_code == 201, merged.text
    token = registry.token(OFFICER, area="04999")
    successor = await registry.signed_in(None)
    successor.headers["Authorization"] = f"Bearer {token}"
    assert set(await listed(successor)) == {one["id"] for one in (old, ours, theirs)}
    assert await listed(officer) == await listed(stranger) == []
    assert (await follow(nobody, ours))["state"] == "received"
    async with registry.app.state.database.transaction(RowScope.everything("test")) as session:
        assert await escalation.escalate_overdue(session, today().replace(year=today().year + 1)) == 3


async def test_a_list_of_grievances_runs_as_many_statements_for_eight_as_for_one(
    registry: Service, officer: httpx2.AsyncClient, take_in: Take
) -> None:
    counts: list[Any] = []
    for more in (1, 7):
        for _ in range(more):
            await take_in()
        with statements(registry) as seen:
            await listed(officer)
        counts.append(len(seen))
    assert counts == [2, 2]
    pages = [await officer.get(GRIEVANCES, params={"limit": 5})]
    pages.append(await officer.get(GRIEVANCES, params={"limit": 5, "cursor": pages[0].json()["next"]}))
    assert len({one["id"] for page in pages for one in page.json()["items"]}) == 8
    assert (await officer.get(GRIEVANCES, params={"about": "x"})).status_code == 422


async def test_the_examples_of_grievances_work(
    registry: Service, admin: httpx2.AsyncClient, nobody: httpx2.AsyncClient, handle: Handle, new_key: Key
) -> None:
    schemas = (await nobody.get("/openapi.json")).json()["components"]["schemas"]

    def example(name: str) -> Any:
        return schemas[name]["examples"][0]

    filed = await nobody.post(GRIEVANCES, json=example("FilingIn"), headers=new_key())
    taken = await admin.post(f"{GRIEVANCES}/intake", json=example("IntakeIn"), headers=new_key())
    assert (filed.status_code, taken.status_code) == (201, 201)
    [one, _] = await listed(admin)
    for what, name in (
        ("classification", "ClassifyingIn"),
        ("assignment", "AssigningIn"),
        ("contact", "ContactIn"),
        ("escalation", "EscalatingIn"),
        ("answer", "GrievanceAnswerIn"),
    ):
        step = await handle(admin, one, what, **example(name))
        assert step.status_code == 200, step.text
    kinds = "/v1/beneficiaries/grievance-kinds"
    assert (await admin.post(kinds, json=example("GrievanceKindIn"), headers=new_key())).status_code == 201
    again = await admin.post(kinds, json=example("GrievanceKindIn"), headers=new_key())
    assert told(again) == (409, "grievance-kind-taken")
    change = example("GrievanceKindChange")
    assert (await admin.patch(f"{kinds}/other", json=change, headers={"If-Match": '"1"'})).status_code == 200
    day = example("CalendarDay")
    assert (await admin.post("/v1/beneficiaries/calendar-days", json=day, headers=new_key())).status_code == 200
    assert len((await nobody.get(kinds)).json()["items"]) == 9
    assert told(await nobody.get(f"{kinds}/palace")) == (404, "grievance-kind-not-found")
