"""Needs of households, and the organisations that look after them."""

from datetime import timedelta

import schemathesis

from kit.values.dates import LAST_DAY
from tests.contracts.fitting.values import Rule, move
from tests.contracts.rows import MAP_BEGINS, Rows


def _report(case: schemathesis.Case, rows: Rows) -> None:
    """A need is of a kind that is known, none of that kind is open in the household, and it began before today."""
    case.body["kind"] = rows.need_kind()
    move(case.body, "raised_on", MAP_BEGINS, rows.now)


def _close(case: schemathesis.Case, rows: Rows) -> None:
    """A need ends after it began, and not in the future."""
    move(case.body, "on", rows.recently, rows.now)


def _add_kind(case: schemathesis.Case, rows: Rows) -> None:
    """A code is one kind's."""
    case.body["code"] = rows.word()


def _own_name(case: schemathesis.Case, rows: Rows) -> None:
    """A name is one organisation's."""
    if case.body.get("name"):
        case.body["name"] = f"{case.body['name'][:150]} {rows.number()}"


def _assign(case: schemathesis.Case, _: Rows) -> None:
    """A unit is assigned while it stands, and an assignment ends after it began."""
    since = move(case.body, "valid_from", MAP_BEGINS, LAST_DAY - timedelta(days=1))
    move(case.body, "valid_to", since + timedelta(days=1), LAST_DAY)


def _end(case: schemathesis.Case, rows: Rows) -> None:
    """An assignment ends after it began."""
    move(case.body, "on", rows.recently + timedelta(days=1), rows.now)


def _act(case: schemathesis.Case, rows: Rows) -> None:
    """What was done lies within the assignment, and not in the future."""
    move(case.body, "happened_on", rows.recently, rows.now)


RULES: dict[str, Rule] = {
    "add_need_kind": _add_kind,
    "assign_organisation": _assign,
    "change_organisation": _own_name,
    "close_need": _close,
    "end_assignment": _end,
    "record_activity": _act,
    "record_organisation": _own_name,
    "report_need": _report,
}
