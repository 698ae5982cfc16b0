"""Who proposes never decides, whatever they hold; and who decides holds what the kind demands."""

from uuid import UUID

import asyncpg
import httpx2
import pytest

from kit.values.dates import today
from services.beneficiaries.change_requests import expiry
from tests.conftest import Service
from tests.services.beneficiaries.change_requests.conftest import KINDS, REQUESTS, Family, Key, Propose, Step, refused
from tests.services.beneficiaries.conftest import HOUSEHOLDS
from tests.services.beneficiaries.test_scope import as_runtime

_PLACE = {"village": "Bản Nà Bó"}


async def test_nobody_decides_on_what_they_proposed(
    registry: Service,
    admin: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    for client in (admin, chair):
        made = await propose(client, "place", home["id"], _PLACE)
        for what in ("approval", "rejection", "return"):
            assert refused(await step(client, made, what)) == (409, "decided-by-another")
    assert [row["state"] for row in await registry.sql("select state from change_requests")] == ["proposed"] * 2


async def test_the_database_refuses_a_proposer_who_decides(
    registry: Service, officer: httpx2.AsyncClient, family: Family, propose: Propose
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    decide = "update change_requests set state = 'approved', decided_by = $2, decided_at = now() where id = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="ck_change_requests_decided_by_another"):
        await as_runtime(registry, decide, UUID(made["id"]), "commune-officer:04105", area="04105")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_runtime(registry, "update change_requests set proposed_by = 'x'", area="04105")
    undecided = "update change_requests set state = 'approved' where id = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="ck_change_requests_decided"):
        await as_runtime(registry, undecided, UUID(made["id"]), area="04105")


async def test_what_is_decided_stays_decided(
    registry: Service,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    rejected = await step(chair, made, "rejection", reason="Không đúng")
    assert rejected.json()["state"] == "rejected"
    for client, what in ((second, "approval"), (chair, "return"), (officer, "resubmission"), (officer, "withdrawal")):
        assert refused(await step(client, made, what)) == (409, "change-request-step-refused")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await registry.sql("update change_requests set state = 'proposed', decided_by = null, decided_at = null")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await registry.sql("delete from change_requests")
    shown = (await officer.get(f"{REQUESTS}/{made['id']}")).json()
    assert [(one["step"], one["reason"]) for one in shown["steps"]] == [
        ("proposed", "Thấy khi đến thăm nhà"),
        ("rejected", "Không đúng"),
    ]


async def test_a_heavy_kind_takes_the_chairperson_and_a_light_one_a_second_officer(
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    person = home["members"][2]["person_id"]
    heavy = await propose(
        officer, "identity", home["id"], {"members": {"change": [{"person_id": person, "phone": "+84987654321"}]}}
    )
    assert refused(await step(second, heavy, "approval")) == (403, "not-yours-to-decide")
    light = await propose(officer, "place", home["id"], _PLACE)
    assert (await step(second, light, "approval")).status_code == 200
    assert refused(await step(chair, heavy, "approval")) == (409, "household-changed-since")


async def test_only_the_proposer_withdraws_or_renews(
    officer: httpx2.AsyncClient, second: httpx2.AsyncClient, family: Family, propose: Propose, step: Step
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    assert refused(await step(second, made, "withdrawal")) == (403, "proposer-only")
    assert refused(await step(second, made, "resubmission")) == (403, "proposer-only")
    anew = await step(officer, made, "resubmission", payload={"address": "Số 7"})
    assert (anew.json()["payload"], anew.json()["fields"]) == ({"address": "Số 7"}, ["address"])
    assert (await step(officer, made, "withdrawal")).json()["state"] == "withdrawn"


async def test_what_is_returned_and_not_answered_expires_and_what_waits_for_a_checker_does_not(
    registry: Service,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home = await family()
    waits = await propose(officer, "place", home["id"], _PLACE)
    returned = await propose(officer, "place", home["id"], _PLACE)
    await step(chair, returned, "return")
    await registry.sql("update change_requests set due_on = current_date - 1")
    overdue = (await officer.get(REQUESTS, params={"overdue": "true"})).json()["items"]
    assert {one["id"] for one in overdue} == {waits["id"], returned["id"]}
    async with registry.app.state.database.transaction(expiry.SCOPE) as session:
        assert await expiry.expire(session, today()) == 1
        assert await expiry.expire(session, today()) == 0
    states = {one["id"]: one["state"] for one in (await officer.get(REQUESTS)).json()["items"]}
    assert states == {waits["id"]: "proposed", returned["id"]: "expired"}
    assert refused(await step(officer, returned, "resubmission")) == (409, "change-request-step-refused")
    shown = (await officer.get(f"{REQUESTS}/{returned['id']}")).json()
    assert [one["step"] for one in shown["steps"]] == ["proposed", "returned", "expired"]


async def test_a_request_is_of_its_kind_and_household(
    officer: httpx2.AsyncClient, family: Family, new_key: Key
) -> None:
    home, other = await family(), await family()
    person = home["members"][2]["person_id"]
    both = {"address": "Số 7", "members": {"change": [{"person_id": person, "full_name": "Cà Văn Bảy"}]}}
    review = {"household_id": other["id"], "received_on": "2026-01-05", "wish": "Xin được rà soát"}
    for kind, payload, why in (
        ("place", both, (422, "change-of-another-kind")),
        ("person_facts", both, (422, "change-of-another-kind")),
        ("review", review, (422, "payload-of-another-household")),
        ("move", {"moved_on": "2026-01-01"}, (422, "invalid")),
        ("place", {"village": "x", "colour": "red"}, (422, "invalid")),
    ):
        body = {"kind": kind, "household_id": home["id"], "payload": payload, "reason": "x"}
        answer = await officer.post(REQUESTS, json=body, headers=new_key())
        assert refused(answer) == why, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/payload/colour"


async def test_the_district_says_who_proposes_and_checks_and_on_what(
    registry: Service,
    admin: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    new_key: Key,
) -> None:
    home = await family()
    made = await propose(officer, "place", home["id"], _PLACE)
    change = {"checker": "approver", "attachment_needed": True, "proposers": ["commune-chair"], "decide_days": 7}
    assert (await officer.patch(f"{KINDS}/place", json=change, headers={"If-Match": '"1"'})).status_code == 403
    assert (await admin.patch(f"{KINDS}/place", json=change, headers={"If-Match": '"2"'})).status_code == 412
    changed = await admin.patch(f"{KINDS}/place", json=change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["checker"]) == (200, '"2"', "approver")
    assert refused(await step(second, made, "approval")) == (403, "not-yours-to-decide")
    body = {"kind": "place", "household_id": home["id"], "payload": _PLACE, "reason": "x"}
    assert refused(await officer.post(REQUESTS, json=body, headers=new_key())) == (403, "not-yours-to-propose")
    chair = await registry.signed_in("commune-chair:04105")
    assert refused(await step(chair, made, "approval")) == (409, "attachment-missing")
    audits = await registry.sql("select actor from audit_log where action = 'change_request_kind.changed'")
    assert [row["actor"] for row in audits] == ["district-admin"]


async def test_a_kind_closed_to_direct_changes_is_changed_by_requests_only(
    admin: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    chair: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
    new_key: Key,
) -> None:
    home = await family()
    head, spouse = (one["person_id"] for one in home["members"][:2])
    dead = {"person_id": head, "died_on": "2026-01-01", "relations": [{"person_id": spouse, "relation": "head"}]}
    for kind in ("person_facts", "death"):
        closed = await admin.patch(f"{KINDS}/{kind}", json={"direct_allowed": False}, headers={"If-Match": '"1"'})
        assert closed.status_code == 200
    name = {"members": {"change": [{"person_id": head, "full_name": "Lò Thị Đồi"}]}}
    one = f"{HOUSEHOLDS}/{home['id']}"
    direct = await officer.patch(one, json=name, headers={"If-Match": '"1"'})
    assert refused(direct) == (409, "change-needs-request")
    assert "change-requests" in direct.json()["detail"]
    assert refused(await officer.post(f"{one}/deaths", json=dead, headers=new_key())) == (409, "change-needs-request")
    assert (await officer.patch(one, json={"address": "Số 7"}, headers={"If-Match": '"1"'})).status_code == 200
    made = await propose(officer, "person_facts", home["id"], name)
    assert (await step(chair, made, "approval")).status_code == 200
    # The district sets right what nobody else can, under its own name.
    assert (await admin.patch(one, json=name, headers={"If-Match": '"3"'})).status_code == 200
