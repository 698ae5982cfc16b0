"""Rules of the policy loan's schedule, without a database. Figures: the project's loans page, §1."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.loans.schedules.contract import Contract, months_later, plan
from services.loans.schedules.interest import Rate, divided, interest

LENT = 50_000_000
CHECKS = {
    "6.6": {28: 253_151, 29: 262_192, 30: 271_233, 31: 280_274},
    "7.92": {28: 303_781, 29: 314_630, 30: 325_479, 31: 336_329},
    "8.25": {28: 316_438, 29: 327_740, 30: 339_041, 31: 350_342},
}

contracts = st.builds(
    Contract,
    principal=st.integers(1, 10**15),
    rate=st.builds(Rate, st.integers(0, 999_999_999)),
    disbursed_on=st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    installments=st.integers(1, 200),
    principal_every=st.sampled_from([6, 12]),
    rounding=st.sampled_from(["half_even", "half_up"]),
)


@pytest.mark.parametrize(
    ("rate", "days", "expected"), [(rate, *check) for rate, checks in CHECKS.items() for check in checks.items()]
)
def test_interest_of_fifty_million_is_right_to_the_dong(rate: str, days: int, expected: int) -> None:
    assert interest(LENT, days, Rate.parse(rate), "half_even") == expected


def test_a_leap_year_has_365_days_for_interest() -> None:
    [row, *_] = plan(Contract(LENT, Rate.parse("6.6"), date(2024, 2, 1), 12, 12))
    assert (row.days, row.interest) == (29, 262_192)


def test_interest_is_monthly_and_principal_every_sixth_month() -> None:
    rows = plan(Contract(LENT, Rate.parse("6.6"), date(2024, 1, 15), 24, 6))
    assert [row.number for row in rows if row.principal] == [6, 12, 18, 24]
    assert {row.principal for row in rows if row.principal} == {12_500_000}
    assert all(row.interest for row in rows)


def test_the_last_row_takes_the_residue() -> None:
    rows = plan(Contract(100, Rate.parse("6.6"), date(2024, 1, 15), 18, 6))
    assert [row.principal for row in rows if row.principal] == [33, 33, 34]


def test_a_term_that_is_no_multiple_ends_with_a_repayment() -> None:
    rows = plan(Contract(100, Rate.parse("6.6"), date(2024, 1, 15), 8, 6))
    assert [(row.number, row.principal) for row in rows if row.principal] == [(6, 50), (8, 50)]


def test_due_dates_stay_at_the_end_of_the_month() -> None:
    contract = Contract(100, Rate.parse("6.6"), date(2023, 12, 31), 3, 6)
    assert [row.due_on for row in plan(contract)] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]


def test_half_a_dong_goes_where_the_contract_says() -> None:
    assert [divided(part, 2, "half_even") for part in (1, 3, 5)] == [0, 2, 2]
    assert [divided(part, 2, "half_up") for part in (1, 3, 5)] == [1, 2, 3]


@pytest.mark.parametrize("text", ["", ".", "-1", "1e2", "1.1234567", "٣", "1,5", " 1"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Rate.parse(text)


@given(st.integers(0, 10**9))
def test_a_rate_reads_back_as_it_was_written(millionths: int) -> None:
    assert Rate.parse(str(Rate(millionths))) == Rate(millionths)


@given(contracts)
def test_principal_repaid_is_principal_lent(contract: Contract) -> None:
    rows = plan(contract)
    assert sum(row.principal for row in rows) == contract.principal
    assert rows[-1].balance == 0
    assert all(row.principal >= 0 and row.interest >= 0 for row in rows)


@given(contracts)
def test_interest_is_the_sum_of_its_explanations(contract: Contract) -> None:
    for row in plan(contract):
        assert row.interest == sum(part.interest for part in row.segments)
        for part in row.segments:
            exact = part.balance * part.days * part.rate.millionths
            assert abs(2 * (part.interest * 36_500_000_000 - exact)) <= 36_500_000_000


@given(contracts)
def test_rows_follow_each_other_without_a_gap(contract: Contract) -> None:
    rows = plan(contract)
    assert [row.number for row in rows] == list(range(1, contract.installments + 1))
    assert rows[0].starts_on == contract.disbursed_on
    for before, after in pairwise(rows):
        assert before.due_on == after.starts_on < after.due_on
        assert 28 <= after.days <= 31


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(0, 600))
def test_a_later_month_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = months_later(day, months)
    last_of_month = (later + timedelta(days=1)).month != later.month
    assert later.day == day.day or (later.day < day.day and last_of_month)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
