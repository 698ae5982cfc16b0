import asyncio
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funds.pledges.queries import settled

PATH = "/v1/funds/pledges"
HALF = {"amount": 500_000, "currency": "VND"}


async def _pledge(fund: Any, campaign: dict[str, Any], **changes: Any) -> Any:
    body = {
        "campaign_id": campaign["id"],
        "donor_id": changes.pop("donor_id", None) or (await fund.person())["id"],
        "pledged_on": "2024-01-01",
        "instalments": [{"due_on": "2024-02-01", "value": HALF}, {"due_on": "2024-08-01", "value": HALF}],
    }
    return await fund.treasurer.post(PATH, json=body | changes, headers=fund.new_key())


async def _fulfil(fund: Any, pledge: dict[str, Any], gift: dict[str, Any]) -> Any:
    body = {"donation_id": gift["id"]}
    return await fund.treasurer.post(f"{PATH}/{pledge['id']}/fulfilments", json=body, headers=fund.new_key())


async def _as_of(fund: Any, pledge: dict[str, Any], day: str) -> dict[str, Any]:
    return (await fund.auditor.get(f"{PATH}/{pledge['id']}", params={"as_of": day})).json()


async def test_what_came_stands_against_what_was_scheduled_on_any_day(fund: Any) -> None:
    campaign = await fund.campaign()
    pledge = (await _pledge(fund, campaign)).json()
    gift = await fund.given(campaign, value={"amount": 700_000}, received_on="2024-03-01")
    assert (await _fulfil(fund, pledge, gift)).status_code == 200
    seen = {day: await _as_of(fund, pledge, day) for day in ("2024-01-31", "2024-02-28", "2024-03-01", "2024-08-01")}
    figures = [[one[name]["amount"] for name in ("due", "paid", "overdue")] for one in seen.values()]
    assert figures == [[0, 0, 0], [500_000, 0, 500_000], [500_000, 700_000, 0], [1_000_000, 700_000, 300_000]]
    assert [one["actual"]["amount"] for one in seen["2024-08-01"]["instalments"]] == [500_000, 200_000]
    rest = await fund.given(campaign, value={"amount": 300_000}, received_on="2024-09-01")
    assert (await _fulfil(fund, pledge, rest)).json()["state"] == "fulfilled"
    assert await fund.held(campaign) == 1_000_000  # of the gifts alone: a promise is in no book


async def test_the_overdue_are_listed_as_of_a_day(fund: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    late, kept, off = [(await _pledge(fund, campaign)).json() for _ in range(3)]
    await _fulfil(fund, kept, await fund.given(campaign, value=HALF))
    await fund.treasurer.post(f"{PATH}/{off['id']}/cancellation", json={"reason": "Giải thể"}, headers=fund.new_key())
    with statements(fund.service) as seen:
        page = (await fund.auditor.get(PATH, params={"overdue": True, "as_of": "2024-03-01"})).json()
    assert ([one["id"] for one in page["items"]], len(seen)) == ([late["id"]], 2)
    before = (await fund.auditor.get(PATH, params={"overdue": True, "as_of": "2024-01-15"})).json()["items"]
    rest = (await fund.auditor.get(PATH, params={"overdue": False, "as_of": "2024-03-01"})).json()["items"]
    assert (before, {one["id"] for one in rest}) == ([], {kept["id"], off["id"]})


async def test_a_gift_taken_back_counts_no_more(fund: Any) -> None:
    campaign = await fund.campaign()
    pledge = (await _pledge(fund, campaign)).json()
    gift = await fund.given(campaign, value=HALF)
    assert (await _fulfil(fund, pledge, gift)).json()["paid"] == HALF
    await fund.treasurer.post(
        f"/v1/funds/donations/{gift['id']}/reversal", json={"reason": "x"}, headers=fund.new_key()
    )
    assert (await _as_of(fund, pledge, "2024-12-31"))["paid"]["amount"] == 0


async def test_a_gift_counts_once_also_at_one_instant(fund: Any) -> None:
    campaign = await fund.campaign()
    pledges = [(await _pledge(fund, campaign)).json() for _ in range(3)]
    gift = await fund.given(campaign)
    answers = await asyncio.gather(*(_fulfil(fund, pledge, gift) for pledge in pledges))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "donation-counted"}


async def test_a_gift_of_another_campaign_or_kind_fulfils_nothing(fund: Any) -> None:
    campaign, other = await fund.campaign(), await fund.campaign(name="Khác")
    pledge = (await _pledge(fund, campaign)).json()
    for gift in (await fund.given(other), await fund.given(campaign, value={"quantity": "5", "unit": "kg"})):
        assert (await _fulfil(fund, pledge, gift)).json()["code"] == "donation-of-another-kind"


@pytest.mark.parametrize(
    ("instalments", "code"),
    [
        ([("2024-02-01", HALF), ("2024-02-01", HALF)], "instalments-disagree"),
        ([("2024-03-01", HALF), ("2024-02-01", HALF)], "instalments-disagree"),
        ([("2023-12-31", HALF)], "instalments-disagree"),
        ([("2024-02-01", HALF), ("2024-03-01", {"quantity": "5", "unit": "kg"})], "instalments-disagree"),
        ([("2024-02-01", {"amount": 10**15}), ("2024-03-01", HALF)], "pledge-too-large"),
        ([], "invalid"),
    ],
)
async def test_a_schedule_that_makes_no_sense_is_refused(fund: Any, instalments: list[Any], code: str) -> None:
    told = [{"due_on": day, "value": value} for day, value in instalments]
    answer = await _pledge(fund, await fund.campaign(), instalments=told)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await fund.service.sql("select from pledges") == []


async def test_a_pledge_is_cancelled_once_and_then_takes_nothing(fund: Any) -> None:
    campaign = await fund.campaign()
    pledge = (await _pledge(fund, campaign)).json()
    path, body = f"{PATH}/{pledge['id']}/cancellation", {"reason": "Giải thể"}
    first = await fund.treasurer.post(path, json=body, headers=fund.new_key())
    assert (first.json()["state"], first.json()["overdue"]["amount"]) == ("cancelled", 0)
    assert (await fund.treasurer.post(path, json=body, headers=fund.new_key())).json()["code"] == "pledge-cancelled"
    assert (await _fulfil(fund, pledge, await fund.given(campaign))).json()["code"] == "pledge-cancelled"


@pytest.mark.parametrize(
    "statement",
    [
        "update pledges set amount = 1",
        "update pledge_instalments set amount = 1",
        "insert into pledge_instalments select id, 9, '2030-01-01', 1 from pledges",
        "delete from pledge_payments",
        "delete from pledges",
    ],
)
async def test_nobody_rewrites_what_was_promised(fund: Any, statement: str) -> None:
    await _pledge(fund, await fund.campaign())
    connection = await asyncpg.connect(fund.service.runtime_url)
    try:
        await connection.execute("select set_config('app.reach', 'all', false)")
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("who", ["donor", "nobody"])
async def test_pledges_are_for_the_funds_own_people(fund: Any, who: str) -> None:
    assert (await getattr(fund, who).get(PATH)).status_code in {401, 403}


@given(amounts=st.lists(st.integers(1, 10**15), min_size=1, max_size=20), paid=st.integers(0, 10**17))
def test_what_came_settles_the_earliest_first_and_nothing_twice(amounts: list[int], paid: int) -> None:
    come = list(settled(amounts, paid))
    assert sum(come) == min(paid, sum(amounts))
    open_ones = [place for place, amount in enumerate(amounts) if come[place] < amount]
    assert all(come[place] == 0 for place in open_ones[1:])
