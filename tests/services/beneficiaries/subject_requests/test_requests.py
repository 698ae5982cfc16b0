"""Requests of data subjects: their clocks, steps, and who sees them."""

from typing import Any

import asyncpg
import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.subject_requests.conftest import ASKING, REQUESTS, Ask, Key, Step

WHY = "The books of 2025 must be kept"


@pytest.mark.parametrize(
    ("kind", "due"),
    [("access", "2026-09-10"), ("correction", "2026-09-10"), ("restriction", "2026-09-15"), ("deletion", "2026-09-20")],
)
async def test_each_kind_has_its_clocks(ask: Ask, home: dict[str, Any], kind: str, due: str) -> None:
    made = await ask(home["members"][0]["person_id"], kind, acknowledged=False, received_on="2026-08-31")
    # Two working days after Monday 31 August: the first and second of September are the national holiday.
    assert (made["acknowledge_by"], made["due_on"]) == ("2026-09-04", due)
    assert (made["state"], made["overdue"]) == ("received", True)


async def test_what_is_late_is_listed_until_it_is_answered(
    officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any]
) -> None:
    person = home["members"][0]["person_id"]
    late = await ask(person, "access", acknowledged=False, received_on="2026-03-02")
    in_time = await ask(person, "correction")

    async def ids(**asked: Any) -> list[str]:
        return [one["id"] for one in (await officer.get(REQUESTS, params=asked)).json()["items"]]

    assert await ids(overdue=True) == [late["id"]]
    assert await ids(overdue=False) == [in_time["id"]]
    await step(officer, late, "acknowledgement")
    assert await ids(overdue=True) == [late["id"]]
    answered = await step(officer, late, "answer", outcome="granted")
    assert (answered.status_code, answered.json()["overdue"]) == (200, False)
    assert await ids(overdue=True) == []
    assert await ids(person_id=person, state="granted", kind="access") == [late["id"]]


async def test_what_was_asked_is_sealed_and_each_step_is_audited(
    registry: Service, officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any]
) -> None:
    person = home["members"][0]["person_id"]
    made = await ask(person, "correction", details="Sinh năm 1985, không phải 1984")
    await step(officer, made, "answer", outcome="refused", reason=WHY)
    read = (await officer.get(f"{REQUESTS}/{made['id']}")).json()
    assert (read["details"], read["reason"], read["decided_by"]) == (
        "Sinh năm 1985, không phải 1984",
        WHY,
        "commune-officer:04105",
    )
    for table in ("subject_requests", "audit_log", "idempotency_keys"):
        [row] = await registry.sql(f"select coalesce(string_agg(t::text, ''), '') as all from {table} t")
        assert "1985" not in row["all"]
    rows = await registry.sql(
        "select action from audit_log where subject_id = $1 and action like 'subject_request.%' order by id", person
    )
    assert [row["action"].removeprefix("subject_request.") for row in rows] == ["received", "acknowledged", "refused"]


@pytest.mark.parametrize(
    ("kind", "acknowledged", "what", "body", "code"),
    [
        ("access", False, "answer", {"outcome": "granted"}, "request-step-refused"),
        ("access", True, "acknowledgement", {}, "request-step-refused"),
        ("access", True, "answer", {"outcome": "refused"}, "request-reason-missing"),
        ("access", True, "proposal", {"outcome": "granted"}, "request-step-refused"),
        ("deletion", True, "answer", {"outcome": "granted"}, "request-step-refused"),
        ("restriction", True, "lifting", {"reason": "No longer wanted"}, "request-step-refused"),
    ],
)
async def test_a_step_that_does_not_fit_is_refused(
    officer: httpx2.AsyncClient,
    ask: Ask,
    step: Step,
    home: dict[str, Any],
    kind: str,
    acknowledged: bool,  # noqa: FBT001 - a case's parameter
    what: str,
    body: dict[str, Any],
    code: str,
) -> None:
    made = await ask(home["members"][0]["person_id"], kind, acknowledged=acknowledged)
    answer = await step(officer, made, what, **body)
    assert answer.json()["code"] == code, answer.text


async def test_another_communes_requests_are_not_found_listed_or_made(
    registry: Service, stranger: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any], new_key: Key
) -> None:
    person = home["members"][0]["person_id"]
    made = await ask(person, "deletion")
    chair = await registry.signed_in("commune-chair:04108")
    tried = [
        await stranger.get(f"{REQUESTS}/{made['id']}"),
        await step(stranger, made, "acknowledgement"),
        await step(stranger, made, "answer", outcome="granted"),
        await step(stranger, made, "proposal", outcome="refused", reason=WHY),
        await step(stranger, made, "lifting", reason=WHY),
        await step(chair, made, "decision", outcome="refused", reason=WHY),
        await chair.get(f"{REQUESTS}/{made['id']}/export"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in tried} == {(404, "subject-request-not-found")}
    assert (await stranger.get(REQUESTS)).json()["items"] == []
    body = {"person_id": person, "kind": "access", **ASKING}
    assert (await stranger.post(REQUESTS, json=body, headers=new_key())).json()["code"] == "person-not-found"


async def test_auditors_see_that_it_was_late_and_not_what_was_asked(
    registry: Service, ask: Ask, home: dict[str, Any]
) -> None:
    made = await ask(home["members"][0]["person_id"], "correction", received_on="2026-03-02", details="Sai năm sinh")
    auditor = await registry.signed_in("auditor")
    [line] = (await auditor.get(REQUESTS, params={"overdue": True})).json()["items"]
    assert (line["id"], "details" in line) == (made["id"], False)
    assert (await auditor.get(f"{REQUESTS}/{made['id']}")).status_code == 403


async def test_the_district_changes_the_clocks_for_requests_to_come(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, ask: Ask, home: dict[str, Any], new_key: Key
) -> None:
    person = home["members"][0]["person_id"]
    before = await ask(person, "access", acknowledged=False, received_on="2026-08-31")
    path = "/v1/beneficiaries/subject-request-kinds/access/clocks"
    clocks = {"acknowledge_days": 2, "answer_days": 15, "source": "Decree 356/2025"}
    assert (await officer.post(path, json=clocks, headers=new_key())).status_code == 403
    changed = await admin.post(path, json=clocks, headers=new_key())
    assert (changed.status_code, changed.json()["answer_days"]) == (200, 15)
    assert (await officer.get(f"{REQUESTS}/{before['id']}")).json()["due_on"] == "2026-09-10"
    after = await ask(person, "access", acknowledged=False, received_on="2026-08-31")
    assert after["due_on"] == "2026-09-15"


async def test_the_database_too_wants_two_people_for_a_deletion(
    registry: Service, ask: Ask, home: dict[str, Any]
) -> None:
    made = await ask(home["members"][0]["person_id"], "deletion")
    for who in ("null", "'x'"):
        outcome = "null" if who == "null" else "'granted'"
        with pytest.raises(asyncpg.CheckViolationError, match=r"ck_subject_requests_(two_people|deletion_by_two)"):
            await registry.sql(
                f"update subject_requests set state = 'granted', decided_by = 'x', decided_on = current_date,"
                f" proposed_by = {who}, proposed_outcome = {outcome} where id = $1",
                made["id"],
            )
