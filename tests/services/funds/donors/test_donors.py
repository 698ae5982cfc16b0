from typing import Any

import pytest

PATH = "/v1/funds/donors"


async def test_a_treasurer_adds_a_donor_whom_the_auditor_reads(fund: Any) -> None:
    made = await fund.person(subject="donor")
    read = await fund.auditor.get(f"{PATH}/{made['id']}")
    assert read.status_code == 200
    assert read.json() == made
    assert read.headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "anonymous", "name": "Ai đó"},
        {"kind": "anonymous", "named": True},
        {"kind": "individual"},
        {"kind": "organisation", "named": True},
    ],
)
async def test_a_name_goes_with_everybody_but_the_anonymous(fund: Any, body: dict[str, Any]) -> None:
    answer = await fund.treasurer.post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 422
    assert answer.json()["code"] == "donor-name-mismatch"


async def test_one_login_is_one_donor(fund: Any) -> None:
    await fund.person(subject="donor")
    body = {"kind": "individual", "name": "Khác", "subject": "donor"}
    answer = await fund.treasurer.post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 409
    assert answer.json()["code"] == "donor-exists"


@pytest.mark.parametrize("who", ["admin", "approver", "auditor", "donor"])
async def test_only_the_treasurer_adds_donors(fund: Any, who: str) -> None:
    body = {"kind": "individual", "name": "x"}
    answer = await getattr(fund, who).post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["donor", "nobody"])
async def test_donors_are_shown_to_the_funds_own_people_only(fund: Any, who: str) -> None:
    made = await fund.person(subject="donor")
    for path in (PATH, f"{PATH}/{made['id']}"):
        assert (await getattr(fund, who).get(path)).status_code in {401, 403}


async def test_consent_can_be_withdrawn_with_the_version_that_was_read(fund: Any) -> None:
    made = await fund.person()
    path = f"{PATH}/{made['id']}"
    changed = await fund.treasurer.patch(path, json={"named": False}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["named"], changed.headers["ETag"]) == (200, False, '"2"')
    assert (await fund.treasurer.patch(path, json={"named": True}, headers={"If-Match": '"1"'})).status_code == 412
    nameless = await fund.treasurer.patch(path, json={"name": None}, headers={"If-Match": '"2"'})
    assert (nameless.status_code, nameless.json()["code"]) == (422, "invalid")


async def test_a_list_runs_the_same_statements_whatever_its_length(fund: Any, statements: Any) -> None:
    await fund.person()
    with statements(fund.service) as few:
        await fund.auditor.get(PATH)
    for _ in range(4):
        await fund.person()
    with statements(fund.service) as many:
        page = (await fund.auditor.get(PATH, params={"kind": "individual"})).json()
    assert len(page["items"]) == 5
    assert len(few) == len(many) == 2
