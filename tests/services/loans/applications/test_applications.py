import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from starlette.responses import JSONResponse, Response

from kit.values.reference import read_reference
from services.loans.applications.waiting import Waiting
from services.loans.programmes.models import programme_id
from tests.services.loans.conftest import OLD_AREA, days_ago

MILLION = 1_000_000


def wanted(household_id: UUID, programme: str = "poor", **changes: Any) -> dict[str, Any]:
    return {
        "household_id": str(household_id),
        "programme_id": str(programme_id(programme)),
        "amount": {"amount": 50 * MILLION, "currency": "VND"},
        "term_months": 36,
        "principal_every": 12,
        "purpose": "Two cows and a shed",
        "applied_on": days_ago(10),
        **changes,
    }


async def applied(bank: Any, household_id: UUID, programme: str = "poor", **changes: Any) -> dict[str, Any]:
    answer = await bank.post("/applications", wanted(household_id, programme, **changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def waiting(bank: Any) -> Waiting:
    state = bank.service.app.state
    return Waiting(state.database, state.household_registry, state.vault)


async def test_a_poor_household_is_eligible_and_the_answer_is_kept(bank: Any) -> None:
    household = bank.registry.household("poor")
    made = await applied(bank, household)
    assert (made["state"], made["refusals"], made["annual_rate"], made["bank"]) == ("eligible", [], "6.6", "vbsp")
    assert read_reference(made["reference"], "LA")
    kept = made["snapshot"]
    assert (kept["as_of"], kept["status"], kept["standard"]) == (days_ago(10), "poor", "2022-2025")
    assert kept["answer"]["household_id"] == str(household)
    assert kept["expires_on"] == days_ago(-20)
    assert len(bytes.fromhex(kept["signature"])) == 32
    assert bank.registry.asked == [(household, days_ago(10), "credit-officer")]


@pytest.mark.parametrize(
    ("status", "programme", "facts", "refusals"),
    [
        ("near_poor", "near-poor", {}, []),
        ("none", "poor", {}, ["status_not_covered"]),
        ("near_poor", "poor", {}, ["status_not_covered"]),
        ("poor", "near-poor", {}, ["status_not_covered"]),
        ("newly_escaped", "newly-escaped", {"left_list_on": days_ago(365)}, []),
        ("newly_escaped", "newly-escaped", {"left_list_on": days_ago(1200)}, ["left_list_too_long_ago"]),
    ],
)
async def test_the_target_group_of_the_programme_decides(
    bank: Any, status: str, programme: str, facts: dict[str, Any], refusals: list[str]
) -> None:
    made = await applied(bank, bank.registry.household(status, **facts), programme)
    assert made["refusals"] == refusals
    assert made["state"] == ("refused" if refusals else "eligible")


async def test_while_the_registry_is_away_an_application_waits_and_is_verified_later(bank: Any) -> None:
    household = bank.registry.household("poor")
    bank.cut()
    made = await applied(bank, household)
    assert (made["state"], made["snapshot"]) == ("awaiting_status", None)
    refused = await bank.post(f"/applications/{made['id']}/approval", {}, "credit-officer-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-this-state")
    assert await waiting(bank).sweep() == 0
    bank.mend()
    assert await waiting(bank).sweep() == 1
    now = (await bank.get(f"/applications/{made['id']}")).json()
    assert (now["state"], now["snapshot"]["asked_by"]) == ("eligible", "service:loans")
    assert now["snapshot"]["as_of"] == made["applied_on"]
    assert await waiting(bank).sweep() == 0


async def test_an_application_that_waits_has_a_job_in_the_same_transaction(bank: Any) -> None:
    bank.cut()
    made = await applied(bank, bank.registry.household("poor"))
    [job] = await bank.service.sql("select name, payload from jobs")
    assert job["name"] == "loans.application.verify"
    assert made["id"] in job["payload"]


@pytest.mark.parametrize("instead", ["500", "401", "not json", "another household"])
async def test_an_answer_that_is_none_leaves_the_application_waiting(bank: Any, instead: str) -> None:
    household = bank.registry.household("poor")
    other = {"household_id": str(uuid4()), "as_of": days_ago(10), "status": "poor"}
    bank.registry.instead = {
        "500": Response("no", 500),
        "401": JSONResponse({}, 401),
        "not json": Response("<html>", 200),
        "another household": JSONResponse(other),
    }[instead]
    assert (await applied(bank, household))["state"] == "awaiting_status"


async def test_a_household_that_nobody_knows_cannot_borrow(bank: Any) -> None:
    answer = await bank.post("/applications", wanted(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (404, "household-not-found")
    assert await bank.service.sql("select 1 from loan_applications") == []


async def test_a_household_that_turns_out_unknown_is_refused(bank: Any) -> None:
    bank.cut()
    made = await applied(bank, uuid4())
    bank.mend()
    assert await waiting(bank).sweep() == 1
    now = (await bank.get(f"/applications/{made['id']}")).json()
    assert (now["state"], now["refusals"]) == ("refused", ["household_unknown"])


@pytest.mark.parametrize(
    ("programme", "status", "changes", "code"),
    [
        ("poor", "poor", {"amount": {"amount": 100 * MILLION + 1, "currency": "VND"}}, "amount-above-cap"),
        ("poor", "poor", {"term_months": 121}, "term-too-long"),
        ("newly-escaped", "newly_escaped", {"term_months": 61}, "term-too-long"),
        ("clean-water", "poor", {}, "programme-not-open"),
        ("work-abroad", "poor", {}, "programme-not-open"),
        ("poor", "poor", {"applied_on": "2020-12-31"}, "programme-not-open"),
        ("poor", "poor", {"applied_on": days_ago(-2)}, "date-out-of-order"),
    ],
)
async def test_what_the_programme_does_not_allow_is_refused(
    bank: Any, programme: str, status: str, changes: dict[str, Any], code: str
) -> None:
    household = bank.registry.household(status, left_list_on=days_ago(100))
    answer = await bank.post("/applications", wanted(household, programme, **changes))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await bank.service.sql("select 1 from loan_applications") == []


async def test_the_same_key_makes_one_application(bank: Any) -> None:
    body, key = wanted(bank.registry.household("poor")), bank.new_key()
    first = await bank.post("/applications", body, key=key)
    again = await bank.post("/applications", body, key=key)
    assert first.status_code == again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json() == again.json()


async def test_a_household_has_one_open_application_in_a_programme(bank: Any) -> None:
    household = bank.registry.household("poor")
    await applied(bank, household)
    answer = await bank.post("/applications", wanted(household))
    assert (answer.status_code, answer.json()["code"]) == (409, "application-open")


async def test_a_second_person_approves_at_the_rate_of_the_day(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    path = f"/applications/{made['id']}/approval"
    alone = await bank.post(path, {})
    assert (alone.status_code, alone.json()["code"]) == (409, "second-person-needed")
    answer = await bank.post(path, {"on": days_ago(3)}, "credit-officer-2")
    assert answer.status_code == 201, answer.text
    approved = answer.json()
    assert (approved["state"], approved["approved_by"], approved["approved_on"]) == (
        "approved",
        "credit-officer-2",
        days_ago(3),
    )
    assert approved["area_id"] == str(OLD_AREA)
    [event] = await bank.service.sql("select type, bank, data from outbox_events")
    assert (event["type"], event["bank"]) == ("loan.approved", "vbsp")


async def test_of_two_approvals_at_once_one_counts(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    path = f"/applications/{made['id']}/approval"
    await bank.as_("credit-officer-2")
    answers = await asyncio.gather(*(bank.post(path, {}, "credit-officer-2") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await bank.service.sql("select 1 from outbox_events where type = 'loan.approved'")) == 1


async def test_an_old_answer_is_renewed_before_approval(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"), applied_on=days_ago(40))
    path = f"/applications/{made['id']}"
    refused = await bank.post(f"{path}/approval", {}, "credit-officer-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "snapshot-expired")
    renewed = await bank.post(f"{path}/verification", {})
    assert renewed.status_code == 201
    assert renewed.json()["snapshot"]["as_of"] == days_ago(0)
    assert (await bank.post(f"{path}/approval", {}, "credit-officer-2")).status_code == 201
    assert len(await bank.service.sql("select 1 from status_snapshots")) == 2


async def test_a_household_that_is_no_longer_poor_is_refused_on_renewal(bank: Any) -> None:
    household = bank.registry.household("poor")
    made = await applied(bank, household)
    bank.registry.known[household]["status"] = "none"
    renewed = await bank.post(f"/applications/{made['id']}/verification", {})
    assert renewed.json()["state"] == "refused"


async def test_a_renewal_without_the_registry_says_so_and_changes_nothing(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    bank.cut()
    answer = await bank.post(f"/applications/{made['id']}/verification", {})
    assert (answer.status_code, answer.json()["code"]) == (503, "registry-away")
    assert (await bank.get(f"/applications/{made['id']}")).json()["version"] == made["version"]


async def test_an_answer_changed_behind_our_back_decides_nothing(bank: Any) -> None:
    household = bank.registry.household("near_poor")
    made = await applied(bank, household, "near-poor")
    await bank.service.sql("alter table status_snapshots disable trigger append_only")
    await bank.service.sql("update status_snapshots set expires_on = expires_on + 100")
    answer = await bank.post(f"/applications/{made['id']}/approval", {}, "credit-officer-2")
    assert (answer.status_code, answer.json()["code"]) == (409, "snapshot-broken")


async def test_the_database_refuses_one_person_in_both_roles_and_a_rewritten_answer(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    with pytest.raises(asyncpg.CheckViolationError):
        await bank.service.sql(
            "update loan_applications set state = 'approved', approved_by = applied_by, approved_on = applied_on"
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await bank.service.sql("update loan_applications set state = 'eligible', snapshot_id = null")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await bank.service.sql("update status_snapshots set status = 'none'")
    assert made["state"] == "eligible"


async def test_lists_are_filtered_paged_and_cost_the_same_whatever_their_length(bank: Any) -> None:
    households = [bank.registry.household("poor") for _ in range(5)]
    for household in households:
        await applied(bank, household)
    with bank.statements() as few:
        first = (await bank.get("/applications", limit=2)).json()
    with bank.statements() as many:
        rest = (await bank.get("/applications", limit=200, cursor=first["next"])).json()
    assert len(few) == len(many) == 2
    found = [item["household_id"] for item in first["items"] + rest["items"]]
    assert found == [str(household) for household in reversed(households)]
    one = (await bank.get("/applications", household_id=str(households[0]))).json()
    assert len(one["items"]) == 1
    assert (await bank.get("/applications", state="refused")).json()["items"] == []
    assert (await bank.get("/applications", colour="red")).status_code == 422


async def test_who_may_do_what(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    one = f"/applications/{made['id']}"
    for login in ("credit-officer", "credit-officer-2", "auditor", "district-admin"):
        assert (await bank.get(one, login)).status_code == 200
    for login in ("treasurer", "commune-officer:04105", "donor", "fund-approver"):
        assert (await bank.get(one, login)).status_code == 403
    for login in ("auditor", "district-admin", "treasurer", "partner-bank:vbsp"):
        assert (await bank.post("/applications", wanted(uuid4()), login)).status_code == 403
        assert (await bank.post(f"{one}/approval", {}, login)).status_code == 403
    assert (await bank.get(one, None)).status_code == 401
    assert (await bank.get(f"/applications/{uuid4()}")).json()["code"] == "application-not-found"


async def test_an_unchanged_application_is_not_sent_again(bank: Any) -> None:
    made = await applied(bank, bank.registry.household("poor"))
    http = await bank.as_("auditor")
    first = await http.get(f"/v1/loans/applications/{made['id']}")
    again = await http.get(f"/v1/loans/applications/{made['id']}", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["etag"], again.status_code) == ('"2"', 304)


async def test_an_application_may_bring_its_own_id_and_brings_it_once(bank: Any) -> None:
    own = str(uuid4())
    assert (await applied(bank, bank.registry.household(), id=own))["id"] == own
    again = await bank.post("/applications", wanted(bank.registry.household(), id=own))
    assert (again.status_code, again.json()["code"]) == (409, "application-exists")


@pytest.mark.parametrize("step", ["", "/{}/verification"])
async def test_a_key_that_is_none_is_refused_before_the_registry_is_asked(bank: Any, step: str) -> None:
    household = bank.registry.household()
    made = await applied(bank, household)
    asked = len(bank.registry.asked)
    body = {} if step else wanted(household)
    answer = await bank.post(f"/applications{step.format(made['id'])}", body, key={"Idempotency-Key": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert len(bank.registry.asked) == asked
