from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kit.values.money import Money
from kit.values.quantity import Quantity
from services.funds.values import LARGEST_GIFT, Value, parts_of, plain, unit_of

VALUE: TypeAdapter[Money | Quantity] = TypeAdapter(Value)
PARTS = st.integers(min_value=1, max_value=LARGEST_GIFT - 1)


@given(unit=st.sampled_from(["VND", "RICE_G", "LABOUR_TENTH_DAY"]), parts=PARTS)
def test_what_is_written_is_read_back_to_the_last_part(unit: str, parts: int) -> None:
    value = VALUE.validate_python(plain(unit, parts))
    assert (unit_of(value), parts_of(value)) == (unit, parts)


@given(quantity=st.decimals(min_value=Decimal("0.001"), max_value=Decimal("999999999999.999"), places=3))
def test_a_weight_is_exact_to_the_gram(quantity: Decimal) -> None:
    value = VALUE.validate_python({"quantity": f"{quantity:f}", "unit": "kg"})
    assert parts_of(value) == quantity * 1000


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["amount", "currency", "quantity", "unit", "x"]), inner, max_size=4)
        ),
        max_leaves=6,
    )
)
def test_anything_else_is_refused_or_a_positive_whole_number_of_parts(value: Any) -> None:
    try:
        read = VALUE.validate_python(value)
    except ValidationError:
        return
    assert type(parts_of(read)) is int
    assert 0 < parts_of(read) <= LARGEST_GIFT


@pytest.mark.parametrize("amount", [0, -5, 1.0, True, "1", 10**15 + 1, 2**63, None])
def test_money_is_a_whole_positive_number_within_reason(amount: object) -> None:
    with pytest.raises(ValidationError):
        VALUE.validate_python({"amount": amount, "currency": "VND"})


@pytest.mark.parametrize(
    ("unit", "parts", "shown"),
    [
        ("VND", -5, {"amount": -5, "currency": "VND"}),
        ("RICE_G", 0, {"quantity": "0.000", "unit": "kg"}),
        ("RICE_G", -1, {"quantity": "-0.001", "unit": "kg"}),
        ("LABOUR_TENTH_DAY", 25, {"quantity": "2.5", "unit": "person-day"}),
    ],
)
def test_a_balance_may_be_nothing_or_below(unit: str, parts: int, shown: dict[str, object]) -> None:
    assert plain(unit, parts) == shown
