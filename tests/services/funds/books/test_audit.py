from typing import Any

import asyncpg
import pytest

PATH = "/v1/funds/audit"


async def _history(fund: Any, village: Any) -> dict[str, Any]:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    await fund.given(campaign, value={"quantity": "50", "unit": "kg"})
    wrong = await fund.given(campaign)
    await fund.treasurer.post(
        f"/v1/funds/donations/{wrong['id']}/reversal", json={"reason": "Nhầm"}, headers=fund.new_key()
    )
    households = await village(2)
    await fund.approved(await fund.proposed(campaign, households, rice={"quantity": "5", "unit": "kg"}))
    await fund.proposed(campaign, households, kind="rice")
    return campaign


async def test_a_true_history_audits_clean(fund: Any, village: Any) -> None:
    await _history(fund, village)
    answer = await fund.auditor.get(PATH)
    assert answer.status_code == 200
    assert answer.json() == {"clean": True, "findings": []}


@pytest.mark.parametrize(
    ("damage", "promise"),
    [
        ("update donations set amount = amount + 1", "a donation has the entry"),
        ("update donations set received_on = received_on - 1", "a donation has the entry"),
        ("update donation_reversals set entry_id = gen_random_uuid()", "a reversed donation has"),
        ("update round_lines set money = money + 1 where kind = 'gift'", "an approved line has the entry"),
        ("update rounds set state = 'proposed', decided_by = null, decided_at = null", "nothing is given before"),
        ("update ledger_postings set amount = amount + 1 where position = 1 and line = 1", "sums to zero"),
        ("delete from donation_reversals", "an entry comes from"),
        ("delete from round_lines", "a round has a line"),
    ],
)
async def test_damage_behind_the_back_of_every_rule_is_found(
    fund: Any, village: Any, damage: str, promise: str
) -> None:
    await _history(fund, village)
    # A superuser who switches all triggers off: nothing less gets past them.
    connection = await asyncpg.connect(fund.service.databases.cluster.url(fund.service.database))
    try:
        await connection.execute("set session_replication_role = replica")
        await connection.execute(damage)
    finally:
        await connection.close()
    found = (await fund.auditor.get(PATH)).json()
    assert found["clean"] is False
    assert any(promise in finding["promise"] for finding in found["findings"]), found


@pytest.mark.parametrize(("who", "status"), [("treasurer", 403), ("approver", 403), ("nobody", 401), ("admin", 200)])
async def test_the_audit_is_for_auditors(fund: Any, who: str, status: int) -> None:
    assert (await getattr(fund, who).get(PATH)).status_code == status
