import asyncio
from typing import Any

import pytest

PATH = "/v1/funds/rounds"


async def test_an_approval_puts_every_line_in_the_books_and_tells_the_registry(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    await fund.given(campaign, value={"quantity": "100", "unit": "kg"})
    households = await village(3)
    made = await fund.proposed(campaign, households, rice={"quantity": "10.5", "unit": "kg"})
    decided = await fund.approved(made)
    assert (decided["state"], decided["decided_by"], decided["version"]) == ("approved", "fund-approver", 2)
    assert await fund.held(campaign) == 700_000
    assert await fund.held(campaign, "RICE_G") == 100_000 - 3 * 10_500
    events = await fund.service.sql("select subject, data::text from outbox_events where type = 'support.given'")
    lines = {line["id"]: line for line in (await fund.auditor.get(f"{PATH}/{made['id']}/lines")).json()["items"]}
    assert {row["subject"] for row in events} == lines.keys()
    entries = await fund.service.sql(
        "select source, effective_on::text from ledger_entries where source like 'support:%'"
    )
    assert {row["source"] for row in entries} == {f"support:{line}" for line in lines}
    assert {row["effective_on"] for row in entries} == {"2024-02-05"}


async def test_an_event_says_what_the_registry_needs_and_no_more(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign)
    [household] = await village(1)
    made = await fund.proposed(campaign, [household])
    await fund.approved(made)
    [line] = (await fund.auditor.get(f"{PATH}/{made['id']}/lines")).json()["items"]
    [event] = await fund.service.sql(
        "select data->>'support_id' as id, data->>'household_id' as household, data->>'kind' as kind,"
        " data->>'on' as day,"
        " data->'values'->0->>'amount' as amount, data->>'reference' as reference, data->>'occasion' as occasion,"
        " data->>'campaign_id' as campaign, (select count(*) from jsonb_object_keys(data)) as keys"
        " from outbox_events where type = 'support.given'"
    )
    assert dict(event) == {
        "id": line["id"],
        "household": household,
        "kind": "gift",
        "day": "2024-02-05",
        "amount": "100000",
        "reference": line["reference"],
        "occasion": "tet-2024",
        "campaign": campaign["id"],
        "keys": 8,
    }


async def test_a_campaign_gives_no_more_than_it_holds_and_nothing_by_halves(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 250_000})
    made = await fund.proposed(campaign, await village(3))
    refused = await fund.approve(made)
    assert refused.status_code == 409
    assert refused.json()["code"] == "not-enough"
    assert "50000 VND" in refused.json()["detail"]
    assert await fund.held(campaign) == 250_000
    assert (await fund.auditor.get(f"{PATH}/{made['id']}")).json()["state"] == "proposed"
    assert await fund.service.sql("select from outbox_events where type = 'support.given'") == []
    await fund.given(campaign, value={"amount": 50_000})
    assert (await fund.approve(made)).status_code == 200
    assert await fund.held(campaign) == 0


async def test_the_other_campaigns_money_stays_where_it_is(fund: Any, village: Any) -> None:
    rich, poor = await fund.campaign(), await fund.campaign()
    await fund.given(rich, value={"amount": 10_000_000})
    made = await fund.proposed(poor, await village(1))
    assert (await fund.approve(made)).json()["code"] == "not-enough"


async def test_two_approvals_at_one_instant_give_once(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    made = await fund.proposed(campaign, await village(2))
    answers = await asyncio.gather(*(fund.approve(made) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"round-decided"}
    assert await fund.held(campaign) == 800_000


async def test_two_rounds_at_one_instant_cannot_spend_the_same_money(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 500_000})
    households = await village(3)
    rounds = [await fund.proposed(campaign, households, occasion=f"dot-{number}") for number in range(3)]
    answers = await asyncio.gather(*(fund.approve(made) for made in rounds))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await fund.held(campaign) == 200_000


async def test_a_gift_that_was_given_out_cannot_be_taken_back(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign, value={"amount": 150_000})
    await fund.approved(await fund.proposed(campaign, await village(1)))
    path = f"/v1/funds/donations/{gift['id']}/reversal"
    answer = await fund.treasurer.post(path, json={"reason": "Nhầm"}, headers=fund.new_key())
    assert answer.status_code == 409
    assert answer.json()["code"] == "donation-spent"
    assert (await fund.auditor.get(f"/v1/funds/donations/{gift['id']}")).json()["state"] == "recorded"
    assert await fund.held(campaign) == 50_000


@pytest.mark.parametrize("who", ["treasurer", "admin", "auditor", "donor"])
async def test_only_the_approver_decides(fund: Any, village: Any, who: str) -> None:
    made = await fund.proposed(await fund.campaign(), await village(1))
    client = getattr(fund, who)
    assert (await client.post(f"{PATH}/{made['id']}/approval", headers=fund.new_key())).status_code == 403
    rejected = await client.post(f"{PATH}/{made['id']}/rejection", json={"reason": "x"}, headers=fund.new_key())
    assert rejected.status_code == 403


async def test_nobody_decides_on_their_own_proposal_whatever_their_scopes(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign)
    made = await fund.proposed(campaign, await village(1))
    both = fund.service.token("treasurer", scope="funds.read support.propose support.approve")
    headers = fund.new_key() | {"Authorization": f"Bearer {both}"}
    answer = await fund.treasurer.post(f"{PATH}/{made['id']}/approval", headers=headers)
    assert answer.status_code == 409
    assert answer.json()["code"] == "second-person-needed"
    with pytest.raises(Exception, match="ck_rounds_second_person"):
        await fund.service.sql(
            "update rounds set state = 'approved', decided_by = proposed_by, decided_at = now() where id = $1",
            made["id"],
        )


async def test_a_decision_is_taken_once_and_repeated_by_its_key(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign)
    made = await fund.proposed(campaign, await village(1))
    key = fund.new_key()
    path = f"{PATH}/{made['id']}/approval"
    first = await fund.approver.post(path, headers=key)
    again = await fund.approver.post(path, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    with pytest.raises(Exception, match="decided, once"):
        await fund.service.sql("update rounds set state = 'proposed', decided_by = null, decided_at = null")


async def test_an_approval_of_many_runs_as_few_statements_as_one_of_few(
    fund: Any, village: Any, statements: Any
) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 10_000_000})
    households = await village(8)
    one = await fund.proposed(campaign, households[:1], occasion="a")
    many = await fund.proposed(campaign, households, occasion="b")
    with statements(fund.service) as few:
        await fund.approved(one)
    with statements(fund.service) as more:
        await fund.approved(many)
    assert len(few) == len(more)
