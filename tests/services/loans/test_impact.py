from typing import Any
from uuid import UUID

from tests.services.loans.conftest import NEW_AREA, days_ago
from tests.services.loans.loans.conftest import approved, lent, pay

__all__ = ["approved", "lent", "pay"]

MILLION = 1_000_000


def values(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {row["row"]: row["value"] for row in answer.json()["rows"]}


async def test_before_the_first_loan_the_account_is_nought(bank: Any) -> None:
    assert values(await bank.get("/impact", None)) == {
        "loan_turns": 0,
        "loan_households": 0,
        "loans_vnd": 0,
        "repaid_vnd": 0,
        "outstanding_vnd": 0,
    }


async def test_loans_and_households_are_counted_apart_and_few_households_held_back(
    bank: Any, lent: Any, pay: Any
) -> None:
    household = bank.registry.household("poor")
    ten = {"amount": 10 * MILLION, "currency": "VND"}
    first = await lent(household_id=household, amount=ten)
    await lent(household_id=household, amount=ten)
    done = (await pay(first, days_ago(390), 1 * MILLION)).json()
    answer = await bank.get("/impact", None)
    assert values(answer) == {
        "loan_turns": 2,
        "loan_households": None,
        "loans_vnd": 20 * MILLION,
        "repaid_vnd": 1 * MILLION,
        "outstanding_vnd": 20 * MILLION - done["principal"]["amount"],
    }
    held = [row["row"] for row in answer.json()["rows"] if row["suppressed"]]
    assert held == ["loan_households"]


async def test_a_period_counts_what_happened_in_it(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    await pay(loan, days_ago(100), 1 * MILLION)
    before = values(await bank.get("/impact", None, **{"from": days_ago(500), "to": days_ago(200)}))
    assert (before["loan_turns"], before["repaid_vnd"], before["outstanding_vnd"]) == (1, 0, 50 * MILLION)
    after = values(await bank.get("/impact", None, **{"from": days_ago(200)}))
    assert (after["loan_turns"], after["loans_vnd"], after["repaid_vnd"]) == (0, 0, 1 * MILLION)


async def test_by_area_each_household_counts_once_in_the_unit_of_the_day(bank: Any, lent: Any) -> None:
    household = bank.registry.household("poor")
    ten = {"amount": 10 * MILLION, "currency": "VND"}
    await lent(household_id=household, amount=ten)
    bank.registry.known[household]["area_id"] = str(NEW_AREA)
    await lent(household_id=household, amount=ten)
    elsewhere = bank.registry.household("poor", area_id=str(UUID(int=0xC1)))
    await lent(household_id=elsewhere)
    answer = await bank.get("/impact", "auditor", by="area")
    assert answer.status_code == 200
    found = {((row["area"] or {}).get("code"), row["row"]): row["value"] for row in answer.json()["rows"]}
    assert (found["04105", "loan_turns"], found["04105", "loan_households"]) == (2, 1)
    assert (found[None, "loan_turns"], found[None, "loans_vnd"]) == (1, 50 * MILLION)


async def test_figures_by_area_are_not_public_and_need_the_registry(bank: Any) -> None:
    assert (await bank.get("/impact", None, by="area")).status_code == 401
    assert (await bank.get("/impact", "donor", by="area")).status_code == 403
    bank.cut()
    assert (await bank.get("/impact", "auditor", by="area")).status_code == 503
    assert (await bank.get("/impact", "auditor")).status_code == 200


async def test_a_period_that_ends_before_it_begins_is_refused(bank: Any) -> None:
    answer = await bank.get("/impact", None, **{"from": "2024-02-01", "to": "2024-01-01"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#query/from"


async def test_the_account_takes_one_statement(bank: Any, lent: Any) -> None:
    await lent()
    with bank.statements() as seen:
        await bank.get("/impact", None)
    assert len(seen) == 2
