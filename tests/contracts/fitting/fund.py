"""The fund: campaigns, donors, donations, rounds of support."""

from datetime import date

import schemathesis

from kit.values.dates import LAST_DAY
from kit.values.quantity import KILOGRAM, Quantity
from services.funds.payment_codes.vietqr import Transfer, write
from tests.contracts.fitting.values import Rule, Source, move, within
from tests.contracts.rows import MAP_BEGINS, Rows

ROWS: dict[str, Source] = {
    "account_id": lambda rows: rows.bank_account["id"],
    "campaign": lambda rows: rows.fund["id"],
    "campaign_id": lambda rows: rows.fund["id"],
    "donation_id": lambda rows: rows.gift["id"],
    "donor": lambda rows: rows.giver["id"],
    "donor_id": lambda rows: rows.giver["id"],
    "households": lambda rows: [rows.home["id"]],
    "round_id": lambda rows: rows.given["id"],
}

FRESH: dict[str, Source] = {
    "approve_round": lambda rows: rows.proposal()["id"],
    "change_campaign": lambda rows: rows.campaign()["id"],
    "change_donor": lambda rows: rows.donor()["id"],
    "close_campaign": lambda rows: rows.campaign()["id"],
    "read_payment_code": lambda rows: rows.collecting["campaign_id"],
    "reject_round": lambda rows: rows.proposal()["id"],
    "reverse_donation": lambda rows: rows.donation()["id"],
}


def _change_campaign(case: schemathesis.Case, _: Rows) -> None:
    """One end of the dates is held against the other as it is recorded."""
    for name, first, last in (("opens_on", date(1900, 1, 1), MAP_BEGINS), ("closes_on", MAP_BEGINS, LAST_DAY)):
        if case.body.get(name):
            move(case.body, name, first, last)


def _donate(case: schemathesis.Case, rows: Rows) -> None:
    """A campaign receives since a day, and nothing is received in the future."""
    move(case.body, "received_on", MAP_BEGINS, rows.now)


def _own_login(case: schemathesis.Case, rows: Rows) -> None:
    """A login is one donor's."""
    if case.body.get("subject"):
        case.body["subject"] = f"{case.body['subject'][:150]}-{rows.number()}"


def _propose(case: schemathesis.Case, rows: Rows) -> None:
    """Support is given since the campaign opens and not in the future, once to a household for an occasion.

    A ration times months and people still fits the books: how many people, the registry says.
    """
    move(case.body, "on", MAP_BEGINS, rows.now)
    case.body["occasion"] = f"{case.body['occasion'][:40].rstrip('-')}-{rows.number()}"
    if "per_person" in case.body:
        grams = Quantity.model_validate(case.body["per_person"]).parts
        case.body["per_person"] = Quantity.of(within(grams, 1, 10**9), KILOGRAM).model_dump()


def _enter_account(case: schemathesis.Case, rows: Rows) -> None:
    """A number at a bank is one account's."""
    case.body["number"] = f"C{rows.number()}"


def _read_code(case: schemathesis.Case, _: Rows) -> None:
    """A checksum goes over all that a code holds."""
    case.body["text"] = write(Transfer(bank_bin="970405", number="7902201000123"))


RULES: dict[str, Rule] = {
    "add_donor": _own_login,
    "change_campaign": _change_campaign,
    "change_donor": _own_login,
    "open_bank_account": _enter_account,
    "parse_payment_code": _read_code,
    "propose_round": _propose,
    "record_donation": _donate,
}
