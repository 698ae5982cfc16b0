"""What is private of a person."""

from datetime import date

import schemathesis

from tests.contracts.fitting.values import Rule, Source, move
from tests.contracts.registry_rows import OFFICER
from tests.contracts.rows import MAP_BEGINS, Row, Rows

_CERTIFIED = {"kind": "vision", "degree": "severe", "certificate_number": "1/XN", "certified_on": str(MAP_BEGINS)}


def person(rows: Rows) -> str:
    own: str = rows.home["members"][0]["person_id"]
    return own


def _disability(rows: Rows) -> str:
    someone = rows.household()["members"][0]["person_id"]
    body = {**_CERTIFIED, "since": str(rows.recently)}
    made: Row = rows._make(OFFICER, f"beneficiaries/people/{someone}/disabilities", body)
    return str(made["id"])


def _pay(case: schemathesis.Case, rows: Rows) -> None:
    """Nobody is paid before birth or in the future."""
    move(case.body, "since", MAP_BEGINS, rows.now)


def _certify(case: schemathesis.Case, rows: Rows) -> None:
    """Nothing is certified in the future, and nobody is disabled before birth."""
    move(case.body, "certified_on", date(2000, 1, 1), rows.now)
    move(case.body, "since", MAP_BEGINS, rows.now)


def _end(case: schemathesis.Case, rows: Rows) -> None:
    """It ends on its first day or later, and not in the future."""
    move(case.body, "on", rows.recently, rows.now)


ROWS: dict[str, Source] = {"disability_id": _disability}
FRESH: dict[str, Source] = {
    "record_payment_channel": lambda rows: rows.household()["members"][0]["person_id"],
    "record_disability": lambda rows: rows.household()["members"][0]["person_id"],
    **dict.fromkeys(("list_payment_channels", "list_disabilities", "unmask_person"), person),
}
RULES: dict[str, Rule] = {
    "record_payment_channel": _pay,
    "record_disability": _certify,
    "end_disability": _end,
}
