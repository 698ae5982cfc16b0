"""A CSV file row by row while it arrives: any chunks, any line ends, with or without a byte order mark."""

import codecs
import csv
import re
from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from services.beneficiaries.villages.errors import CsvColumnsWrong, CsvUnreadable

_LONGEST: Final = 10_000
# A lone CR at the end may be half of a CRLF.
_END: Final = re.compile(r"\r\n|\n|\r(?!\Z)")


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[tuple[int, str]]:
    """Yield lines with their numbers, from 1. Errors: CsvUnreadable."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
    pending, number = "", 1
    async for chunk in chunks:
        try:
            pending += decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise CsvUnreadable(line=number + pending.count("\n")) from error
        *whole, pending = _END.split(pending)
        for line in whole:
            yield number, line
            number += 1
        if len(pending) > _LONGEST:
            raise CsvUnreadable(line=number)
    try:
        pending += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise CsvUnreadable(line=number) from error
    if pending.rstrip("\r"):
        yield number, pending.rstrip("\r")


async def records(chunks: AsyncIterable[bytes]) -> AsyncIterator[tuple[int, list[str] | None]]:
    """Yield each record's first line and its cells; None for cells that are not well-formed.

    The separator is the comma, or the semicolon where the first line has no comma. Errors: CsvUnreadable.
    """
    record, first, separator = "", 1, ""
    async for number, line in _lines(chunks):
        first = number if not record else first
        record = f"{record}\n{line}" if record else line
        if len(record) > _LONGEST:
            raise CsvUnreadable(line=first)
        if record.count('"') % 2:
            continue
        separator = separator or (";" if ";" in record and "," not in record else ",")
        if record.strip():
            yield first, _cells(record, separator)
        record = ""
    if record:
        raise CsvUnreadable(line=first)


def _cells(record: str, separator: str) -> list[str] | None:
    try:
        [cells] = csv.reader([record], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return None
    return [cell.strip() for cell in cells]


def columns_of(header: list[str] | None, known: tuple[str, ...], needed: tuple[str, ...]) -> list[str]:
    """Return the names of the columns. Errors: CsvColumnsWrong."""
    names = [name.lower() for name in header or ()]
    missing = [name for name in needed if name not in names]
    unknown = [name[:40] for place, name in enumerate(names) if name not in known or name in names[:place]]
    if missing or unknown:
        raise CsvColumnsWrong(
            missing=", ".join(missing) or "–", unknown=", ".join(unknown[:10]) or "–", columns=", ".join(known)
        )
    return names
