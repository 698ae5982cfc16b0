from typing import Any

import pytest

PATH = "/v1/funds/donations"


async def test_gifts_are_listed_last_received_first_page_by_page(fund: Any) -> None:
    campaign = await fund.campaign()
    for day in ("03", "01", "05", "02", "05"):
        await fund.given(campaign, received_on=f"2024-01-{day}")
    seen, cursor = [], None
    for _ in range(3):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await fund.auditor.get(PATH, params=params)
        seen += [gift["received_on"][-2:] for gift in answer.json()["items"]]
        cursor = answer.json()["next"]
        assert ("Link" in answer.headers) == (cursor is not None)
    assert seen == ["05", "05", "03", "02", "01"]
    assert cursor is None


async def test_gifts_are_found_by_campaign_donor_kind_and_days(fund: Any) -> None:
    tet, house = await fund.campaign(), await fund.campaign(name="Xóa nhà tạm")
    donor = await fund.person()
    rice = {"quantity": "10", "unit": "kg"}
    first = await fund.given(tet, received_on="2024-01-01")
    second = await fund.given(tet, received_on="2024-02-01", value=rice)
    third = await fund.given(house, received_on="2024-03-01", donor_id=donor["id"])
    for params, expected in (
        ({"campaign": tet["id"]}, [second, first]),
        ({"donor": donor["id"]}, [third]),
        ({"kind": "goods"}, [second]),
        ({"kind": "labour"}, []),
        ({"from": "2024-01-02", "to": "2024-02-01"}, [second]),
        ({"campaign": tet["id"], "kind": "money"}, [first]),
    ):
        answer = await fund.auditor.get(PATH, params=params)
        assert answer.json()["items"] == expected, params


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 201},
        {"kind": "gold"},
        {"campaign": "x"},
        {"from": "2024-02-02", "to": "2024-02-01"},
        {"sort": "amount"},
        {"from": "0000-00-00"},
    ],
)
async def test_a_list_refuses_what_it_does_not_know(fund: Any, params: dict[str, Any]) -> None:
    assert (await fund.auditor.get(PATH, params=params)).status_code == 422


async def test_a_cursor_belongs_to_its_own_query(fund: Any) -> None:
    campaign = await fund.campaign()
    for _ in range(2):
        await fund.given(campaign)
    cursor = (await fund.auditor.get(PATH, params={"limit": 1})).json()["next"]
    for params in ({"cursor": cursor, "kind": "money"}, {"cursor": "x"}, {"cursor": cursor[:-4]}):
        answer = await fund.auditor.get(PATH, params=params)
        assert answer.json()["code"] == "bad-cursor"


async def test_a_list_runs_two_statements_whatever_its_length(fund: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    donor = await fund.person()
    for _ in range(12):
        await fund.given(campaign, donor_id=donor["id"])
    for limit in (1, 12):
        with statements(fund.service) as seen:
            page = (await fund.auditor.get(PATH, params={"limit": limit})).json()
        assert len(page["items"]) == limit
        assert len(seen) == 2


async def test_an_unchanged_list_is_not_sent_twice(fund: Any) -> None:
    await fund.given(await fund.campaign())
    first = await fund.auditor.get(PATH)
    again = await fund.auditor.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


async def test_a_donor_sees_their_own_gifts_and_no_others(fund: Any) -> None:
    campaign = await fund.campaign()
    me, other = await fund.person(subject="donor"), await fund.person(name="Khác")
    mine = await fund.given(campaign, donor_id=me["id"])
    await fund.given(campaign, donor_id=other["id"])
    await fund.given(campaign)
    assert (await fund.donor.get(f"{PATH}/mine")).json()["items"] == [mine]
    assert (await fund.donor.get(PATH)).status_code == 403
    assert (await fund.nobody.get(f"{PATH}/mine")).status_code == 401
    await fund.treasurer.post(f"{PATH}/{mine['id']}/reversal", json={"reason": "x"}, headers=fund.new_key())
    assert (await fund.donor.get(f"{PATH}/mine")).json()["items"][0]["state"] == "reversed"
