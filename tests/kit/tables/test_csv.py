"""CSV in whatever dress it comes: the same rows, however the bytes arrive."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.tables import CsvReader, CsvTable, CsvUnreadable, EncodingUnknown, Limits, TableTooLarge, guarded, unguarded

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
_ROWS = st.lists(st.lists(_TEXT, min_size=2, max_size=4), min_size=1, max_size=6)


def read(content: bytes, piece: int = 1 << 20, limits: Limits = Limits()) -> list[list[str]]:  # noqa: B008 - frozen
    reader = CsvReader(limits)
    rows = [row for at in range(0, len(content), piece) for row in reader.take(content[at : at + piece])]
    return [row.cells for row in [*rows, *reader.end()]]


@given(_ROWS, st.integers(1, 7), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_rows_come_back_whatever_the_pieces_and_the_line_ends(
    rows: list[list[str]], piece: int, end: str, encoding: str
) -> None:
    rows = [["first", "row"], *rows]
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    expected = [[unguarded(cell) for cell in row] for row in rows]
    assert read(text.getvalue().encode(encoding), piece) == expected


@given(_ROWS)
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    target = io.BytesIO()
    table = CsvTable(target, ["one", "two"])
    for row in rows:
        table.row(row)
    table.close()
    expected = [[unguarded(guarded(cell)) for cell in row] for row in rows]
    assert read(target.getvalue())[1:] == expected


@given(_TEXT)
def test_no_text_starts_like_a_formula_and_none_is_lost(text: str) -> None:
    safe = guarded(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(safe) == text or text.startswith("'")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_start_of_a_formula_is_left_bare_in_a_cell(start: str) -> None:
    target = io.BytesIO()
    table = CsvTable(target, ["one", f"{start}two"])
    table.row([f"{start}1+1", "x"])
    table.close()
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == [["one", f"'{start}two"], [f"'{start}1+1", "x"]]


def test_mixed_line_ends_and_three_delimiters_are_read() -> None:
    for mark in ",;\t":
        content = f"a{mark}b\r1{mark}2\n3{mark}4\r\n5{mark}6".encode()
        assert read(content, 3) == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("a,b\nLò,2".encode("utf-16-be"), EncodingUnknown),
        ("a,b".encode("utf-32"), EncodingUnknown),
        (b"a,b\n\xd0\xff,2\n", EncodingUnknown),
        (b'a,b\n"1,2\n', CsvUnreadable),
        (b'a,b\n"1"x,2\n', CsvUnreadable),
        (b'a,b\n"' + b"x" * (3 << 20), CsvUnreadable),
        (b"a\n" * 11, TableTooLarge),
        (b"," * 5, TableTooLarge),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(content, 1 << 16, Limits(rows=10, columns=5))


def test_a_cell_is_told_by_its_place() -> None:
    reader = CsvReader(Limits(cell=5))
    [row] = [*reader.take(b"aaaa,b\0c,123456\n"), *reader.end()]
    assert (row.cells, row.faults) == (["aaaa", "", ""], {1: "nul_cell", 2: "cell_too_long"})
