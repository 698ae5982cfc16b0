"""Tables as people send and take them: CSV in any of the usual dresses, and XLSX, row by row in flat memory."""

from kit.tables.csv_file import CsvReader
from kit.tables.errors import (
    ALL,
    CsvUnreadable,
    EncodingUnknown,
    TableKindUnknown,
    TableTooLarge,
    WorkbookUnreadable,
    WorkbookUnsafe,
)
from kit.tables.row import Fault, Limits, Row
from kit.tables.writing import CsvTable, NdjsonTable, Table, XlsxTable, guarded, unguarded
from kit.tables.xlsx_file import Workbook

__all__ = [
    "ALL",
    "CsvReader",
    "CsvTable",
    "CsvUnreadable",
    "EncodingUnknown",
    "Fault",
    "Limits",
    "NdjsonTable",
    "Row",
    "Table",
    "TableKindUnknown",
    "TableTooLarge",
    "Workbook",
    "WorkbookUnreadable",
    "WorkbookUnsafe",
    "XlsxTable",
    "guarded",
    "unguarded",
]
