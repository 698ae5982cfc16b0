import asyncio
from typing import Any

import pytest

PATH = "/v1/funds/donations"
WHY = {"reason": "Ghi hai lần"}


async def test_a_reversal_takes_the_gift_out_of_the_books_and_erases_nothing(fund: Any) -> None:
    campaign = await fund.campaign()
    made = await fund.given(campaign)
    answer = await fund.treasurer.post(f"{PATH}/{made['id']}/reversal", json=WHY, headers=fund.new_key())
    assert answer.status_code == 201, answer.text
    reversed_ = answer.json()
    assert (reversed_["state"], reversed_["version"], answer.headers["ETag"]) == ("reversed", 2, '"2"')
    assert reversed_["reversal"]["reason"] == WHY["reason"]
    assert await fund.held(campaign) == 0
    assert len(await fund.service.sql("select from ledger_entries")) == 2
    read = await fund.auditor.get(f"{PATH}/{made['id']}")
    assert read.json() == reversed_
    assert read.headers["ETag"] == '"2"'


async def test_a_gift_is_reversed_once(fund: Any) -> None:
    campaign = await fund.campaign()
    made = await fund.given(campaign)
    path = f"{PATH}/{made['id']}/reversal"
    await fund.treasurer.post(path, json=WHY, headers=fund.new_key())
    again = await fund.treasurer.post(path, json=WHY, headers=fund.new_key())
    assert again.status_code == 409
    assert again.json()["code"] == "donation-reversed"


async def test_reversals_at_one_instant_count_once(fund: Any) -> None:
    campaign = await fund.campaign()
    made = await fund.given(campaign)
    await fund.given(campaign)
    path = f"{PATH}/{made['id']}/reversal"
    answers = await asyncio.gather(*(fund.treasurer.post(path, json=WHY, headers=fund.new_key()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await fund.held(campaign) == 150_000


async def test_an_unknown_gift_cannot_be_reversed(fund: Any) -> None:
    path = f"{PATH}/0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11/reversal"
    answer = await fund.treasurer.post(path, json=WHY, headers=fund.new_key())
    assert answer.json()["code"] == "donation-not-found"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "a\x00b"}, {"reason": "ok", "more": 1}])
async def test_a_reversal_says_why(fund: Any, body: dict[str, Any]) -> None:
    made = await fund.given(await fund.campaign())
    answer = await fund.treasurer.post(f"{PATH}/{made['id']}/reversal", json=body, headers=fund.new_key())
    assert answer.status_code in {400, 422}
    assert (await fund.auditor.get(f"{PATH}/{made['id']}")).json()["state"] == "recorded"
