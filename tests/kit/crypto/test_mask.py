import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.crypto import mask


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("014203000123", "0142******23"),
        ("0912345678", "********78"),
        ("1234", "**34"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_number_shows_its_ends_only(value: str, shown: str) -> None:
    assert mask(value) == shown


@given(value=st.text(), head=st.integers(0, 6), tail=st.integers(0, 6))
def test_a_mask_keeps_the_length_and_hides_at_least_half(value: str, head: int, tail: int) -> None:
    shown = mask(value, head=head, tail=tail)
    assert len(shown) == len(value)
    kept = sum(1 for a, b in zip(value, shown, strict=True) if a == b and a != "*")
    assert kept * 2 <= len(value)
