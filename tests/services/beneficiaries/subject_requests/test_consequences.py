"""What an answer brings about: everything exported, a restriction that holds, a deletion as far as law lets."""

from typing import Any

import httpx2
import pytest

from services.beneficiaries.dci.queries import CURRENT
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CO_NOI, HOUSEHOLDS, Register, member
from tests.services.beneficiaries.subject_requests.conftest import REQUESTS, Ask, Key, Step

PEOPLE = "/v1/beneficiaries/people"
BANK = {"kind": "bank", "provider": "Agribank", "account_number": "7905205012345", "holder": "LO THI DOI"}
BLIND = {"kind": "vision", "degree": "severe", "certificate_number": "14/XN", "certified_on": "2024-05-20"}
WHY = "Asked for by the person"


async def leave(admin: httpx2.AsyncClient, home: dict[str, Any], day: str) -> str:
    """Let the second member leave, and return who it is."""
    person: str = home["members"][1]["person_id"]
    body = {"members": {"leave": [{"person_id": person, "left_on": day, "because": "moved"}]}}
    answer = await admin.patch(f"{HOUSEHOLDS}/{home['id']}", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    return person


async def test_access_is_answered_with_everything_and_with_who_saw_numbers(
    registry: Service,
    officer: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    ask: Ask,
    step: Step,
    home: dict[str, Any],
    new_key: Key,
) -> None:
    person = home["members"][0]["person_id"]
    await officer.post(f"{PEOPLE}/{person}/payment-channels", json=BANK, headers=new_key())
    await officer.post(f"{PEOPLE}/{person}/disabilities", json=BLIND, headers=new_key())
    status = {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1/QĐ"}
    await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=status, headers=new_key())
    await admin.post(f"{HOUSEHOLDS}/{home['id']}/unmaskings", json={"reason": "Compare with the card"})
    await admin.post(f"{PEOPLE}/{person}/unmaskings", json={"reason": "Compare with the passbook"})
    made = await ask(person, "access", details="Tất cả")
    early = await admin.get(f"{REQUESTS}/{made['id']}/export")
    assert (early.status_code, early.json()["code"]) == (409, "request-step-refused")
    await step(officer, made, "answer", outcome="granted")
    assert (await officer.get(f"{REQUESTS}/{made['id']}/export")).status_code == 403
    answer = await admin.get(f"{REQUESTS}/{made['id']}/export")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    held = answer.json()
    assert (held["person"]["identity_number"], held["person"]["phone"]) == ("014184000123", "+84987654321")
    assert [row["account_number"] for row in held["payment_channels"]] == ["7905205012345"]
    assert [row["degree"] for row in held["disabilities"]] == ["severe"]
    assert [row["status"] for row in held["poverty_statuses"]] == ["poor"]
    assert [row["household_id"] for row in held["memberships"]] == [home["id"]]
    assert [row["details"] for row in held["requests"]] == ["Tất cả"]
    assert [(row["what"], row["reason"]) for row in held["seen_by"]] == [
        ("household.unmasked", "Compare with the card"),
        ("person.unmasked", "Compare with the passbook"),
    ]
    again = (await admin.get(f"{REQUESTS}/{made['id']}/export")).json()
    assert again["seen_by"][-1] == {**again["seen_by"][-1], "what": "person.exported", "reason": made["code"]}


async def test_a_restricted_person_is_in_no_search_of_a_partner_until_it_is_lifted(
    registry: Service, officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any]
) -> None:
    person = home["members"][0]["person_id"]
    made = await ask(person, "restriction")

    async def given() -> int:
        day = CURRENT.replace(":day", "current_date")
        rows = await registry.sql(f"select 1 from memberships m where m.person_id = $1 and {day}", person)
        return len(rows)

    assert await given() == 1
    assert (await step(officer, made, "answer", outcome="granted")).status_code == 200
    assert await given() == 0
    second = await ask(person, "restriction")
    twice = await step(officer, second, "answer", outcome="granted")
    assert (twice.status_code, twice.json()["code"]) == (409, "request-step-refused")
    # Those who answer for the person see the person as before.
    assert (await officer.get(f"{HOUSEHOLDS}/{home['id']}")).json()["members"][0]["full_name"] == "Lò Thị Đôi"
    assert (await step(officer, made, "lifting", reason=WHY)).status_code == 200
    assert await given() == 1
    assert (await step(officer, made, "lifting", reason=WHY)).status_code == 409


async def test_who_stands_in_a_household_is_not_deleted_and_told_why(
    registry: Service, officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any]
) -> None:
    made = await ask(home["members"][0]["person_id"], "deletion")
    answer = await step(officer, made, "proposal", outcome="granted")
    assert (answer.status_code, answer.json()["code"]) == (409, "still-registered")
    proposed = await step(officer, made, "proposal", outcome="refused", reason="Registered by law in a household")
    assert (proposed.status_code, proposed.json()["state"]) == (200, "proposed")
    chair = await registry.signed_in("commune-chair:04105")
    decided = await step(chair, made, "decision", outcome="refused")
    assert (decided.json()["state"], decided.json()["reason"]) == ("refused", "Registered by law in a household")
    assert len(await registry.sql("select 1 from people where identity_sealed is not null")) == 1


@pytest.mark.parametrize(("left_on", "kept"), [("2026-06-01", "2036-06-01"), ("2016-06-01", None)])
async def test_what_books_and_decisions_need_is_kept_for_years_after_somebody_left(
    officer: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    ask: Ask,
    step: Step,
    home: dict[str, Any],
    new_key: Key,
    left_on: str,
    kept: str | None,
) -> None:
    status = {"status": "poor", "valid_from": "2022-01-01", "decision_number": "1/QĐ"}
    await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=status, headers=new_key())
    made = await ask(await leave(admin, home, left_on), "deletion")
    answer = await step(officer, made, "proposal", outcome="granted")
    if kept is None:
        assert answer.status_code == 200, answer.text
    else:
        assert answer.json()["code"] == "data-must-be-kept"
        assert kept in answer.json()["detail"]


async def test_a_deletion_takes_two_people_and_leaves_nobody_to_be_known(
    registry: Service,
    officer: httpx2.AsyncClient,
    admin: httpx2.AsyncClient,
    ask: Ask,
    step: Step,
    register: Register,
    new_key: Key,
) -> None:
    numbers = {"identity_number": "014080000123", "phone": "+84987654321"}
    other = member("Cà Văn Minh", "other_relative", "1980-05-20", **numbers)
    home = await register(CO_NOI, member(), other, registered_on="2015-01-01")
    person = home["members"][1]["person_id"]
    await officer.post(f"{PEOPLE}/{person}/payment-channels", json=BANK, headers=new_key())
    await officer.post(f"{PEOPLE}/{person}/disabilities", json=BLIND, headers=new_key())
    await leave(admin, home, "2026-06-01")
    made = await ask(person, "deletion")
    assert (await step(officer, made, "proposal", outcome="granted")).status_code == 200
    assert (await step(officer, made, "decision", outcome="granted")).status_code == 403
    chair = await registry.signed_in("commune-chair:04105")
    done = await step(chair, made, "decision", outcome="granted")
    assert (done.status_code, done.json()["state"]) == (200, "granted"), done.text
    [row] = await registry.sql(
        "select full_name, ethnicity, birth_date::text, birth_precision, sex, identity_sealed, identity_index,"
        " phone_sealed, phone_index from people where id = $1",
        person,
    )
    assert tuple(row) == ("Đã xóa theo yêu cầu", "00", "1980-01-01", "year", "female", None, None, None, None)
    for table in ("payment_channels", "disabilities"):
        assert await registry.sql(f"select 1 from {table} where person_id = $1", person) == []
    # The household's past keeps its places, and says of this one only what is left.
    past = (await officer.get(f"{HOUSEHOLDS}/{home['id']}")).json()["members"]
    assert [one["full_name"] for one in past if one["person_id"] == person] == ["Đã xóa theo yêu cầu"]


async def test_a_withdrawal_ends_the_consent_it_names_and_no_other_persons(
    registry: Service, officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any], new_key: Key
) -> None:
    first, second = (one["person_id"] for one in home["members"])
    body = {"person_id": first, "given_by": "person", "evidence": "Form 1"}
    consent = (await officer.post("/v1/beneficiaries/exchange-consents", json=body, headers=new_key())).json()["id"]
    wrong = {"person_id": second, "kind": "consent_withdrawal", "consent_id": consent}
    asking = {"asked_by": "person", "evidence": "Letter"}
    refused = await officer.post(REQUESTS, json={**wrong, **asking}, headers=new_key())
    assert (refused.status_code, refused.json()["code"]) == (422, "request-consent-mismatch")
    missing = {**wrong, **asking, "person_id": first, "consent_id": None}
    assert (await officer.post(REQUESTS, json=missing, headers=new_key())).json()["code"] == "request-consent-mismatch"
    made = await ask(first, "consent_withdrawal", consent_id=consent)
    assert (await step(officer, made, "answer", outcome="granted")).status_code == 200
    [row] = await registry.sql("select withdrawn_on from exchange_consents")
    assert row["withdrawn_on"] is not None
