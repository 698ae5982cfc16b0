"""The empty table to fill in, and what its columns mean."""

from io import BytesIO

from kit.problems import Language
from kit.tables import CsvTable, XlsxTable
from services.beneficiaries.imports.columns import COLUMNS
from services.beneficiaries.imports.schemas import TableFormat, Template, TemplateColumn


def described(language: Language) -> Template:
    return Template(
        columns=[
            TemplateColumn(
                name=column.name,
                title=column.titles[language],
                headings=list(dict.fromkeys((column.name, *column.titles.values(), *column.aliases))),
                needed=column.needed,
                meaning=column.meaning[language],
                example=column.example,
            )
            for column in COLUMNS
        ]
    )


def table(kind: TableFormat, language: Language) -> bytes:
    """Return a table with its first row, and one row of an example."""
    target = BytesIO()
    headings = [column.titles[language] for column in COLUMNS]
    made = CsvTable(target, headings) if kind == "csv" else XlsxTable(target, headings)
    made.row([column.example for column in COLUMNS])
    made.close()
    return target.getvalue()
