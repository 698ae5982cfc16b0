"""The rows of refused households as a table to correct and send again, each with what is wrong with it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, BinaryIO, Final

from sqlalchemy import text

from kit.database import Database
from kit.files import Files
from kit.problems import Language
from kit.tables import CsvTable, Limits, Table, XlsxTable
from services.beneficiaries.imports.columns import COLUMNS, ERRORS, title
from services.beneficiaries.imports.households import Placed, placed
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.source import table_rows
from services.beneficiaries.imports.telling import sentence

_PIECE: Final = 1 << 18
_REFUSED: Final = text(
    "select h.number, coalesce(jsonb_agg(jsonb_build_array(e.row_number, e.field, e.code, e.facts)"
    "   order by e.row_number, e.id) filter (where e.id is not null), '[]') as mistakes"
    " from import_households h left join import_errors e on e.import_id = h.import_id and e.household = h.number"
    " where h.import_id = :import_id and h.refused and h.number >= :first and h.number < :first + 1000"
    " group by h.number"
)


async def refused_rows(database: Database, files: Files, found: Import, limits: Limits) -> tuple[str, str]:
    """Store the report of an import as CSV and as XLSX, and return both places."""
    language: Language = found.language  # type: ignore[assignment] # a CHECK holds it to the three
    headings = [column.titles[language] for column in (*COLUMNS, ERRORS)]
    async with AsyncExitStack() as stack:
        copies = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]  # noqa: SIM115 - the stack closes them
        tables: list[Table] = [CsvTable(copies[0], headings), XlsxTable(copies[1], headings)]
        async for row in _rows(database, files, found, limits, language):
            for table in tables:
                table.row(row)
        for table in tables:
            table.close()
        csv, xlsx = [await files.keep("imports", _pieces(copy), most=found.size * 8 + (1 << 24)) for copy in copies]
    return csv.place, xlsx.place


async def _rows(
    database: Database, files: Files, found: Import, limits: Limits, language: Language
) -> AsyncIterator[list[str]]:
    window: dict[int, Any] = {}
    first = 1 - 1000
    assert found.place is not None  # noqa: S101 - the file is kept until its report is made
    async for at in placed(table_rows(files, found.place, found.kind, limits)):
        if at.household >= first + 1000:
            first = at.household
            async with database.transaction(found.scope, read_only=True) as session:
                rows = await session.execute(_REFUSED, {"import_id": found.id, "first": first})
                window = {row.number: row.mistakes for row in rows}
        if at.household in window:
            yield _row(at, window[at.household], language)


def _row(at: Placed, mistakes: list[Any], language: Language) -> list[str]:
    given = dict(zip(at.columns, at.row.cells, strict=False))
    told = [
        f"{_cell(at, field)} {title(field, language) or ''}: {sentence(code, facts, language)}".replace(" : ", ": ")
        for row, field, code, facts in mistakes
        if row == at.row.number
    ]
    return [*(given.get(column.name, "") for column in COLUMNS), " · ".join(told)]


def _cell(at: Placed, field: str | None) -> str:
    """Return where it stood in the file that was sent, as spreadsheets write it."""
    place = f"{'' if at.sheet is None else f'{at.sheet}!'}"
    if field is None or field not in at.columns:
        return f"{place}{at.row.number}"
    return f"{place}{column_letters(at.columns.index(field))}{at.row.number}"


def column_letters(place: int) -> str:
    """Return how spreadsheets call a column: A from 0, AA from 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


async def _pieces(copy: BinaryIO) -> AsyncIterator[bytes]:
    copy.seek(0)
    while piece := copy.read(_PIECE):
        yield piece
