"""A stored file as rows, whatever kind of table it is."""

import tempfile
from collections.abc import AsyncIterator
from typing import Literal

from kit.files import Files, kind_of
from kit.tables import CsvReader, Limits, Row, TableKindUnknown, Workbook

Kind = Literal["csv", "xlsx"]
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def table_kind(head: bytes) -> Kind:
    """Return what kind of table a file is by its first bytes; a name or a header may say anything.

    Errors: TableKindUnknown, also for the old XLS and for a workbook behind a password, which look the same.
    """
    found = kind_of(head)
    if found == "application/zip":
        return "xlsx"
    if found is not None or head.startswith(_OLD_WORKBOOK):
        raise TableKindUnknown
    return "csv"


async def table_rows(files: Files, place: str, kind: str, limits: Limits) -> AsyncIterator[tuple[str | None, Row]]:
    """Yield every row with the name of its sheet (None in CSV). Errors: those of `kit.tables`."""
    if kind == "csv":
        reader = CsvReader(limits)
        async for piece in files.read(place):
            for row in reader.take(piece):
                yield None, row
        for row in reader.end():
            yield None, row
        return
    # A zip archive is read from its end; the copy has no name, and is gone with this process.
    with tempfile.TemporaryFile() as copy:
        await files.fetch(place, copy)
        with Workbook(copy, limits) as book:
            for name, part in book.sheets:
                for row in book.rows(part):
                    yield name, row
