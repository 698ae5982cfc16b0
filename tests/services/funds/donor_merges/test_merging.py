import asyncio
from typing import Any

import pytest

PATH = "/v1/funds/donor-merges"
GIFTS = "/v1/funds/donations"
WHY = {"reason": "Cùng số điện thoại."}


async def _propose(fund: Any, duplicate: dict[str, Any], survivor: dict[str, Any]) -> Any:
    body = {"duplicate_id": duplicate["id"], "survivor_id": survivor["id"], **WHY}
    return await fund.treasurer.post(PATH, json=body, headers=fund.new_key())


async def _decide(fund: Any, merge: dict[str, Any], step: str, *, who: str = "approver") -> Any:
    body = None if step == "approval" else WHY
    return await getattr(fund, who).post(f"{PATH}/{merge['id']}/{step}", json=body, headers=fund.new_key())


async def _merged(fund: Any, duplicate: dict[str, Any], survivor: dict[str, Any]) -> dict[str, Any]:
    merge = (await _propose(fund, duplicate, survivor)).json()
    answer = await _decide(fund, merge, "approval")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_gifts_of_both_are_seen_as_one_donors_and_each_stays_where_it_was_recorded(fund: Any) -> None:
    campaign = await fund.campaign()
    one, again = await fund.person(name="Nguyễn Thị Hoa"), await fund.person(name="Ng. Hoa", named=False)
    first, second = await fund.given(campaign, donor_id=one["id"]), await fund.given(campaign, donor_id=again["id"])
    proposal = (await _propose(fund, again, one)).json()
    before = (await fund.auditor.get(GIFTS, params={"donor": one["id"]})).json()["items"]
    assert [gift["id"] for gift in before] == [first["id"]]
    await _decide(fund, proposal, "approval")
    seen = (await fund.auditor.get(GIFTS, params={"donor": one["id"]})).json()["items"]
    assert {gift["id"] for gift in seen} == {first["id"], second["id"]}
    assert all(gift["donor"] == {"id": one["id"], "name": "Nguyễn Thị Hoa"} for gift in seen)
    kept = (await fund.auditor.get(f"/v1/funds/donors/{again['id']}")).json()
    assert (kept["merged_into"], kept["name"], kept["version"]) == (one["id"], "Ng. Hoa", 2)
    rows = await fund.service.sql("select donor_id::text from donations where id = $1", second["id"])
    assert rows[0]["donor_id"] == again["id"]
    public = (await fund.nobody.get(f"/v1/funds/campaigns/{campaign['id']}/account/donations")).json()["items"]
    assert [gift["donor"] for gift in public] == ["Nguyễn Thị Hoa", "Nguyễn Thị Hoa"]


async def test_a_merge_undone_leaves_everything_as_it_was(fund: Any) -> None:
    campaign = await fund.campaign()
    one, again = await fund.person(), await fund.person(name="Hoa")
    gift = await fund.given(campaign, donor_id=again["id"])
    merge = await _merged(fund, again, one)
    undone = await _decide(fund, merge, "undoing")
    assert (undone.status_code, undone.json()["state"], undone.json()["version"]) == (200, "undone", 3)
    assert (await fund.auditor.get(f"{GIFTS}/{gift['id']}")).json() == gift
    assert (await _decide(fund, merge, "undoing")).json()["code"] == "merge-not-done"
    assert (await _propose(fund, again, one)).status_code == 201


async def test_a_donor_sees_what_they_gave_under_both_names(fund: Any) -> None:
    campaign = await fund.campaign()
    me, again = await fund.person(subject="donor"), await fund.person(name="Hoa")
    mine = [await fund.given(campaign, donor_id=donor["id"]) for donor in (me, again)]
    await fund.given(campaign, donor_id=(await fund.person(name="Khác"))["id"])
    await _merged(fund, again, me)
    seen = (await fund.donor.get(f"{GIFTS}/mine")).json()["items"]
    assert {gift["id"] for gift in seen} == {gift["id"] for gift in mine}
    assert {gift["donor"]["name"] for gift in seen} == {me["name"]}


async def test_another_person_decides_and_once(fund: Any) -> None:
    one, again = await fund.person(), await fund.person(name="Hoa")
    merge = (await _propose(fund, again, one)).json()
    assert (await _decide(fund, merge, "approval", who="treasurer")).status_code == 403
    itself = await fund.service.signed_in("fund-approver")
    token = fund.service.token("treasurer", scope="support.approve")
    itself.headers["Authorization"] = f"Bearer {token}"
    refused = await itself.post(f"{PATH}/{merge['id']}/approval", headers=fund.new_key())
    assert refused.json()["code"] == "second-person-needed"
    answers = await asyncio.gather(*(_decide(fund, merge, "approval") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await _decide(fund, merge, "rejection")).json()["code"] == "merge-decided"


async def test_there_are_no_chains_whoever_is_first(fund: Any) -> None:
    one, two, three = [await fund.person(name=name) for name in ("Một", "Hai", "Ba")]
    proposals = [(await _propose(fund, *pair)).json() for pair in ((two, one), (one, three))]
    answers = await asyncio.gather(*(_decide(fund, merge, "approval") for merge in proposals))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "merge-chained"}


async def test_two_donors_are_not_merged_into_each_other(fund: Any) -> None:
    one, two = await fund.person(), await fund.person(name="Hai")
    proposals = [(await _propose(fund, *pair)).json() for pair in ((two, one), (one, two))]
    answers = await asyncio.gather(*(_decide(fund, merge, "approval") for merge in proposals))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_donor_is_proposed_once_at_a_time_and_not_into_themselves(fund: Any) -> None:
    one, again = await fund.person(), await fund.person(name="Hoa")
    answers = await asyncio.gather(*(_propose(fund, again, one) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert (await _propose(fund, one, one)).json()["code"] == "merge-of-one"
    stranger = {"id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"}
    assert (await _propose(fund, one, stranger)).json()["code"] == "donor-not-found"


@pytest.mark.parametrize("who", ["donor", "nobody"])
async def test_proposals_are_for_the_funds_own_people(fund: Any, who: str) -> None:
    assert (await getattr(fund, who).get(PATH)).status_code in {401, 403}


async def test_a_list_runs_two_statements_and_takes_its_filters(fund: Any, statements: Any) -> None:
    one = await fund.person()
    merges = [(await _propose(fund, await fund.person(name="Hoa"), one)).json() for _ in range(3)]
    await _decide(fund, merges[0], "rejection")
    with statements(fund.service) as seen:
        page = (await fund.auditor.get(PATH, params={"survivor": one["id"]})).json()
    assert ([item["id"] for item in page["items"]], len(seen)) == ([merge["id"] for merge in merges[::-1]], 2)
    rejected = (await fund.auditor.get(PATH, params={"state": "rejected"})).json()["items"]
    assert [item["answer"] for item in rejected] == [WHY["reason"]]
    assert (await fund.auditor.get(f"{PATH}/{merges[0]['id']}")).json() == rejected[0]
