import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from kit.values.ids import new_id
from kit.values.money import Money
from kit.values.quantity import KILOGRAM, PERSON_DAY, Quantity
from kit.values.reference import check_character, new_reference, read_reference, reference_of
from kit.values.text import LINE, PARAGRAPH, REASON, Line, Paragraph, Reason, fold

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


def test_a_rows_reference_is_the_same_each_time_and_another_rows_is_another() -> None:
    rows = [new_id() for _ in range(500)]
    codes = [reference_of("PC", row) for row in rows]
    assert codes == [reference_of("PC", row) for row in rows]
    assert len(set(codes)) == len(rows)
    assert all(read_reference(code, "PC") == code for code in codes)
    assert reference_of("PX", rows[0])[3:] != codes[0][3:]


def test_every_single_slip_is_caught() -> None:
    code = new_reference("DN")
    body, alphabet = code[3:], "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for place in range(len(body)):
        for letter in alphabet:
            if letter != body[place]:
                assert read_reference(f"DN-{body[:place]}{letter}{body[place + 1 :]}", "DN") is None


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=9, max_size=9), st.integers(0, 7))
@example(body="57GSN1000", place=5)
def test_swapping_neighbours_is_caught_unless_they_stand_side_by_side_in_the_alphabet(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    apart = abs(letters.index(body[place]) - letters.index(body[place + 1]))
    if apart not in {0, 1, 31}:
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


def test_a_line_that_grows_when_it_is_composed_is_measured_as_it_is_kept() -> None:
    grown = unicodedata.normalize("NFC", "\u0958" * 100)
    assert line.validate_python("\u0958" * 100) == grown
    with pytest.raises(ValidationError):
        line.validate_python("\u0958" * 101)


@pytest.mark.parametrize(("kind", "written"), [(Line, LINE), (Paragraph, PARAGRAPH), (Reason, REASON)])
def test_the_contract_and_the_server_read_every_character_alike(kind: Any, written: str) -> None:
    served, published = TypeAdapter(kind), Draft202012Validator({"type": "string", "pattern": written})
    for number in [*range(0xD800), *range(0xE000, 0x11000)]:
        for text in (chr(number) * 10, f"so{chr(number)}let us read it"):
            assert _accepts(served, text) == published.is_valid(text), f"U+{number:04X}"


def _accepts(kind: TypeAdapter[str], text: str) -> bool:
    try:
        kind.validate_python(text)
    except ValidationError:
        return False
    return True
