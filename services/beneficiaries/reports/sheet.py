"""A form as a spreadsheet. Words are written as words: nothing in a cell is ever taken for a formula or a link."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from services.beneficiaries.reports.schemas import Cell


def xlsx(title: str, told: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet: title, what it is of, names of columns, rows."""
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = Workbook(file, options)
    sheet = book.add_worksheet("Biểu")
    strong = book.add_format({"bold": True})
    sheet.write_string(0, 0, title, strong)
    sheet.write_string(1, 0, told)
    for place, name in enumerate(columns):
        sheet.write_string(3, place, name, strong)
    for line, row in enumerate(rows, 4):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell)
            elif cell is not None:
                sheet.write_string(line, place, cell)
    book.close()
    return file.getvalue()
