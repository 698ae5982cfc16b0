import codecs
import csv
from collections.abc import Iterator
from typing import Final

from kit.tables.errors import CsvUnreadable, EncodingUnknown, TableTooLarge
from kit.tables.row import Fault, Limits, Row
from kit.tables.writing import unguarded

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGER_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LONGEST_MARK: Final = 4
_RECORD: Final = 1 << 20
_DELIMITERS: Final = ",;\t"


class CsvReader:
    """Takes a file in pieces and gives its rows: UTF-8 or UTF-16 by its mark, any line ends, comma, semicolon or tab.

    The delimiter is the one that the first row holds most. Errors: EncodingUnknown, CsvUnreadable, TableTooLarge.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._decoder: codecs.IncrementalDecoder | None = None
        self._start = b""
        self._pending = ""
        self._delimiter = ""
        self._number = 0

    def take(self, piece: bytes) -> Iterator[Row]:
        """Yield the rows that are complete with this piece."""
        yield from self._rows(self._decoded(piece), final=False)

    def end(self) -> Iterator[Row]:
        yield from self._rows(self._decoded(b"", final=True), final=True)

    def _decoded(self, piece: bytes, *, final: bool = False) -> str:
        if self._decoder is None:
            self._start += piece
            if len(self._start) < _LONGEST_MARK and not final:
                return ""
            piece, self._decoder = self._start, _decoder(self._start)
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError as error:
            raise EncodingUnknown(row=self._number + self._pending.count("\n") + 1) from error

    def _rows(self, text: str, *, final: bool) -> Iterator[Row]:
        lines = _lines(self._pending + text)
        whole = len(lines) if final else _complete(lines)
        self._pending = "".join(lines[whole:])
        if len(self._pending) > _RECORD:
            raise CsvUnreadable(row=self._number + 1)
        if not self._delimiter and whole:
            self._delimiter = max(_DELIMITERS, key=lines[0].count)
        try:
            for cells in csv.reader(lines[:whole], delimiter=self._delimiter or ",", strict=True):
                self._number += 1
                if self._number > self._limits.rows:
                    raise TableTooLarge(most=self._limits.rows, what="rows")
                yield self._row(cells)
        except csv.Error as error:
            raise CsvUnreadable(row=self._number + 1) from error

    def _row(self, cells: list[str]) -> Row:
        if len(cells) > self._limits.columns:
            raise TableTooLarge(most=self._limits.columns, what="columns")
        faults: dict[int, Fault] = {}
        for place, cell in enumerate(cells):
            if "\0" in cell:
                faults[place], cells[place] = "nul_cell", ""
            elif len(cell) > self._limits.cell:
                faults[place], cells[place] = "cell_too_long", ""
            elif cell[:1] == "'":
                cells[place] = unguarded(cell)
        return Row(self._number, cells, faults)


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    """Errors: EncodingUnknown, also for UTF-16 without its mark, which reads as UTF-8 full of NUL."""
    if start.startswith(_LONGER_MARKS) or (b"\0" in start[:_LONGEST_MARK] and not start.startswith(_utf16())):
        raise EncodingUnknown(row=1)
    name = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    return codecs.getincrementaldecoder(name)("strict")


def _utf16() -> tuple[bytes, bytes]:
    return codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


def _lines(text: str) -> list[str]:
    """Split after LF, CRLF and CR, and nowhere else; a CR at the very end may be half of a CRLF and ends no line."""
    lines = text.split("\n")
    if "\r" not in text:
        return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    found: list[str] = []
    for place, line in enumerate(lines):
        last = place == len(lines) - 1
        body = line if last else line.removesuffix("\r")
        parts = body.split("\r")
        found += [f"{part}\n" for part in parts[:-1]]
        if not last:
            found.append(f"{parts[-1]}\n")
        elif parts[-1]:
            found.append(parts[-1])
        elif len(parts) > 1:
            found[-1] = found[-1][:-1] + "\r"
    return found


def _complete(lines: list[str]) -> int:
    """Return how many lines make whole records: after the last of them no quotation is open."""
    whole = quotes = 0
    for place, line in enumerate(lines, 1):
        quotes += line.count('"')
        if quotes % 2 == 0 and line.endswith("\n"):
            whole = place
    return whole
