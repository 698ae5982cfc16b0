import asyncio
from typing import Any

import pytest

PATH = "/v1/funds/donations"


def _right(campaign: dict[str, Any], amount: int = 15_000, **changes: Any) -> dict[str, Any]:
    gift = {"campaign_id": campaign["id"], "value": {"amount": amount}, "received_on": "2024-01-15"}
    return {"reason": "Thừa một số không.", "donation": gift | changes}


async def _correct(fund: Any, gift: dict[str, Any], body: dict[str, Any]) -> Any:
    return await fund.treasurer.post(f"{PATH}/{gift['id']}/correction", json=body, headers=fund.new_key())


async def test_a_correction_keeps_the_first_and_points_to_it(fund: Any) -> None:
    campaign = await fund.campaign()
    wrong = await fund.given(campaign)
    answer = await _correct(fund, wrong, _right(campaign))
    assert (answer.status_code, answer.json()["corrects"]) == (201, wrong["id"])
    assert (await fund.auditor.get(f"{PATH}/{answer.json()['id']}")).json() == answer.json()
    first = (await fund.auditor.get(f"{PATH}/{wrong['id']}")).json()
    assert (first["state"], first["reversal"]["kind"], first["value"]) == ("reversed", "correction", wrong["value"])
    assert await fund.held(campaign) == 15_000
    assert (await fund.auditor.get("/v1/funds/audit")).json()["clean"]


async def test_a_gift_moves_to_the_campaign_that_it_was_meant_for(fund: Any) -> None:
    tet, house = await fund.campaign(), await fund.campaign(name="Xóa nhà tạm")
    wrong = await fund.given(tet)
    assert (await _correct(fund, wrong, _right(house, 150_000))).status_code == 201
    assert (await fund.held(tet), await fund.held(house)) == (0, 150_000)


async def test_what_was_spent_still_has_to_be_covered(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    wrong = await fund.given(campaign)
    await fund.approved(await fund.proposed(campaign, await village(1)))
    refused = await _correct(fund, wrong, _right(campaign, 99_999))
    assert (refused.status_code, refused.json()["code"]) == (409, "donation-spent")
    assert len(await fund.service.sql("select from donations")) == 1
    assert (await fund.auditor.get(f"{PATH}/{wrong['id']}")).json() == wrong
    assert (await _correct(fund, wrong, _right(campaign, 100_000))).status_code == 201
    assert await fund.held(campaign) == 0


async def test_a_gift_is_corrected_once_and_its_correction_in_turn(fund: Any) -> None:
    campaign = await fund.campaign()
    wrong = await fund.given(campaign)
    answers = await asyncio.gather(*(_correct(fund, wrong, _right(campaign)) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert await fund.held(campaign) == 15_000
    right = next(answer.json() for answer in answers if answer.status_code == 201)
    assert (await _correct(fund, right, _right(campaign, 16_000))).json()["corrects"] == right["id"]


async def test_a_correction_that_is_refused_leaves_the_first_alone(fund: Any) -> None:
    campaign = await fund.campaign()
    wrong = await fund.given(campaign)
    for body, code in (
        (_right(campaign, received_on="2023-01-01"), "campaign-closed"),
        (_right(campaign, donor_id="0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"), "donor-not-found"),
    ):
        assert (await _correct(fund, wrong, body)).json()["code"] == code
    assert (await fund.auditor.get(f"{PATH}/{wrong['id']}")).json() == wrong


async def test_a_group_is_credited_with_what_a_member_brought(fund: Any) -> None:
    campaign = await fund.campaign()
    giver, group = await fund.person(named=False), await fund.person(kind="organisation", name="Lớp 5A Nà Hạ")
    gift = await fund.given(campaign, donor_id=giver["id"], on_behalf_of=group["id"])
    assert gift["on_behalf_of"] == {"id": group["id"], "name": "Lớp 5A Nà Hạ"}
    found = (await fund.auditor.get(PATH, params={"on_behalf_of": group["id"]})).json()["items"]
    assert found == [gift]
    [public] = (await fund.nobody.get(f"/v1/funds/campaigns/{campaign['id']}/account/donations")).json()["items"]
    assert (public["donor"], public["on_behalf_of"]) == (None, "Lớp 5A Nà Hạ")
    refused = await fund.give(campaign, donor_id=giver["id"], on_behalf_of=giver["id"])
    assert (refused.status_code, refused.json()["code"]) == (422, "credited-to-giver")


@pytest.mark.parametrize("value", [{"quantity": "50.000", "unit": "kg"}, {"quantity": "2.5", "unit": "person-day"}])
async def test_goods_and_labour_may_be_valued(fund: Any, value: dict[str, Any]) -> None:
    worth = {"worth": {"amount": 900_000, "currency": "VND"}, "basis": "Giá chợ"}
    campaign = await fund.campaign()
    gift = await fund.given(campaign, value=value, valuation=worth)
    assert (gift["value"], gift["valuation"]) == (value, worth)
    assert await fund.held(campaign) == 0  # told, not booked
    assert (await fund.auditor.get(f"{PATH}/{gift['id']}")).json() == gift
    refused = await fund.give(campaign, valuation=worth)
    assert (refused.status_code, refused.json()["code"]) == (422, "money-needs-no-valuation")
