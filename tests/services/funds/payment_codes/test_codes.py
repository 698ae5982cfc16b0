from typing import Any

import pytest

from services.funds.payment_codes.vietqr import parse

DYNAMIC = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E"
)


async def _collecting(fund: Any, **changes: Any) -> dict[str, Any]:
    campaign = await fund.campaign(**{"closes_on": None, **changes})
    return await fund.assigned(campaign, await fund.bank_account())


async def test_anybody_gets_a_campaigns_code_for_any_amount_or_for_one(fund: Any) -> None:
    made = await _collecting(fund)
    path = f"/v1/funds/campaigns/{made['campaign_id']}/payment-code"
    static = (await fund.nobody.get(path)).json()
    asked = parse(static["text"])
    assert (asked.bank_bin, asked.number, asked.amount, asked.dynamic) == ("970405", "7902201000123", None, False)
    assert static["reference"] == made["reference"]
    assert asked.details["purpose"] == made["reference"].replace("-", "")
    dynamic = (await fund.nobody.get(path, params={"amount": 180_000})).json()
    asked = parse(dynamic["text"])
    assert (asked.amount, asked.dynamic, dynamic["amount"]) == (180_000, True, {"amount": 180_000, "currency": "VND"})


@pytest.mark.parametrize(("kind", "first"), [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<?xml")])
async def test_the_code_comes_as_a_picture(fund: Any, kind: str, first: bytes) -> None:
    made = await _collecting(fund)
    picture = await fund.nobody.get(f"/v1/funds/campaigns/{made['campaign_id']}/payment-code", params={"format": kind})
    assert picture.status_code == 200
    assert picture.content.startswith(first)
    assert kind in picture.headers["Content-Type"]


async def test_a_transfer_stays_below_the_limit(fund: Any) -> None:
    made = await _collecting(fund)
    path = f"/v1/funds/campaigns/{made['campaign_id']}/payment-code"
    for amount, status in ((499_999_999, 200), (500_000_000, 422), (0, 422), (-1, 422), (2**63, 422)):
        assert (await fund.nobody.get(path, params={"amount": amount})).status_code == status


async def test_a_campaign_without_an_account_or_at_its_end_has_no_code(fund: Any) -> None:
    campaign = await fund.campaign(closes_on=None)
    path = f"/v1/funds/campaigns/{campaign['id']}/payment-code"
    answer = await fund.nobody.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "campaign-has-no-account")
    await fund.assigned(campaign, await fund.bank_account())
    assert (await fund.nobody.get(path)).status_code == 200
    await fund.admin.post(f"/v1/funds/campaigns/{campaign['id']}/closing", headers=fund.new_key())
    assert (await fund.nobody.get(path)).json()["code"] == "campaign-closed"


async def test_another_account_keeps_the_reference(fund: Any) -> None:
    first = await _collecting(fund)
    other = await fund.bank_account(number="1")
    second = await fund.assigned({"id": first["campaign_id"]}, other)
    assert second == first | {"account": other}
    kept = await fund.service.sql("select count(*) as n from audit_log where action = 'campaign.account_assigned'")
    assert kept[0]["n"] == 2


async def test_an_account_is_entered_once_and_listed(fund: Any) -> None:
    account = await fund.bank_account()
    body = {"bank_bin": "970405", "bank_name": "x", "number": account["number"], "holder": "y"}
    again = await fund.admin.post("/v1/funds/bank-accounts", json=body, headers=fund.new_key())
    assert (again.status_code, again.json()["code"]) == (409, "bank-account-exists")
    listed = await fund.treasurer.get("/v1/funds/bank-accounts", params={"bank_bin": "970405"})
    assert listed.json()["items"] == [account]
    assert (await fund.treasurer.get("/v1/funds/bank-accounts", params={"bank_bin": "970436"})).json()["items"] == []


@pytest.mark.parametrize("who", ["treasurer", "approver", "auditor", "donor"])
async def test_only_an_administrator_says_where_money_arrives(fund: Any, who: str) -> None:
    body = {"bank_bin": "970405", "bank_name": "x", "number": "1", "holder": "y"}
    answer = await getattr(fund, who).post("/v1/funds/bank-accounts", json=body, headers=fund.new_key())
    assert answer.status_code == 403


async def test_anybody_reads_a_code_or_learns_where_it_is_broken(fund: Any) -> None:
    path = "/v1/funds/payment-codes/reading"
    read = (await fund.nobody.post(path, json={"text": DYNAMIC})).json()
    assert (read["bank_bin"], read["number"], read["amount"]["amount"]) == ("970403", "0011012345678", 180_000)
    assert read["details"] == {"bill": "NPS6869", "purpose": "thanh toan don hang"}
    assert read["reference"] is None
    broken = await fund.nobody.post(path, json={"text": DYNAMIC.replace("NPS6869", "NPS6868")})
    assert (broken.status_code, broken.json()["code"]) == (422, "code-checksum-wrong")


async def test_a_code_of_ours_is_read_with_its_reference(fund: Any) -> None:
    made = await _collecting(fund)
    code = (await fund.nobody.get(f"/v1/funds/campaigns/{made['campaign_id']}/payment-code")).json()
    read = await fund.nobody.post("/v1/funds/payment-codes/reading", json={"text": code["text"]})
    assert read.json()["reference"] == made["reference"]
