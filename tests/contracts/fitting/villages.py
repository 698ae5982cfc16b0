"""Villages, and how difficult a place is."""

from datetime import date

import schemathesis

from kit.values.dates import LAST_DAY
from tests.contracts.fitting.values import Body, Rule, Source, move
from tests.contracts.rows import MAP_BEGINS, Rows

ROWS: dict[str, Source] = {"village_id": lambda rows: rows.hamlet["id"]}

FRESH: dict[str, Source] = {
    "change_village": lambda rows: rows.village()["id"],
    "classify_area": lambda rows: rows.communes()[0][0],
    "classify_village": lambda rows: rows.village()["id"],
}


def _own_name(village: Body, rows: Rows) -> None:
    if village.get("name"):
        village["name"] = f"{village['name'][:80]} {rows.number()}"
    if village.get("aliases"):
        village["aliases"] = [f"{alias[:80]} {rows.number()}" for alias in village["aliases"]]


def _add(case: schemathesis.Case, rows: Rows) -> None:
    """A name holds a letter or a digit of any script, and is one village's; the commune stands on that day."""
    _own_name(case.body, rows)
    case.body["area_id"] = rows.elsewhere["id"]
    move(case.body, "valid_from", MAP_BEGINS, rows.now)


def _change(case: schemathesis.Case, rows: Rows) -> None:
    """A name holds a letter or a digit of any script, and is one village's; it ends after it began."""
    _own_name(case.body, rows)
    move(case.body, "valid_to", rows.now, LAST_DAY)


def _import(case: schemathesis.Case, rows: Rows) -> None:
    """A file has columns, of which a schema knows nothing; the commune stands on that day."""
    case.body = f"area_code,name,kind,aliases\n04108,Tiểu khu {rows.number()},,TK\n04108,Bản Mé,,\n"
    move(case.query or {}, "valid_from", MAP_BEGINS, rows.now)


def _classify_area(case: schemathesis.Case, _: Rows) -> None:
    """A commune has a class while it stands; those that are made here stand by then."""
    move(case.body, "valid_from", date(2100, 1, 1), LAST_DAY)


def _classify_village(case: schemathesis.Case, _: Rows) -> None:
    """A village has a class while it stands."""
    move(case.body, "valid_from", MAP_BEGINS, LAST_DAY)


RULES: dict[str, Rule] = {
    "add_village": _add,
    "change_village": _change,
    "classify_area": _classify_area,
    "classify_village": _classify_village,
    "import_villages": _import,
}
