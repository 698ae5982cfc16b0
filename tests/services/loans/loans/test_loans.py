import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from kit.values.reference import read_reference
from services.loans.schedules.contract import Contract, plan
from services.loans.schedules.interest import Rate
from tests.services.loans.conftest import day, days_ago

MILLION = 1_000_000
START = days_ago(400)


def interest_of(first: str, last: str, balance: int = 50 * MILLION) -> int:
    """Interest from one day to another within the first period of a loan at 6.6 %."""
    days = (day(last) - day(first)).days
    return (balance * days * 66 + 182_500) // 365_000


async def audited(bank: Any) -> dict[str, Any]:
    answer = await bank.get("/audit", "auditor")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    assert found["findings"] == []
    return found


async def test_an_approved_application_becomes_a_loan_in_the_books(bank: Any, approved: Any) -> None:
    application = await approved()
    path = f"/applications/{application['id']}"
    answer = await bank.post(f"{path}/disbursement", {"on": days_ago(390), "bank": "vbsp"})
    assert answer.status_code == 201, answer.text
    loan = answer.json()
    assert read_reference(loan["reference"], "LN")
    assert (loan["principal"], loan["balance"]) == ({"amount": 50 * MILLION, "currency": "VND"},) * 2
    assert (loan["annual_rate"], loan["bank"], loan["state"]) == ("6.6", "vbsp", "open")
    assert (await bank.get(path)).json()["state"] == "disbursed"
    assert (await bank.get(answer.headers["location"].removeprefix("/v1/loans"))).json() == loan
    assert (await audited(bank))["owed"]["amount"] == 50 * MILLION
    events = await bank.service.sql(
        "select type, bank, data::json->>'household_id' as h from outbox_events order by id"
    )
    assert [event["type"] for event in events] == ["loan.approved", "loan.disbursed"]
    assert {event["bank"] for event in events} == {"vbsp"}
    assert events[1]["h"] == application["household_id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"on": days_ago(401)}, "date-out-of-order"),
        ({"on": days_ago(-1)}, "date-out-of-order"),
        ({"on": days_ago(1), "bank": "other"}, "wrong-bank"),
    ],
)
async def test_a_disbursement_that_does_not_fit_is_refused(
    bank: Any, approved: Any, body: dict[str, Any], code: str
) -> None:
    application = await approved()
    answer = await bank.post(f"/applications/{application['id']}/disbursement", body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await bank.service.sql("select 1 from loans") == []


async def test_a_loan_is_paid_out_once(bank: Any, approved: Any) -> None:
    path = f"/applications/{(await approved())['id']}/disbursement"
    key = bank.new_key()
    first = await bank.post(path, {"on": START}, key=key)
    again = await bank.post(path, {"on": START}, key=key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    other = await asyncio.gather(*(bank.post(path, {"on": START}) for _ in range(3)))
    assert {(answer.status_code, answer.json()["code"]) for answer in other} == {(409, "not-this-state")}
    assert len(await bank.service.sql("select 1 from loans")) == 1


async def test_the_schedule_of_a_fresh_loan_is_its_quote(bank: Any, lent: Any) -> None:
    loan = await lent(on=days_ago(0))
    answer = await bank.get(f"/loans/{loan['id']}/schedule")
    assert answer.status_code == 200
    rows = plan(Contract(50 * MILLION, Rate.parse("6.6"), day(days_ago(0)), 24, 12))
    found = answer.json()["rows"]
    assert [(row["due_on"], row["interest"]["amount"], row["principal"]["amount"]) for row in found] == [
        (row.due_on.isoformat(), row.interest, row.principal) for row in rows
    ]
    assert found[0]["explanation"][0]["annual_rate"] == "6.6"
    assert answer.json()["settlement"]["amount"] == 50 * MILLION


async def test_a_payment_pays_interest_first_and_the_books_follow(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    answer = await pay(loan, days_ago(390), 1 * MILLION, body={"receipt": "PT-1"})
    assert answer.status_code == 201, answer.text
    done = answer.json()
    owed = interest_of(START, days_ago(390))
    assert (done["interest"]["amount"], done["principal"]["amount"]) == (owed, 1 * MILLION - owed)
    assert done["balance"]["amount"] == 50 * MILLION - (1 * MILLION - owed)
    assert done["corrected"] == []
    assert (await audited(bank))["owed"] == done["balance"]
    schedule = (await bank.get(f"/loans/{loan['id']}/schedule", as_of=days_ago(390))).json()
    assert (schedule["interest_paid"]["amount"], schedule["interest_outstanding"]["amount"]) == (owed, 0)
    assert len(schedule["rows"][0]["explanation"]) == 2
    before = (await bank.get(f"/loans/{loan['id']}/schedule", as_of=days_ago(391))).json()
    assert before["balance"]["amount"] == 50 * MILLION


async def test_a_payment_that_comes_in_late_corrects_the_books_once(bank: Any, lent: Any, pay: Any) -> None:
    loan, other = await lent(), await lent()
    dates = [days_ago(395), days_ago(200), days_ago(10)]
    for on in dates:
        assert (await pay(other, on, 5 * MILLION)).status_code == 201
    for on in [dates[1], dates[2]]:
        assert (await pay(loan, on, 5 * MILLION)).status_code == 201
    late = (await pay(loan, dates[0], 5 * MILLION)).json()
    assert len(late["corrected"]) == 2
    assert late["balance"] == (await bank.get(f"/loans/{other['id']}")).json()["balance"]
    one, two = [(await bank.get(f"/loans/{found['id']}/schedule")).json() for found in (loan, other)]
    assert one["rows"] == two["rows"]
    revisions = (await bank.get(f"/loans/{loan['id']}/repayments")).json()["items"]
    assert [item["revision"] for item in revisions] == [2, 2, 1]
    reversals = await bank.service.sql("select 1 from ledger_entries where reverses is not null")
    assert len(reversals) == 2
    await audited(bank)


async def test_more_than_is_owed_is_refused_also_when_a_later_payment_would_be(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    too_much = await pay(loan, days_ago(390), 51 * MILLION)
    assert (too_much.status_code, too_much.json()["code"]) == (409, "repayment-exceeds-outstanding")
    settlement = (await bank.get(f"/loans/{loan['id']}/schedule", as_of=days_ago(100))).json()["settlement"]["amount"]
    assert (await pay(loan, days_ago(100), settlement)).json()["state"] == "repaid"
    late = await pay(loan, days_ago(300), 1 * MILLION)
    assert (late.status_code, late.json()["code"]) == (409, "repayment-exceeds-outstanding")
    assert (await bank.get(f"/loans/{loan['id']}")).json()["balance"]["amount"] == 0
    await audited(bank)


async def test_the_early_settlement_figure_closes_the_loan_to_the_dong(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    figure = (await bank.get(f"/loans/{loan['id']}/schedule", as_of=days_ago(50))).json()["settlement"]["amount"]
    assert (await pay(loan, days_ago(50), figure + 1)).status_code == 409
    done = (await pay(loan, days_ago(50), figure)).json()
    assert (done["state"], done["balance"]["amount"]) == ("repaid", 0)


@pytest.mark.parametrize("on", [days_ago(401), days_ago(-1)])
async def test_a_value_date_before_the_loan_or_in_the_future_is_refused(lent: Any, pay: Any, on: str) -> None:
    answer = await pay(await lent(), on, 1000)
    assert (answer.status_code, answer.json()["code"]) == (409, "date-out-of-order")


async def test_a_value_date_in_a_closed_period_is_refused(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    await bank.service.sql(
        "insert into ledger_periods (id, starts_on, ends_on, actor) values ($1, $2, $3, 'auditor')",
        uuid4(), day(days_ago(399)), day(days_ago(100)),
    )  # fmt: skip
    refused = await pay(loan, days_ago(200), 1000)
    assert (refused.status_code, refused.json()["code"]) == (409, "period-closed")
    assert (await pay(loan, days_ago(50), 1000)).status_code == 201
    await audited(bank)


async def test_the_same_payment_sent_twice_at_once_counts_once(bank: Any, lent: Any, pay: Any) -> None:
    loan, key = await lent(), bank.new_key()
    answers = await asyncio.gather(*(pay(loan, days_ago(390), 1 * MILLION, key=key) for _ in range(4)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert set(codes) <= {201, 409}
    settled = await pay(loan, days_ago(390), 1 * MILLION, key=key)
    assert (settled.status_code, settled.headers["idempotency-replayed"]) == (201, "true")
    assert len(await bank.service.sql("select 1 from repayments")) == 1
    other = await pay(loan, days_ago(390), 2 * MILLION, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    await audited(bank)


async def test_payments_at_the_same_instant_are_all_counted_in_any_order(bank: Any, lent: Any, pay: Any) -> None:
    loan, other = await lent(), await lent()
    dates = [days_ago(390 - 20 * n) for n in range(8)]
    answers = await asyncio.gather(*(pay(loan, on, 1 * MILLION) for on in reversed(dates)))
    assert {answer.status_code for answer in answers} == {201}
    for on in dates:
        assert (await pay(other, on, 1 * MILLION)).status_code == 201
    one, two = [(await bank.get(f"/loans/{found['id']}/schedule")).json() for found in (loan, other)]
    assert one["rows"] == two["rows"]
    assert one["balance"] == two["balance"]
    await audited(bank)


async def test_two_payments_that_together_are_too_much_do_not_both_pass(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    answers = await asyncio.gather(*(pay(loan, days_ago(390), 30 * MILLION) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    await audited(bank)


async def test_a_receipt_is_recorded_once_for_a_loan(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    assert (await pay(loan, days_ago(390), 1000, body={"receipt": "PT-7"})).status_code == 201
    again = await pay(loan, days_ago(380), 1000, body={"receipt": "PT-7"})
    assert (again.status_code, again.json()["code"]) == (409, "receipt-known")
    assert (await bank.get(f"/loans/{loan['id']}/repayments")).json()["items"][0]["receipt"] == "PT-7"


async def test_a_second_loan_counts_what_is_owed_on_the_first(bank: Any, lent: Any) -> None:
    household = bank.registry.household("poor")
    await lent(household_id=household, amount={"amount": 80 * MILLION, "currency": "VND"})
    body = {
        "household_id": str(household),
        "programme_id": (await bank.get("/loans")).json()["items"][0]["programme_id"],
        "amount": {"amount": 30 * MILLION, "currency": "VND"},
        "term_months": 12,
        "purpose": "A buffalo",
        "applied_on": days_ago(1),
    }
    answer = await bank.post("/applications", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "amount-above-cap")
    assert "80,000,000" in answer.json()["detail"]


_A_SECOND_USE = """
    insert into repayment_allocations
    select repayment_id, 9, bank, amount, interest, principal, entry_id from repayment_allocations
"""
_A_SECOND_LOAN = """
    insert into loans (id, reference, application_id, household_id, programme_id, area_id, bank, principal, annual_rate,
                       disbursed_on, installments, principal_every, balance, state, entry_id, recorded_by)
    select gen_random_uuid(), 'LN-X', application_id, household_id, programme_id, area_id, bank, principal, annual_rate,
           disbursed_on, installments, principal_every, balance, state, entry_id, recorded_by from loans
"""


@pytest.mark.parametrize(
    "statement",
    [
        "update loans set balance = -1",
        "update loans set balance = principal + 1",
        "update loans set state = 'repaid'",
        "delete from loan_applications",
        "update repayments set amount = 1",
        "delete from repayments",
        "update repayment_allocations set interest = interest + 1",
        _A_SECOND_USE,
        _A_SECOND_LOAN,
        "update loans set bank = 'other'",
        "update loan_applications set approved_by = applied_by",
    ],
)
async def test_the_database_itself_keeps_the_rules_against_direct_sql(
    bank: Any, lent: Any, pay: Any, statement: str
) -> None:
    await pay(await lent(), days_ago(390), 1 * MILLION)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await bank.service.sql(statement)


async def test_the_runtime_role_cannot_touch_what_is_settled(bank: Any, lent: Any, pay: Any) -> None:
    await pay(await lent(), days_ago(390), 1 * MILLION)
    connection = await asyncpg.connect(bank.service.runtime_url)
    try:
        await connection.execute("select set_config('app.reach', 'all', false)")
        for statement in (
            "update loans set principal = 1",
            "delete from loans",
            "update loan_applications set amount = 1",
            "update status_snapshots set status = 'none'",
            "update repayments set amount = 1",
            "update repayment_allocations set interest = 0",
            "update programmes set bank = 'x'",
            "update programme_terms set annual_rate = 0",
            "delete from ledger_entries",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_lists_cost_the_same_whatever_their_length(bank: Any, lent: Any, pay: Any) -> None:
    made = [await lent() for _ in range(3)]
    for on in (days_ago(390), days_ago(300), days_ago(200)):
        await pay(made[0], on, 1 * MILLION)
    for path, page in (("/loans", 2), (f"/loans/{made[0]['id']}/repayments", 1)):
        with bank.statements() as few:
            first = (await bank.get(path, limit=page)).json()
        with bank.statements() as many:
            rest = (await bank.get(path, limit=200, cursor=first["next"])).json()
        assert len(few) == len(many) <= 3
        assert len(first["items"] + rest["items"]) == 3
        assert rest["next"] is None
    assert [item["id"] for item in (await bank.get("/loans", limit=1)).json()["items"]] == [made[-1]["id"]]
    assert (await bank.get("/loans", household_id=made[0]["household_id"])).json()["items"][0]["id"] == made[0]["id"]
    assert (await bank.get("/loans", state="repaid")).json()["items"] == []


async def test_a_repayment_costs_a_fixed_number_of_statements(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent()
    counts = []
    for n in range(3):
        with bank.statements() as seen:
            assert (await pay(loan, days_ago(390 - n), 1 * MILLION)).status_code == 201
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


async def test_what_is_not_there_is_not_found(bank: Any) -> None:
    for path in (f"/loans/{uuid4()}", f"/loans/{uuid4()}/schedule", f"/loans/{uuid4()}/repayments"):
        answer = await bank.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "loan-not-found")


async def test_a_schedule_before_the_loan_is_refused(bank: Any, lent: Any) -> None:
    loan = await lent()
    answer = await bank.get(f"/loans/{loan['id']}/schedule", as_of=days_ago(401))
    assert (answer.status_code, answer.json()["code"]) == (409, "date-out-of-order")


async def test_a_loan_may_bring_its_own_id_which_no_loan_and_no_payment_has(bank: Any, lent: Any, pay: Any) -> None:
    loan = await lent(disbursement={"id": str(uuid4())})
    payment = (await pay(loan, days_ago(100), MILLION)).json()["id"]
    for taken in (loan["id"], payment):
        refused = await lent(expected=409, disbursement={"id": taken})
        assert refused["code"] == "loan-exists"
    assert len(await bank.service.sql("select 1 from loans")) == 1
    await audited(bank)
