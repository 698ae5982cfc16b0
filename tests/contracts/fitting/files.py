"""Files in and out: imports and exports."""

import schemathesis

from tests.contracts.fitting.values import Rule, Source
from tests.contracts.rows import Rows

ROWS: dict[str, Source] = {
    "import_id": lambda rows: rows.imported["id"],
    "export_id": lambda rows: rows.exported["id"],
}
FRESH: dict[str, Source] = {}


def _send(case: schemathesis.Case, rows: Rows) -> None:
    """A file is a table, and says itself of what kind it is."""
    table = rows.table()
    case.body = {"file": table} if case.media_type == "multipart/form-data" else table


def _ask(case: schemathesis.Case, rows: Rows) -> None:
    """The catalogue says which lists there are, and each has filters of its own."""
    case.body["list"] = rows.lists[rows.number() % len(rows.lists)]
    case.body["filters"] = {}


RULES: dict[str, Rule] = {"ask_for_export": _ask, "import_households": _send}
