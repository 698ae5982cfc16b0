"""Change requests: proposed by one officer, decided by the other."""

from typing import Any

import schemathesis

from tests.contracts.fitting.values import Rule, Source
from tests.contracts.registry_rows import OFFICER
from tests.contracts.rows import Row, Rows

_PATH = "beneficiaries/change-requests"
_SECOND = OFFICER.replace("officer", "officer-2")


_KIND = "dwelling"
_KIND_PATH = f"/v1/beneficiaries/change-request-kinds/{_KIND}"


def _address(rows: Rows) -> dict[str, Any]:
    return {"address": f"Nhà số {rows.number()}"}


def change(rows: Rows, proposer: str = OFFICER, *, returned: bool = False) -> Row:
    """Return a change request about a household of its own."""
    body = {"kind": "place", "household_id": rows.household()["id"], "payload": _address(rows), "reason": "Thăm nhà"}
    made = rows._make(proposer, _PATH, body)
    return rows._make(_SECOND, f"{_PATH}/{made['id']}/return", {"reason": "Xem lại"}) if returned else made


def _to_decide(rows: Rows) -> str:
    request_id: str = change(rows, _SECOND)["id"]
    return request_id


def _own(rows: Rows) -> str:
    request_id: str = change(rows)["id"]
    return request_id


def _attached(rows: Rows) -> str:
    query = {"change_request": _own(rows), "name": "a.pdf"}
    attachment_id: str = rows.send(OFFICER, "beneficiaries/change-request-attachments", b"%PDF-1.7", **query)["id"]
    return attachment_id


ROWS: dict[str, Source] = {"change_request_id": _own, "change_request": _own, "attachment_id": _attached}

FRESH: dict[str, Source] = {
    "approve_change": _to_decide,
    "change_change_request_kind": lambda _: _KIND,
    "read_change_request_kind": lambda _: "place",
    "reject_change": _to_decide,
    "resubmit_change": lambda rows: change(rows, returned=True)["id"],
    "return_change": _to_decide,
}


def _propose(case: schemathesis.Case, rows: Rows) -> None:
    """What is to change is told by the schema of its kind, of which there are ten; the household is named once."""
    case.body |= {"kind": "place", "household_id": rows.home["id"], "payload": _address(rows)}
    for name in ("household_code", "base_version"):
        case.body.pop(name, None)


def _resubmit(case: schemathesis.Case, rows: Rows) -> None:
    """The change is one of its kind, and for a version that the household has come to."""
    if case.body.get("payload") is not None:
        case.body["payload"] = _address(rows)
    if case.body.get("base_version") is not None:
        case.body["base_version"] = 1


def _change_kind(case: schemathesis.Case, _: Rows) -> None:
    """Officers change dwellings themselves in other calls: with or without a request stays as it is."""
    case.body.pop("direct_allowed", None)
    case.body.setdefault("decide_days", 7)


def _attach(case: schemathesis.Case, rows: Rows) -> None:
    """What a file is shows its beginning, of which a schema knows nothing."""
    case.body = b"%PDF-1.7 " + str(rows.number()).encode()


RULES: dict[str, Rule] = {
    "attach_to_change_request": _attach,
    "change_change_request_kind": _change_kind,
    "propose_change": _propose,
    "resubmit_change": _resubmit,
}

VERSIONS: dict[str, Source] = {"change_change_request_kind": lambda rows: rows.get(_KIND_PATH, OFFICER).headers["ETag"]}
