from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import ledger
from tests.kit.ledger.books import TODAY, entry, moved

amounts = st.integers(-ledger.LARGEST, ledger.LARGEST).filter(bool)


@pytest.mark.parametrize("amount", [0, 1.0, True, "1", None, ledger.LARGEST + 1, -ledger.LARGEST - 1])
def test_an_amount_is_a_whole_number_other_than_zero_within_64_bits(amount: Any) -> None:
    with pytest.raises(ledger.AmountRefused):
        ledger.Posting("bank", amount, "VND")


@pytest.mark.parametrize("amount", [0, -1, True, 0.5])
@pytest.mark.parametrize("side", [ledger.debit, ledger.credit])
def test_a_side_takes_positive_amounts(side: Any, amount: Any) -> None:
    with pytest.raises(ledger.AmountRefused):
        side("bank", amount, "VND")


def test_a_debit_is_positive_and_a_credit_negative() -> None:
    assert ledger.debit("bank", 5, "VND").amount == 5
    assert ledger.credit("bank", 5, "VND").amount == -5


@given(st.lists(st.tuples(st.sampled_from("ab"), amounts, st.sampled_from(["VND", "RICE_G"])), max_size=5))
def test_an_entry_exists_only_if_each_unit_sums_to_zero(lines: list[tuple[str, int, str]]) -> None:
    totals = {unit: sum(amount for _, amount, of in lines if of == unit) for _, _, unit in lines}
    postings = tuple(ledger.Posting(*line) for line in lines)
    if lines and not any(totals.values()):
        assert entry(*postings).postings == postings
    else:
        with pytest.raises(ledger.Unbalanced):
            entry(*postings)


@given(st.lists(amounts, min_size=1, max_size=4), st.dates(TODAY, date(2200, 1, 1)))
def test_a_reversal_mirrors_line_by_line_and_twice_gives_the_original(sizes: list[int], day: date) -> None:
    lines = [ledger.Posting(f"a{n}", size, "VND") for n, size in enumerate(sizes)]
    lines += [ledger.Posting(f"b{n}", -size, "VND") for n, size in enumerate(sizes)]
    first = entry(*lines)
    undone = ledger.reverse(first, effective_on=day, key="undo", actor="tester", description="Undone")
    redone = ledger.reverse(undone, effective_on=day, key="redo", actor="tester", description="Redone")
    assert undone.reverses == first.id
    assert undone.source == first.source
    assert [line.amount for line in undone.postings] == [-line.amount for line in first.postings]
    assert redone.postings == first.postings


def test_an_unbalanced_entry_says_by_how_much() -> None:
    with pytest.raises(ledger.Unbalanced) as refusal:
        entry(ledger.debit("a", 5, "VND"), ledger.credit("b", 3, "VND"))
    assert refusal.value.detail("en") == "In VND it is off by 2."
    assert refusal.value.detail("vi") == "Theo VND, chênh lệch 2."
    assert refusal.value.detail("fr") == "En VND, l'écart est de 2."


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        moved("a", "b", 1).key = "other"  # type: ignore[misc]
