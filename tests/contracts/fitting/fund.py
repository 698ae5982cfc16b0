"""The fund: campaigns, donors, donations, rounds of support."""

from datetime import date, timedelta

import schemathesis

from kit.values.dates import LAST_DAY
from kit.values.quantity import KILOGRAM, Quantity
from services.funds.payment_codes.vietqr import Transfer, write
from tests.contracts.fitting.values import Body, Rule, Source, move, within
from tests.contracts.rows import MAP_BEGINS, Rows

ROWS: dict[str, Source] = {
    "account_id": lambda rows: rows.bank_account["id"],
    "book": lambda _: "QVNN",
    "campaign": lambda rows: rows.fund["id"],
    "campaign_id": lambda rows: rows.fund["id"],
    "donation": lambda rows: rows.gift["id"],
    "donation_id": lambda rows: rows.gift["id"],
    "donor": lambda rows: rows.giver["id"],
    "donor_id": lambda rows: rows.giver["id"],
    "duplicate_id": lambda rows: rows.donor()["id"],
    "households": lambda rows: [rows.home["id"]],
    "merge_id": lambda rows: rows.merge["id"],
    "on_behalf_of": lambda rows: rows.group["id"],
    "pledge_id": lambda rows: rows.pledge["id"],
    "receipt_id": lambda rows: rows.receipt["id"],
    "refund_id": lambda rows: rows.refund["id"],
    "round_id": lambda rows: rows.given["id"],
    "survivor": lambda rows: rows.giver["id"],
    "survivor_id": lambda rows: rows.giver["id"],
}

FRESH: dict[str, Source] = {
    "approve_donor_merge": lambda rows: rows.merge_proposal()["id"],
    "approve_round": lambda rows: rows.proposal()["id"],
    "change_campaign": lambda rows: rows.campaign()["id"],
    "change_donor": lambda rows: rows.donor()["id"],
    "close_campaign": lambda rows: rows.campaign()["id"],
    "read_payment_code": lambda rows: rows.collecting["campaign_id"],
    "cancel_pledge": lambda rows: rows.fresh_pledge()["id"],
    "fulfil_pledge": lambda rows: rows.pledge["id"],
    "issue_receipt": lambda rows: rows.donation()["id"],
    "correct_donation": lambda rows: rows.donation()["id"],
    "pay_refund": lambda rows: rows.refund_proposal()["id"],
    "propose_refund": lambda rows: rows.donation()["id"],
    "reject_donor_merge": lambda rows: rows.merge_proposal()["id"],
    "reject_refund": lambda rows: rows.refund_proposal()["id"],
    "reject_round": lambda rows: rows.proposal()["id"],
    "reverse_donation": lambda rows: rows.donation()["id"],
    "undo_donor_merge": lambda rows: rows.merged()["id"],
    "verify_receipt": lambda rows: rows.receipt["code"],
    "void_receipt": lambda rows: rows.fresh_receipt()["id"],
}


def _change_campaign(case: schemathesis.Case, _: Rows) -> None:
    """One end of the dates is held against the other as it is recorded."""
    for name, first, last in (("opens_on", date(1900, 1, 1), MAP_BEGINS), ("closes_on", MAP_BEGINS, LAST_DAY)):
        if case.body.get(name):
            move(case.body, name, first, last)


def _donate(case: schemathesis.Case, rows: Rows) -> None:
    _received(case.body, rows)


def _fulfil(case: schemathesis.Case, rows: Rows) -> None:
    """A donation counts once, towards a pledge of its campaign."""
    case.body["donation_id"] = rows.pledged_gift()["id"]


def _pledge(case: schemathesis.Case, _: Rows) -> None:
    """Instalments are of one unit, fall due one after another since the pledge, and add up to what the books hold."""
    body = case.body
    first = date.fromisoformat(body["pledged_on"])
    for number, instalment in enumerate(body["instalments"]):
        instalment["value"] = {"amount": 500_000 + number}
        instalment["due_on"] = min(first + timedelta(days=number), LAST_DAY).isoformat()
    if first + timedelta(days=len(body["instalments"])) > LAST_DAY:
        del body["instalments"][1:]


def _correct(case: schemathesis.Case, rows: Rows) -> None:
    _received(case.body["donation"], rows)


def _received(gift: Body, rows: Rows) -> None:
    """A campaign receives since a day, and nothing is received in the future; only what is not money is valued."""
    move(gift, "received_on", MAP_BEGINS, rows.now)
    if "quantity" not in gift["value"]:
        gift.pop("valuation", None)


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
    "correct_donation": _correct,
    "fulfil_pledge": _fulfil,
    "record_pledge": _pledge,
    "propose_round": _propose,
    "record_donation": _donate,
}
