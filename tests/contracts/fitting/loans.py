"""The loans: programmes, applications, loans and what is paid back."""

from datetime import date, timedelta

import schemathesis

from kit.values.dates import LAST_DAY
from tests.contracts.fitting.values import Rule, Source, move, within
from tests.contracts.rows import LARGEST_CAP, MAP_BEGINS, Rows

ROWS: dict[str, Source] = {
    "application_id": lambda rows: rows.applied["id"],
    "loan_id": lambda rows: rows.loan["id"],
    "programme_id": lambda rows: rows.programmes["poor"]["id"],
}

FRESH: dict[str, Source] = {
    "add_rate": lambda rows: rows.programmes["near-poor"]["id"],
    "approve_application": lambda rows: rows.application()["id"],
    "disburse_loan": lambda rows: rows.approved()["id"],
    "verify_application": lambda rows: rows.application()["id"],
}


def _apply(case: schemathesis.Case, rows: Rows) -> None:
    """The programme says how much and how long; a household has one open application in it."""
    case.body["household_id"] = rows.household()["id"]
    case.body["amount"]["amount"] = within(case.body["amount"]["amount"], 1, LARGEST_CAP)
    case.body["term_months"] = within(case.body["term_months"], 1, rows.programmes["poor"]["terms"]["max_term_months"])
    move(case.body, "applied_on", MAP_BEGINS, rows.now)


def _since_the_application(name: str) -> Rule:
    def rule(case: schemathesis.Case, rows: Rows) -> None:
        """A step follows the one before, and is not taken in the future."""
        if case.body.get(name):
            move(case.body, name, rows.recently, rows.now)
        if case.body.get("bank"):
            case.body["bank"] = "vbsp"  # the application's own

    return rule


def _repay(case: schemathesis.Case, rows: Rows) -> None:
    """Nobody pays before the loan, in the future, or more than is owed; a receipt is known once."""
    move(case.body, "on", rows.recently, rows.now)
    case.body["amount"]["amount"] = within(case.body["amount"]["amount"], 1, 100_000)
    if case.body.get("receipt"):
        case.body["receipt"] = f"{case.body['receipt'][:150]}-{rows.number()}"


def _schedule(case: schemathesis.Case, rows: Rows) -> None:
    """There is nothing to see before the loan."""
    if (case.query or {}).get("as_of"):
        move(case.query, "as_of", rows.recently, LAST_DAY)


def _rate(case: schemathesis.Case, rows: Rows) -> None:
    """A rate begins after the one before it."""
    known = rows.get(f"/v1/loans/programmes/{case.path_parameters['programme_id']}").json()["history"]
    last = max(date.fromisoformat(terms["valid_from"]) for terms in known)
    move(case.body, "valid_from", last + timedelta(days=1), last + timedelta(days=30))


RULES: dict[str, Rule] = {
    "add_rate": _rate,
    "apply_for_loan": _apply,
    "approve_application": _since_the_application("on"),
    "disburse_loan": _since_the_application("on"),
    "read_schedule": _schedule,
    "record_repayment": _repay,
    "verify_application": _since_the_application("as_of"),
}
