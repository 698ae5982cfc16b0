"""Grievances: filed by anybody, handled by officers, followed with a code and a secret."""

import schemathesis

from tests.contracts.fitting.values import Rule, Source, move
from tests.contracts.registry_rows import OFFICER
from tests.contracts.rows import MAP_BEGINS, Rows

ROWS: dict[str, Source] = {"grievance_id": lambda rows: rows.complaint["id"]}

FRESH: dict[str, Source] = {
    "answer_grievance": lambda rows: rows.grievance("classification", "assignment")["id"],
    "assign_grievance": lambda rows: rows.grievance("classification")["id"],
    "change_grievance_kind": Rows.grievance_kind,
    "classify_grievance": lambda rows: rows.grievance()["id"],
    "escalate_grievance": lambda rows: rows.grievance()["id"],
    "read_grievance_kind": Rows.grievance_kind,
}


def _file(case: schemathesis.Case, rows: Rows) -> None:
    """A grievance is of a kind that is known, and was not received in the future."""
    if case.body.get("kind"):
        case.body["kind"] = "other"
    move(case.body, "received_on", MAP_BEGINS, rows.now)


def _classify(case: schemathesis.Case, _: Rows) -> None:
    """The kind is known; of whom it is about, only the district says."""
    case.body["kind"] = "other"
    if "about_officer" in case.body:
        case.body["about_officer"] = None


def _assign(case: schemathesis.Case, _: Rows) -> None:
    """An officer of that commune."""
    case.body["officer"] = OFFICER


def _follow(case: schemathesis.Case, rows: Rows) -> None:
    """Code and secret are those of a receipt."""
    case.body |= {name: rows.complaint[name] for name in ("code", "secret")}


def _reopen(case: schemathesis.Case, rows: Rows) -> None:
    """What was answered is reopened once, with code and secret of its receipt."""
    answered = rows.grievance("classification", "assignment", "answer")
    case.body |= {name: answered[name] for name in ("code", "secret")}


def _add_kind(case: schemathesis.Case, rows: Rows) -> None:
    """A code is one kind's."""
    case.body["code"] = rows.word()


RULES: dict[str, Rule] = {
    "add_grievance_kind": _add_kind,
    "assign_grievance": _assign,
    "classify_grievance": _classify,
    "file_grievance": _file,
    "follow_grievance": _follow,
    "reopen_grievance": _reopen,
    "take_in_grievance": _file,
}
