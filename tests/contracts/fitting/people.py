"""What is private of a person."""

from datetime import date

import schemathesis

from tests.contracts.fitting.values import Rule, Source, move
from tests.contracts.registry_rows import OFFICER
from tests.contracts.rows import MAP_BEGINS, Row, Rows

_REQUESTS, _WHY = "beneficiaries/subject-requests", "The books must be kept"
_CERTIFIED = {"kind": "vision", "degree": "severe", "certificate_number": "1/XN", "certified_on": str(MAP_BEGINS)}


def person(rows: Rows) -> str:
    own: str = rows.home["members"][0]["person_id"]
    return own


def _disability(rows: Rows) -> str:
    someone = rows.household()["members"][0]["person_id"]
    body = {**_CERTIFIED, "since": str(rows.recently)}
    made: Row = rows._make(OFFICER, f"beneficiaries/people/{someone}/disabilities", body)
    return str(made["id"])


def _child(rows: Rows) -> str:
    """Return somebody young enough to be a child of the heads of other households here."""
    someone = {"full_name": "Cà Văn Minh", "sex": "male", "birth_date": "1999-05-01", "ethnicity": "03"}
    body = {"area_id": rows.area["id"], "village": "Bản Xum", "registered_on": str(MAP_BEGINS)}
    made = rows._make(OFFICER, "beneficiaries/households", {**body, "members": [{**someone, "relation": "head"}]})
    child: str = made["members"][0]["person_id"]
    return child


def _parent_of(kind: str, rows: Rows) -> str:
    """Return somebody of the sex that a mother or father has."""
    own: str = rows.home["members"][0 if kind == "mother" else 1]["person_id"]
    return own


def _parentage(rows: Rows) -> str:
    body = {"kind": "mother", "parent_id": _parent_of("mother", rows)}
    made: Row = rows._make(OFFICER, f"beneficiaries/people/{_child(rows)}/parents", body)
    return str(made["id"])


def _parent(case: schemathesis.Case, rows: Rows) -> None:
    """A mother is a woman, a father a man; nobody has parents before birth, or from a day to come."""
    case.body["parent_id"] = _parent_of(case.body["kind"], rows)
    move(case.body, "since", MAP_BEGINS, rows.now)


def _parent_age(case: schemathesis.Case, _: Rows) -> None:
    """Others record mothers and fathers meanwhile, none of them so much older."""
    case.body["least_years"] = min(case.body["least_years"], 12)


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


def _request(rows: Rows, kind: str, *steps: tuple[str, str]) -> str:
    """Return a request of somebody who left long ago enough to be forgotten, brought through these steps."""
    someone = rows.person_of_no_household() if kind == "deletion" else person(rows)
    asked = {"person_id": someone, "kind": kind, "asked_by": "person", "evidence": "Visit"}
    made: str = rows._make(OFFICER, _REQUESTS, {**asked, "received_on": str(rows.recently)})["id"]
    for what, outcome in steps:
        rows._make(OFFICER, f"{_REQUESTS}/{made}/{what}", {"outcome": outcome} if outcome else {})
    return made


def _restricted(rows: Rows) -> str:
    """Return a granted request for restriction, of somebody who is not restricted otherwise."""
    someone = rows.household()["members"][1]["person_id"]
    asked = {"person_id": someone, "kind": "restriction", "asked_by": "person", "evidence": "Visit"}
    made: str = rows._make(OFFICER, _REQUESTS, asked)["id"]
    rows._make(OFFICER, f"{_REQUESTS}/{made}/acknowledgement", {})
    rows._make(OFFICER, f"{_REQUESTS}/{made}/answer", {"outcome": "granted"})
    return made


def _ask(case: schemathesis.Case, rows: Rows) -> None:
    """Nobody asked in the future; a withdrawal names a consent of its person, and nothing else names one."""
    case.body["person_id"] = person(rows)
    case.body["consent_id"] = None
    if case.body["kind"] == "consent_withdrawal":
        case.body["kind"] = "access"
    move(case.body, "received_on", MAP_BEGINS, rows.now)


def _acknowledge(case: schemathesis.Case, rows: Rows) -> None:
    """It was received before, and nothing is acknowledged in the future."""
    move(case.body, "on", rows.recently, rows.now)


def _answer(case: schemathesis.Case, _: Rows) -> None:
    """A refusal says why."""
    if case.body["outcome"] == "refused":
        case.body["reason"] = case.body.get("reason") or _WHY


ROWS: dict[str, Source] = {
    "disability_id": _disability,
    "parentage_id": _parentage,
    "request_id": lambda rows: _request(rows, "access"),
}
FRESH: dict[str, Source] = {
    "record_payment_channel": lambda rows: rows.household()["members"][0]["person_id"],
    "record_disability": lambda rows: rows.household()["members"][0]["person_id"],
    "record_parent": _child,
    "supersede_parent_age": lambda _: "mother",
    "acknowledge_subject_request": lambda rows: _request(rows, "access"),
    "answer_subject_request": lambda rows: _request(rows, "access", ("acknowledgement", "")),
    "propose_deletion": lambda rows: _request(rows, "deletion", ("acknowledgement", "")),
    "decide_deletion": lambda rows: _request(rows, "deletion", ("acknowledgement", ""), ("proposal", "granted")),
    "lift_restriction": _restricted,
    "export_person": lambda rows: _request(rows, "access", ("acknowledgement", ""), ("answer", "granted")),
    "supersede_request_clocks": lambda _: "access",
    **dict.fromkeys(("list_payment_channels", "list_disabilities", "list_parents", "unmask_person"), person),
}
RULES: dict[str, Rule] = {
    "record_payment_channel": _pay,
    "record_disability": _certify,
    "end_disability": _end,
    "record_parent": _parent,
    "end_parentage": _end,
    "supersede_parent_age": _parent_age,
    "record_subject_request": _ask,
    "acknowledge_subject_request": _acknowledge,
    **dict.fromkeys(("answer_subject_request", "propose_deletion", "decide_deletion"), _answer),
}
