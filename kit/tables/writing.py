"""Tables that go out: a row at a time, text that a spreadsheet will not take for a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final, Protocol

import orjson
import xlsxwriter

Cell = str | int | float | Decimal | bool | date | datetime | None

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_XML: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_LONGEST_CELL: Final = 32_767


def guarded(text: str) -> str:
    """Return text that a spreadsheet shows and does not compute: an apostrophe before what could start a formula."""
    return f"'{text}" if text.startswith(_STARTS) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given, so that a table sent out can be sent in again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text


class Table(Protocol):
    """Something that rows are written to."""

    def row(self, cells: Sequence[Cell]) -> None: ...
    def close(self) -> None: ...


class CsvTable:
    """RFC 4180 with a mark, without which Excel takes UTF-8 for something else."""

    def __init__(self, target: BinaryIO, columns: Sequence[str]) -> None:
        target.write(b"\xef\xbb\xbf")
        self._text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
        self._rows = csv.writer(self._text)
        self.row(columns)

    def row(self, cells: Sequence[Cell]) -> None:
        self._rows.writerow([guarded(cell) if isinstance(cell, str) else _plain(cell) for cell in cells])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class NdjsonTable:
    """One JSON object a line."""

    def __init__(self, target: BinaryIO, columns: Sequence[str]) -> None:
        self._target = target
        self._columns = list(columns)

    def row(self, cells: Sequence[Cell]) -> None:
        found = dict(zip(self._columns, cells, strict=True))
        self._target.write(orjson.dumps(found, default=str, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._target.flush()


class XlsxTable:
    """One sheet, its rows written to disk as they come; text stays text, whatever it starts with."""

    def __init__(self, target: BinaryIO, columns: Sequence[str], *, sheet: str = "Sheet1") -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(target, options)
        self._sheet = self._book.add_worksheet(sheet[:31])
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._number = 0
        self._sheet.freeze_panes(1, 0)
        self.row(columns)

    def row(self, cells: Sequence[Cell]) -> None:
        for place, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if type(cell) is date:
                self._sheet.write_datetime(self._number, place, datetime(cell.year, cell.month, cell.day), self._day)  # noqa: DTZ001 - a day has no zone
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                self._sheet.write_number(self._number, place, cell)
            else:
                text = str(_plain(cell)).translate(_NOT_IN_XML)[:_LONGEST_CELL]
                self._sheet.write_string(self._number, place, text)
        self._number += 1

    def close(self) -> None:
        self._book.close()


def _plain(cell: Cell) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date | datetime) else cell
