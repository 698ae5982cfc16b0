import asyncio
from typing import Any

import pytest

PATH = "/v1/funds/refunds"
GIFTS = "/v1/funds/donations"
WHY = {"reason": "Chuyển nhầm tài khoản."}


async def _propose(fund: Any, gift: dict[str, Any]) -> Any:
    return await fund.treasurer.post(f"{GIFTS}/{gift['id']}/refunds", json=WHY, headers=fund.new_key())


async def _pay(fund: Any, refund: dict[str, Any]) -> Any:
    return await fund.approver.post(f"{PATH}/{refund['id']}/payment", headers=fund.new_key())


async def test_a_refund_mirrors_the_gift_which_is_kept(fund: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    proposed = (await _propose(fund, gift)).json()
    assert (proposed["state"], await fund.held(campaign)) == ("proposed", 150_000)
    paid = await _pay(fund, proposed)
    assert (paid.status_code, paid.json()["state"], paid.json()["decided_by"]) == (200, "paid", "fund-approver")
    assert await fund.held(campaign) == 0
    read = (await fund.auditor.get(f"{GIFTS}/{gift['id']}")).json()
    assert (read["state"], read["reversal"]["kind"]) == ("reversed", "refund")
    entries = await fund.service.sql("select reverses is null as first from ledger_entries order by position")
    assert [row["first"] for row in entries] == [True, False]
    assert (await fund.auditor.get("/v1/funds/audit")).json()["clean"]


async def test_nothing_is_given_back_that_was_spent(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    refund = (await _propose(fund, gift)).json()
    await fund.approved(await fund.proposed(campaign, await village(1)))
    refused = await _pay(fund, refund)
    assert (refused.status_code, refused.json()["code"]) == (409, "donation-spent")
    assert await fund.held(campaign) == 50_000
    assert (await fund.auditor.get(f"{PATH}/{refund['id']}")).json() == refund
    await fund.given(campaign)
    assert (await _pay(fund, refund)).status_code == 200


async def test_the_same_refund_at_one_instant_counts_once(fund: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    await fund.given(campaign)
    asked = await asyncio.gather(*(_propose(fund, gift) for _ in range(3)))
    assert sorted(answer.status_code for answer in asked) == [201, 409, 409]
    refund = next(answer.json() for answer in asked if answer.status_code == 201)
    answers = await asyncio.gather(*(_pay(fund, refund) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await fund.held(campaign) == 150_000


async def test_a_refund_and_a_reversal_at_one_instant_count_once(fund: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    await fund.given(campaign)
    refund = (await _propose(fund, gift)).json()
    reversal = fund.treasurer.post(f"{GIFTS}/{gift['id']}/reversal", json=WHY, headers=fund.new_key())
    answers = await asyncio.gather(_pay(fund, refund), reversal)
    assert len([answer for answer in answers if answer.is_success]) == 1
    assert await fund.held(campaign) == 150_000
    assert (await fund.auditor.get("/v1/funds/audit")).json()["clean"]


async def test_another_person_pays(fund: Any) -> None:
    refund = (await _propose(fund, await fund.given(await fund.campaign()))).json()
    itself = await fund.service.signed_in("fund-approver")
    itself.headers["Authorization"] = f"Bearer {fund.service.token('treasurer', scope='support.approve')}"
    refused = await itself.post(f"{PATH}/{refund['id']}/payment", headers=fund.new_key())
    assert refused.json()["code"] == "second-person-needed"


async def test_a_rejected_refund_may_be_asked_for_again(fund: Any) -> None:
    gift = await fund.given(await fund.campaign())
    refund = (await _propose(fund, gift)).json()
    path = f"{PATH}/{refund['id']}/rejection"
    rejected = await fund.approver.post(path, json=WHY, headers=fund.new_key())
    assert (rejected.json()["state"], rejected.json()["answer"]) == ("rejected", WHY["reason"])
    assert (await _pay(fund, refund)).json()["code"] == "refund-decided"
    assert (await _propose(fund, gift)).status_code == 201


async def test_what_was_taken_back_is_not_given_back(fund: Any) -> None:
    gift = await fund.given(await fund.campaign())
    await fund.treasurer.post(f"{GIFTS}/{gift['id']}/reversal", json=WHY, headers=fund.new_key())
    assert (await _propose(fund, gift)).json()["code"] == "donation-reversed"
    stranger = {"id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"}
    assert (await _propose(fund, stranger)).json()["code"] == "donation-not-found"


@pytest.mark.parametrize("who", ["donor", "nobody"])
async def test_refunds_are_for_the_funds_own_people(fund: Any, who: str) -> None:
    assert (await getattr(fund, who).get(PATH)).status_code in {401, 403}


async def test_a_list_runs_two_statements_whatever_its_length(fund: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    refunds = [(await _propose(fund, await fund.given(campaign))).json() for _ in range(3)]
    for limit in (1, 3):
        with statements(fund.service) as seen:
            page = (await fund.auditor.get(PATH, params={"limit": limit, "state": "proposed"})).json()
        assert ([item["id"] for item in page["items"]], len(seen)) == ([one["id"] for one in refunds[::-1]][:limit], 2)
