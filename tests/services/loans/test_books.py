from typing import Any

import pytest

from tests.services.loans.conftest import days_ago
from tests.services.loans.loans.conftest import approved, lent, pay

__all__ = ["approved", "lent", "pay"]

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("statements", "promise"),
    [
        (["update loans set balance = balance + 1"], "what households owe is the balance of the principal accounts"),
        (["update loans set interest_paid = interest_paid + 1"], "interest received is the balance"),
        (["update repayment_allocations set recorded_to = now()"], "a payment is used in exactly one way"),
        (["update loans set entry_id = gen_random_uuid()"], "a loan and a payment each have their entry"),
        (
            ["alter table ledger_postings disable trigger all", "update ledger_postings set amount = amount + 1"],
            "an entry sums to zero in each unit",
        ),
    ],
)
async def test_the_audit_names_what_was_changed_behind_the_books(
    bank: Any, lent: Any, pay: Any, statements: list[str], promise: str
) -> None:
    await pay(await lent(), days_ago(390), 1 * MILLION)
    assert (await bank.get("/audit", "auditor")).json()["clean"] is True
    for statement in statements:
        await bank.service.sql(statement)
    found = (await bank.get("/audit", "auditor")).json()
    assert found["clean"] is False
    assert [finding for finding in found["findings"] if finding["promise"].startswith(promise)]


async def test_only_auditor_and_administrator_audit(bank: Any) -> None:
    for login in ("auditor", "district-admin"):
        assert (await bank.get("/audit", login)).json() == {
            "clean": True,
            "loans": 0,
            "owed": {"amount": 0, "currency": "VND"},
            "findings": [],
        }
    for login in ("credit-officer", "partner-bank:vbsp", "treasurer"):
        assert (await bank.get("/audit", login)).status_code == 403
