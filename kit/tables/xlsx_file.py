import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import BinaryIO, Final, Self

from kit.tables.errors import TableTooLarge, WorkbookUnreadable
from kit.tables.row import Fault, Limits, Row
from kit.tables.writing import unguarded
from kit.tables.xlsx_parts import Strings, Xml, day_styles, elements, local, opened, unfolded

_ROWS_OF_A_SHEET: Final = 1 << 20
# Day 60 is a 29 February that 1900 never had; from day 61 on counting from here is right.
_SINCE_1900, _SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)
_MOST_DAYS: Final = 200_000


class Workbook:
    """An XLSX file, sheet by sheet and row by row; memory grows with the number of its shared strings, by 8 bytes each.

    Errors: WorkbookUnreadable, WorkbookUnsafe, TableTooLarge.
    """

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._limits = limits
        self._book = opened(source, limits)
        self._left = limits.rows
        self._days = day_styles(self._book)
        self._since = _SINCE_1900
        self.sheets = self._sheets()
        self._strings = Strings(self._book, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._strings.close()
        self._book.close()

    def _sheets(self) -> list[tuple[str, str]]:
        """Return name and part of each sheet in order."""
        targets = {
            attributes["Id"]: posixpath.normpath(
                posixpath.join("xl", attributes.get("Target", "")).replace("/xl/", "/")
            )
            for element, attributes in elements(self._book, "xl/_rels/workbook.xml.rels")
            if element == "Relationship" and "Id" in attributes
        }
        found = []
        for element, attributes in elements(self._book, "xl/workbook.xml"):
            if element == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
                self._since = _SINCE_1904
            elif element == "sheet":
                found.append((attributes.get("name", "")[:100], targets.get(attributes.get("id", ""), "")))
        if not found or any(part not in self._book.namelist() for _, part in found):
            raise WorkbookUnreadable(part="xl/workbook.xml")
        return found

    def rows(self, part: str) -> Iterator[Row]:
        """Yield the rows of a sheet that hold something."""
        sheet = _Sheet(self._limits, self._strings, self._days, self._since)
        xml = Xml(part)
        xml.parser.StartElementHandler = sheet.start
        xml.parser.EndElementHandler = sheet.end
        xml.parser.CharacterDataHandler = sheet.characters
        for piece in unfolded(self._book, part):
            xml.feed(piece)
            yield from self._counted(sheet)
        xml.feed(b"", final=True)
        yield from self._counted(sheet)

    def _counted(self, sheet: "_Sheet") -> Iterator[Row]:
        self._left -= len(sheet.ready)
        if self._left < 0:
            raise TableTooLarge(most=self._limits.rows, what="rows")
        yield from sheet.ready
        sheet.ready.clear()


@dataclass
class _Sheet:
    """What the parser tells of a sheet, made into rows."""

    limits: Limits
    strings: Strings
    days: frozenset[int]
    since: date
    ready: list[Row] = field(default_factory=list)
    _row: Row = field(default_factory=lambda: Row(0, []))
    _place: int = -1
    _kind: str = ""
    _style: int = 0
    _text: list[str] = field(default_factory=list)
    _within: bool = False
    _formula: bool = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = local(element)
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._within = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            given = attributes.get("r")
            number = _whole(given) if given is not None else self._row.number + 1
            if not self._row.number < number <= _ROWS_OF_A_SHEET:
                raise WorkbookUnreadable(part=f"row {str(given)[:20]}")
            self._row, self._place = Row(number, []), -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        place = _column(given) if given is not None else self._place + 1
        if place <= self._place:
            raise WorkbookUnreadable(part=str(given)[:20])
        if place >= self.limits.columns:
            raise TableTooLarge(most=self.limits.columns, what="columns")
        self._place = place
        self._kind = attributes.get("t", "n")
        self._style = _whole(attributes.get("s", "0"))
        self._formula = False
        self._text.clear()

    def characters(self, data: str) -> None:
        if self._within:
            self._text.append(data)

    def end(self, element: str) -> None:
        name = local(element)
        if name in {"v", "t"}:
            self._within = False
        elif name == "c":
            self._end_cell()
        elif name == "row" and (any(self._row.cells) or self._row.faults):
            self.ready.append(self._row)

    def _end_cell(self) -> None:
        text = "".join(self._text)
        fault: Fault | None = None
        if self._formula:
            fault = "formula_cell"
        elif self._kind == "e":
            fault = "error_cell"
        elif text:
            text = self._value(text)
            if "\0" in text:
                fault = "nul_cell"
            elif len(text) > self.limits.cell:
                fault = "cell_too_long"
        if not text and fault is None:
            return
        cells = self._row.cells
        cells.extend([""] * (self._place - len(cells)))
        cells.append("" if fault else text)
        if fault:
            self._row.faults[self._place] = fault

    def _value(self, text: str) -> str:
        if self._kind == "s":
            return unguarded(self.strings[_whole(text)])
        if self._kind in {"inlineStr", "str"}:
            return unguarded(text)
        if self._kind == "b":
            return "true" if text.strip() == "1" else "false"
        if self._kind == "d":
            return text.removesuffix("T00:00:00")
        return self._number(text)

    def _number(self, text: str) -> str:
        """Return a number as people write it: whole ones without a point, days as 2024-01-31."""
        try:
            number = float(text)
        except ValueError as error:
            raise WorkbookUnreadable(part=f"number {text[:20]}") from error
        if self._style in self.days and 0 < number < _MOST_DAYS:
            if number.is_integer():
                return (self.since + timedelta(days=int(number))).isoformat()
            midnight = datetime(self.since.year, self.since.month, self.since.day)  # noqa: DTZ001 - a sheet has no zone
            return (midnight + timedelta(days=number)).isoformat(timespec="seconds")
        exact = "." not in text and "e" not in text.lower()
        return text if exact else str(int(number)) if number.is_integer() else repr(number)


def _whole(text: str) -> int:
    """Errors: WorkbookUnreadable."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - more than any sheet has
        raise WorkbookUnreadable(part=f"number {text[:20]}")
    return int(text)


def _column(reference: str) -> int:
    """Return the place of a cell from 0: that of `C7` is 2. Errors: WorkbookUnreadable."""
    letters = reference.rstrip("0123456789")
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isupper():  # noqa: PLR2004 - XFD is the last
        raise WorkbookUnreadable(part=reference[:20])
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
