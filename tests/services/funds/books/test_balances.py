from typing import Any

import pytest

from kit.jobs import Job
from kit.values.ids import new_id
from services.funds import worker

JOB = Job(new_id(), "funds.roll_up", {}, None, 1, 1)


async def test_a_balance_is_told_for_any_day(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    path = f"/v1/funds/campaigns/{campaign['id']}/balances"
    await fund.given(campaign, value={"amount": 300_000}, received_on="2024-01-10")
    await fund.given(campaign, value={"amount": 400_000}, received_on="2024-03-10")
    await fund.approved(await fund.proposed(campaign, await village(1), on="2024-02-05"))
    for day, expected in (
        ("2024-01-09", (0, 0, 0)),
        ("2024-01-10", (300_000, 0, 300_000)),
        ("2024-02-05", (300_000, 100_000, 200_000)),
        (None, (700_000, 100_000, 600_000)),
    ):
        answer = await fund.auditor.get(path, params={"on": day} if day else {})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["on"] == day
        assert tuple(found[side]["money"]["amount"] for side in ("received", "given", "held")) == expected


@pytest.mark.parametrize(("who", "status"), [("donor", 403), ("nobody", 401), ("treasurer", 200)])
async def test_balances_are_for_those_who_keep_or_read_the_books(fund: Any, who: str, status: int) -> None:
    campaign = await fund.campaign()
    answer = await getattr(fund, who).get(f"/v1/funds/campaigns/{campaign['id']}/balances")
    assert answer.status_code == status


async def test_an_unknown_campaign_has_no_balances(fund: Any) -> None:
    answer = await fund.auditor.get("/v1/funds/campaigns/0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11/balances")
    assert answer.json()["code"] == "campaign-not-found"


async def test_the_worker_folds_the_journal_and_changes_no_balance(fund: Any) -> None:
    campaign = await fund.campaign()
    for _ in range(3):
        await fund.given(campaign)
    [task] = worker.periodic(fund.service.app.state.database)
    for _ in range(2):
        await task.handler(JOB)
    [mark] = await fund.service.sql("select through from ledger_rollup_mark")
    assert mark["through"] > 0
    assert await fund.held(campaign) == 450_000
    found = (await fund.auditor.get("/v1/funds/audit")).json()
    assert found == {"clean": True, "findings": []}
