from typing import Any

import pytest

PATH = "/v1/funds/campaigns"


async def test_an_administrator_opens_a_campaign_and_anybody_reads_it(fund: Any) -> None:
    made = await fund.campaign(target={"amount": 500_000_000, "currency": "VND"})
    read = await fund.nobody.get(f"{PATH}/{made['id']}")
    assert read.status_code == 200
    assert read.json() == made
    assert read.headers["ETag"] == '"1"'
    assert made["state"] == "open"
    assert made["target"] == {"amount": 500_000_000, "currency": "VND"}


async def test_the_standing_fund_is_there_from_the_start_and_receives(fund: Any) -> None:
    first = (await fund.nobody.get(PATH)).json()["items"][0]
    assert first["name"] == "Quỹ Vì người nghèo"
    assert first["closes_on"] is None
    await fund.given(first)
    assert await fund.held(first) == 150_000


async def test_a_campaign_keeps_the_id_its_maker_gave_and_only_once(fund: Any) -> None:
    body = {
        "id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11",
        "name": "Xóa nhà tạm",
        "purpose": "Nhà",
        "opens_on": "2024-01-01",
    }
    first = await fund.admin.post(PATH, json=body, headers=fund.new_key())
    assert first.json()["id"] == body["id"]
    again = await fund.admin.post(PATH, json=body, headers=fund.new_key())
    assert again.status_code == 409
    assert again.json()["code"] == "campaign-exists"


async def test_a_campaign_does_not_end_before_it_opens(fund: Any) -> None:
    body = {"name": "x", "purpose": "y", "opens_on": "2024-01-02", "closes_on": "2024-01-01"}
    answer = await fund.admin.post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 422
    assert answer.json()["code"] == "campaign-ends-before-it-opens"


@pytest.mark.parametrize("who", ["treasurer", "approver", "auditor", "donor"])
async def test_only_an_administrator_opens_campaigns(fund: Any, who: str) -> None:
    body = {"name": "x", "purpose": "y", "opens_on": "2024-01-02"}
    answer = await getattr(fund, who).post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 403


async def test_a_change_needs_the_version_that_was_read(fund: Any) -> None:
    made = await fund.campaign()
    path = f"{PATH}/{made['id']}"
    assert (await fund.admin.patch(path, json={"name": "a"})).status_code == 428
    changed = await fund.admin.patch(path, json={"name": "a", "target": None}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["version"], changed.headers["ETag"]) == ("a", 2, '"2"')
    assert (await fund.admin.patch(path, json={"name": "b"}, headers={"If-Match": '"1"'})).status_code == 412


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"opens_on": None}, {"state": "closed"}, {"target": {"amount": 0}}]
)
async def test_a_change_that_says_nothing_or_too_much_is_refused(fund: Any, body: dict[str, Any]) -> None:
    made = await fund.campaign()
    answer = await fund.admin.patch(f"{PATH}/{made['id']}", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 422


async def test_dates_cannot_shrink_away_from_donations_received(fund: Any) -> None:
    made = await fund.campaign()
    await fund.given(made, received_on="2024-01-15")
    path, match = f"{PATH}/{made['id']}", {"If-Match": '"1"'}
    for dates in ({"opens_on": "2024-01-16"}, {"closes_on": "2024-01-14"}):
        answer = await fund.admin.patch(path, json=dates, headers=match)
        assert answer.status_code == 409
        assert answer.json()["code"] == "donations-outside-dates"
    assert (await fund.admin.patch(path, json={"opens_on": "2024-01-15"}, headers=match)).status_code == 200
    inverted = await fund.admin.patch(path, json={"closes_on": "2023-01-01"}, headers={"If-Match": '"2"'})
    assert inverted.json()["code"] == "campaign-ends-before-it-opens"


async def test_a_closed_campaign_receives_nothing_and_stays_closed(fund: Any) -> None:
    made = await fund.campaign()
    path = f"{PATH}/{made['id']}/closing"
    closed = await fund.admin.post(path, headers=fund.new_key())
    assert (closed.status_code, closed.json()["state"], closed.json()["version"]) == (200, "closed", 2)
    again = await fund.admin.post(path, headers=fund.new_key())
    assert again.json() == closed.json()
    refused = await fund.give(made)
    assert refused.status_code == 409
    assert refused.json()["code"] == "campaign-closed"


async def test_an_unknown_campaign_is_not_found(fund: Any) -> None:
    missing = f"{PATH}/0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"
    assert (await fund.nobody.get(missing)).json()["code"] == "campaign-not-found"
    patched = await fund.admin.patch(missing, json={"name": "a"}, headers={"If-Match": '"1"'})
    assert patched.status_code == 404
    assert (await fund.admin.post(f"{missing}/closing", headers=fund.new_key())).status_code == 404


async def test_campaigns_are_listed_page_by_page(fund: Any) -> None:
    for month in range(1, 6):
        await fund.campaign(opens_on=f"2024-0{month}-01")
    first = (await fund.nobody.get(PATH, params={"limit": 4})).json()
    rest = (await fund.nobody.get(PATH, params={"limit": 4, "cursor": first["next"]})).json()
    seen = [campaign["opens_on"] for campaign in first["items"] + rest["items"]]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 6
    assert rest["next"] is None
    assert (await fund.nobody.get(PATH, params={"state": "closed"})).json()["items"] == []
