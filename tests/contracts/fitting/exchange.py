"""The exchange with other registries: partners, consents, and messages in the form of SP-DCI."""

from datetime import UTC, datetime
from functools import cache

import schemathesis

from tests.contracts.fitting.values import Rule, Source, objects
from tests.contracts.rows import Row, Rows

_PARTNERS, _CONSENTS = "beneficiaries/exchange-partners", "beneficiaries/exchange-consents"
_CLIENT = "social-registry:moh"
_SENDER = "spmis.moh.example"
_LEGAL_BASIS = "Law 25/2008/QH12"


def _record(rows: Rows, sender_id: str, client: str, callback_url: str | None) -> Row:
    body = {
        "sender_id": sender_id,
        "client": client,
        "name": "Health insurance register",
        "basis": "statutory",
        "legal_basis": _LEGAL_BASIS,
        "attributes": ["poverty_score", "group_size"],
        "callback_url": callback_url,
        "messages_per_day": 1_000_000,
    }
    return rows._make("district-admin", _PARTNERS, body)


@cache
def _partner(rows: Rows) -> Row:
    """The partner that sends the messages; nothing listens at its address."""
    return _record(rows, _SENDER, _CLIENT, "http://127.0.0.1:9")


def _another(rows: Rows) -> str:
    number = rows.number()
    own: str = _record(rows, f"partner-{number}.example", f"social-registry:p{number}", None)["id"]
    return own


def _consent(rows: Rows) -> str:
    body = {"person_id": _head(rows), "given_by": "person", "evidence": "Form 1"}
    own: str = rows._make("district-admin", _CONSENTS, body)["id"]
    return own


def _head(rows: Rows) -> str:
    own: str = rows.household()["members"][0]["person_id"]
    return own


def _partner_in(case: schemathesis.Case, rows: Rows) -> None:
    """Names and clients are one partner's each, an address is a public one, a key is named once, and who signs has one."""
    number = rows.number()
    case.body |= {"sender_id": f"partner-{number}.example", "client": f"social-registry:p{number}"}
    _sound(case, rows)


def _sound(case: schemathesis.Case, _: Rows) -> None:
    """An address is a public one, a key is named once, and who signs has one."""
    body = case.body
    if body.get("callback_url"):
        body["callback_url"] = "https://registry.gov.vn/exchange"
    if body.get("public_keys"):
        body["public_keys"] = body["public_keys"][:1]
    elif body.get("signatures_required"):
        body["signatures_required"] = False


def _consent_in(case: schemathesis.Case, rows: Rows) -> None:
    """One consent at a time of each person, and not before it is given."""
    case.body |= {"person_id": _head(rows), "given_by": "person", "given_on": rows.now.isoformat()}


def _withdrawal(case: schemathesis.Case, rows: Rows) -> None:
    """The consent was given today."""
    case.body["withdrawn_on"] = rows.now.isoformat()


def _message(case: schemathesis.Case, rows: Rows) -> None:
    """Sent by its partner, unsigned and not encrypted, to be answered at the recorded address, at a time that exists."""
    _partner(rows)
    case.body["signature"] = None
    case.body["header"] |= {"sender_id": _SENDER, "is_msg_encrypted": False, "sender_uri": None}
    for part in objects(case.body):
        for name in ("timestamp", "message_ts"):
            if name in part:
                part[name] = datetime.now(UTC).isoformat()


ROWS: dict[str, Source] = {
    "partner_id": lambda rows: _partner(rows)["id"],
    "consent_id": _consent,
}
FRESH: dict[str, Source] = {
    "change_exchange_partner": _another,
    "withdraw_exchange_consent": _consent,
}
RULES: dict[str, Rule] = {
    "record_exchange_partner": _partner_in,
    "change_exchange_partner": _sound,
    "record_exchange_consent": _consent_in,
    "withdraw_exchange_consent": _withdrawal,
    **dict.fromkeys(
        (
            "dci_search_now",
            "dci_search_later",
            "dci_status_now",
            "dci_status_later",
            "dci_subscribe",
            "dci_unsubscribe",
            "dci_notify",
        ),
        _message,
    ),
}
