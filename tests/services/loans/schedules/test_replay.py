"""A loan's state from its contract and payments, without a database."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.loans.schedules.contract import Contract, plan
from services.loans.schedules.interest import Rate, interest
from services.loans.schedules.replay import Payment, State, replay

CONTRACT = Contract(50_000_000, Rate.parse("6.6"), date(2024, 1, 15), 24, 12)


def paid(*payments: tuple[str, int]) -> list[Payment]:
    return [Payment(UUID(int=n), date.fromisoformat(on), amount) for n, (on, amount) in enumerate(payments, 1)]


def used(state: State) -> list[tuple[int, int, int]]:
    return [(share.interest, share.principal, share.excess) for share in state.shares]


def test_a_loan_that_is_paid_as_planned_follows_its_plan() -> None:
    rows = plan(CONTRACT)
    payments = [Payment(UUID(int=row.number), row.due_on, row.interest + row.principal) for row in rows]
    state = replay(CONTRACT, payments, rows[-1].due_on)
    assert [(share.interest, share.principal) for share in state.shares] == [
        (row.interest, row.principal) for row in rows
    ]
    assert state.settlement == 0
    assert [paid_row.row for paid_row in state.rows] == rows
    assert all(paid_row.paid == paid_row.due for paid_row in state.rows)


def test_without_payments_the_coming_rows_are_those_of_the_plan() -> None:
    state = replay(CONTRACT, [], CONTRACT.disbursed_on)
    assert [paid_row.row for paid_row in state.rows] == plan(CONTRACT)
    assert (state.balance, state.interest_accrued) == (50_000_000, 0)


def test_interest_to_the_day_is_paid_before_principal() -> None:
    state = replay(CONTRACT, paid(("2024-02-15", 1_000_000)), date(2024, 2, 15))
    assert used(state) == [(280_274, 719_726, 0)]
    assert state.balance == 49_280_274


def test_a_payment_in_the_middle_of_a_month_splits_its_interest_in_two() -> None:
    state = replay(CONTRACT, paid(("2024-01-25", 10_000_000)), date(2024, 2, 15))
    first = state.rows[0].row
    assert [(part.days, part.balance) for part in first.segments] == [(10, 50_000_000), (21, 40_090_411)]
    assert first.interest == interest(50_000_000, 10, CONTRACT.rate, "half_even") + interest(
        40_090_411, 21, CONTRACT.rate, "half_even"
    )


def test_a_late_payment_leaves_the_row_open_until_it_comes() -> None:
    state = replay(CONTRACT, [], date(2024, 3, 20))
    assert [(row.paid, row.due) for row in state.rows[:2]] == [(0, 280_274), (0, 262_192)]
    assert state.interest_outstanding == 280_274 + 262_192 + interest(50_000_000, 5, CONTRACT.rate, "half_even")


def test_a_backdated_payment_changes_how_a_later_one_was_used() -> None:
    in_time = paid(("2024-02-15", 5_000_000), ("2024-03-15", 1_000_000))
    late = replay(CONTRACT, in_time[1:] + in_time[:1], date(2024, 4, 15))
    assert late == replay(CONTRACT, in_time, date(2024, 4, 15))
    alone = replay(CONTRACT, in_time[1:], date(2024, 4, 15))
    assert alone.shares[0].interest > late.shares[1].interest


def test_what_exceeds_the_debt_is_told_apart() -> None:
    state = replay(CONTRACT, paid(("2024-02-15", 50_280_275)), date(2024, 2, 15))
    assert used(state) == [(280_274, 50_000_000, 1)]


def test_interest_runs_on_after_the_last_due_date() -> None:
    state = replay(CONTRACT, [], date(2026, 2, 15))
    assert len(state.rows) == 25
    assert state.rows[24].row.days == 31
    assert state.rows[24].row.interest == 280_274


def test_the_future_is_not_known_on_an_earlier_day() -> None:
    payments = paid(("2024-02-15", 1_000_000), ("2024-03-15", 1_000_000))
    assert replay(CONTRACT, payments, date(2024, 3, 1)) == replay(CONTRACT, payments[:1], date(2024, 3, 1))


contracts = st.builds(
    Contract,
    principal=st.integers(1, 10**9),
    rate=st.builds(Rate, st.integers(0, 30_000_000)),
    disbursed_on=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    installments=st.integers(1, 40),
    principal_every=st.sampled_from([6, 12]),
)
moves = st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 10**8)), max_size=12)


def _payments(contract: Contract, found: list[tuple[int, int]]) -> list[Payment]:
    return [
        Payment(UUID(int=n), contract.disbursed_on + timedelta(days=days), amount)
        for n, (days, amount) in enumerate(found)
    ]


@given(contracts, moves, st.integers(0, 2000))
def test_every_dong_is_somewhere(contract: Contract, found: list[tuple[int, int]], after: int) -> None:
    as_of = contract.disbursed_on + timedelta(days=after)
    state = replay(contract, _payments(contract, found), as_of)
    for share in state.shares:
        assert share.interest + share.principal + share.excess == share.payment.amount
        assert min(share.interest, share.principal, share.excess) >= 0
    assert sum(share.principal for share in state.shares) == contract.principal - state.balance
    assert sum(share.interest for share in state.shares) == state.interest_paid <= state.interest_accrued
    assert sum(row.row.principal for row in state.rows) == contract.principal
    assert sum(row.paid for row in state.rows) == state.interest_paid + contract.principal - state.balance
    for row in state.rows:
        assert row.row.interest == sum(part.interest for part in row.row.segments)


@given(contracts, moves, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_loan(contract: Contract, found: list[tuple[int, int]], chance) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    payments = _payments(contract, found)
    shuffled = list(payments)
    chance.shuffle(shuffled)
    as_of = contract.disbursed_on + timedelta(days=1500)
    one, other = replay(contract, payments, as_of), replay(contract, shuffled, as_of)
    assert (one.balance, one.interest_accrued, one.interest_paid, one.rows) == (
        other.balance,
        other.interest_accrued,
        other.interest_paid,
        other.rows,
    )
