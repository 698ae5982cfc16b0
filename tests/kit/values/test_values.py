import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kit.values.ids import new_id
from kit.values.money import Money
from kit.values.quantity import KILOGRAM, PERSON_DAY, Quantity
from kit.values.reference import check_character, new_reference, read_reference
from kit.values.text import Line, fold

line = TypeAdapter(Line)


def test_ids_are_version_seven_and_rise() -> None:
    made = [new_id() for _ in range(1000)]
    assert {one.version for one in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_a_reference_survives_being_read_out_and_typed_in() -> None:
    for _ in range(500):
        code = new_reference("DN")
        assert read_reference(code, "DN") == code
        assert read_reference(f"  {code.lower()} ", "DN") == code
        assert read_reference(code, "GT") is None


def test_every_single_slip_is_caught() -> None:
    code = new_reference("DN")
    body, alphabet = code[3:], "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for place in range(len(body)):
        for letter in alphabet:
            if letter != body[place]:
                assert read_reference(f"DN-{body[:place]}{letter}{body[place + 1 :]}", "DN") is None


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=9, max_size=9), st.integers(0, 7))
def test_swapping_neighbours_is_caught_but_for_the_known_pair(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body and {body[place], body[place + 1]} != {"0", "Z"}:
        assert check_character(swapped) != check_character(body)


@given(st.integers(1, 10**15 - 1))
def test_quantities_are_exact_both_ways(parts: int) -> None:
    for measure in (KILOGRAM, PERSON_DAY):
        assert Quantity.of(parts, measure).parts == parts


@pytest.mark.parametrize(
    "text",
    ["0", "0.000", "-1", "1e3", "1,5", "1.0000", "٣", " 1", "1 ", "01", "9" * 16, "", "NaN", "+1", ".5"],
)
def test_a_quantity_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Quantity(quantity=text, unit="kg")


def test_labour_has_tenths_and_no_finer() -> None:
    assert Quantity(quantity="2.5", unit="person-day").parts == 25
    with pytest.raises(ValidationError):
        Quantity(quantity="2.55", unit="person-day")


@pytest.mark.parametrize("amount", [0, -1, 1.0, "5", True, 2**63, None])
def test_money_is_a_positive_whole_number_within_sixty_three_bits(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "VND"})


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Lò Thị Đôi", "lo thi doi"),
        ("H'Mông", "h mong"),
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("ĐẶNG  văn-ước", "dang van uoc"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hường"), "nguyen thi huong"),
        ("Mương/Mường Chanh", "muong muong chanh"),
        ("  ", ""),
    ],
)
def test_folding_hears_a_name_as_a_person_types_it(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing_and_ignores_the_form_of_letters(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\nb", "\ud800", "", "   ", "a\u202eb", "x" * 201])
def test_a_line_with_what_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        line.validate_python(text)


def test_a_line_is_kept_composed() -> None:
    assert line.validate_python(unicodedata.normalize("NFD", " Lò Thị Đôi ")) == "Lò Thị Đôi"
