"""VietQR, NAPAS profile 1.0: what a code asks a bank to do, written as EMVCo fields and read back strictly.

00 = 01                      63 = checksum
01 = 11 static | 12 dynamic
38 = { 00 = A000000727
       01 = { 00 = BIN of the bank, 6 digits; 01 = account or card, up to 19 characters }
       02 = QRIBFTTA (to an account) | QRIBFTTC (to a card) }
53 = 704    54 = amount    58 = VN
62 = { 01 bill, 02 mobile, 03 store, 04 loyalty, 05 reference, 06 customer, 07 terminal, 08 purpose }
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from services.funds.payment_codes import tlv
from services.funds.payment_codes.errors import CodeNotVietQr, TransferTooLarge

LIMIT: Final = 500_000_000
"""A transfer stays below so many đồng."""

Detail = Literal["bill", "mobile", "store", "loyalty", "reference", "customer", "terminal", "purpose"]
Target = Literal["account", "card"]

_SYSTEM: Final = "A000000727"
_DETAILS: Final[dict[str, Detail]] = {
    "01": "bill",
    "02": "mobile",
    "03": "store",
    "04": "loyalty",
    "05": "reference",
    "06": "customer",
    "07": "terminal",
    "08": "purpose",
}
_DETAIL: Final = 25
_SERVICES: Final[dict[str, Target]] = {"QRIBFTTA": "account", "QRIBFTTC": "card"}
_SERVICE_OF: Final = {target: service for service, target in _SERVICES.items()}
_BIN: Final = re.compile(r"[0-9]{6}", re.ASCII)
_NUMBERS: Final = {
    "account": re.compile(r"[0-9A-Za-z]{1,19}", re.ASCII),
    "card": re.compile(r"[0-9]{16,19}", re.ASCII),
}
_AMOUNT: Final = re.compile(r"(?=.{1,13}$)([0-9]+)(?:\.0*)?", re.ASCII)
_ASKED: Final = ("00", "01", "38", "53", "58")
_ALLOWED: Final = frozenset({*_ASKED, "54", "62"})


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A transfer to `number` at the bank `bank_bin`; `amount` in đồng, None where the payer chooses it.

    details: what goes with it, each 1 to 25 printable ASCII characters, 99 in all with their heads.
    dynamic: made for one payment. Errors: CodeNotVietQr with the field, TransferTooLarge.
    """

    bank_bin: str
    number: str
    target: Target = "account"
    amount: int | None = None
    dynamic: bool = False
    details: Mapping[Detail, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _BIN.fullmatch(self.bank_bin):
            raise CodeNotVietQr(place="38.01.00")
        if not _NUMBERS[self.target].fullmatch(self.number):
            raise CodeNotVietQr(place="38.01.01")
        if self.amount is not None and self.amount <= 0:
            raise CodeNotVietQr(place="54")
        if self.amount is not None and self.amount >= LIMIT:
            raise TransferTooLarge
        for name, detail in _DETAILS.items():
            value = self.details.get(detail, "-")
            if not 0 < len(value) <= _DETAIL or not value.isascii() or not value.isprintable():
                raise CodeNotVietQr(place=f"62.{name}")
        if len(self._details()) > tlv.LONGEST:
            raise CodeNotVietQr(place="62")

    def _details(self) -> str:
        return "".join(
            tlv.field(name, self.details[detail]) for name, detail in _DETAILS.items() if detail in self.details
        )


def write(transfer: Transfer) -> str:
    """Return the code's text, whose fields go up by name."""
    receiver = tlv.field("00", transfer.bank_bin) + tlv.field("01", transfer.number)
    account = tlv.field("00", _SYSTEM) + tlv.field("01", receiver) + tlv.field("02", _SERVICE_OF[transfer.target])
    parts = [
        tlv.field("00", "01"),
        tlv.field("01", "12" if transfer.dynamic else "11"),
        tlv.field("38", account),
        tlv.field("53", "704"),
        "" if transfer.amount is None else tlv.field("54", str(transfer.amount)),
        tlv.field("58", "VN"),
        tlv.field("62", transfer._details()) if transfer.details else "",  # noqa: SLF001 - its own writer
    ]
    return tlv.sealed("".join(parts))


def parse(text: str) -> Transfer:
    """Return what a code asks for. Errors: CodeChecksumWrong, CodeStructureBroken, CodeNotVietQr, TransferTooLarge."""
    found = tlv.fields(tlv.unsealed(text))
    _must_hold(found, _ASKED, _ALLOWED)
    for name, fixed in (("00", {"01"}), ("01", {"11", "12"}), ("53", {"704"}), ("58", {"VN"})):
        if found[name] not in fixed:
            raise CodeNotVietQr(place=name)
    if next(iter(found)) != "00":
        raise CodeNotVietQr(place="00")
    account = tlv.fields(found["38"], "38")
    _must_hold(account, ("00", "01", "02"), frozenset({"00", "01", "02"}), "38.")
    if account["00"] != _SYSTEM:
        raise CodeNotVietQr(place="38.00")
    if account["02"] not in _SERVICES:
        raise CodeNotVietQr(place="38.02")
    receiver = tlv.fields(account["01"], "38.01")
    _must_hold(receiver, ("00", "01"), frozenset({"00", "01"}), "38.01.")
    details = tlv.fields(found.get("62", ""), "62")
    _must_hold(details, (), frozenset(_DETAILS), "62.")
    return Transfer(
        bank_bin=receiver["00"],
        number=receiver["01"],
        target=_SERVICES[account["02"]],
        amount=_amount(found["54"]) if "54" in found else None,
        dynamic=found["01"] == "12",
        details={_DETAILS[name]: value for name, value in details.items()},
    )


def _must_hold(found: Mapping[str, str], asked: tuple[str, ...], allowed: frozenset[str], inside: str = "") -> None:
    wrong = [name for name in asked if name not in found] + sorted(found.keys() - allowed)
    if wrong:
        raise CodeNotVietQr(place=f"{inside}{wrong[0]}")


def _amount(written: str) -> int:
    """Return đồng, which have no parts: behind a point stand noughts only."""
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise CodeNotVietQr(place="54")
    return int(match[1])
