"""A receipt as a sheet of paper, in the language of whoever prints it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.paper import Sheet, written
from kit.problems.problem import Language
from services.funds.values import spoken


@dataclass(frozen=True)
class Paper:
    """What stands on it. `donor` is None for somebody unknown or anonymous."""

    code: str
    book: str
    year: int
    number: int
    issued_on: date
    campaign: str
    donor: str | None
    on_behalf_of: str | None
    unit: str
    amount: int
    valuation: int | None
    received_on: date
    reference: str


@dataclass(frozen=True)
class _Words:
    title: str
    number: str
    donor: str
    nobody: str
    group: str
    value: str
    worth: str
    received: str
    campaign: str
    reference: str
    issued: str
    check: str
    at: str
    duplicate: str


_WORDS: Final[dict[Language, _Words]] = {
    "vi": _Words(
        title="PHIẾU THU ĐÓNG GÓP",
        number="Quyển {book} – năm {year} – số {number:06}",
        donor="Người đóng góp: {}",
        nobody="nhà hảo tâm ẩn danh",
        group="Thay mặt: {}",
        value="Đã nhận: {}",
        worth="Trị giá: {}",
        received="Ngày nhận: {}",
        campaign="Đợt vận động: {}",
        reference="Mã đóng góp: {}",
        issued="Ngày lập phiếu: {}",
        check="Mã kiểm tra: {}",
        at="Kiểm tra tại {}",
        duplicate="BẢN SAO",
    ),
    "en": _Words(
        title="RECEIPT FOR A DONATION",
        number="Book {book} – year {year} – number {number:06}",
        donor="Donor: {}",
        nobody="a donor who stays anonymous",
        group="On behalf of: {}",
        value="Received: {}",
        worth="Worth: {}",
        received="Received on: {}",
        campaign="Campaign: {}",
        reference="Reference of the donation: {}",
        issued="Issued on: {}",
        check="Verification code: {}",
        at="Check it at {}",
        duplicate="DUPLICATE",
    ),
    "fr": _Words(
        title="REÇU DE DON",
        number="Carnet {book} – année {year} – numéro {number:06}",
        donor="Donateur : {}",
        nobody="un donateur anonyme",
        group="Au nom de : {}",
        value="Reçu : {}",
        worth="Valeur : {}",
        received="Reçu le : {}",
        campaign="Campagne : {}",
        reference="Référence du don : {}",
        issued="Établi le : {}",
        check="Code de vérification : {}",
        at="À vérifier sur {}",
        duplicate="DUPLICATA",
    ),
}


def pdf(receipt: Paper, *, check_at: str, language: Language, original: bool) -> bytes:
    """Return the document; every sheet but the original bears the mark of a duplicate.

    check_at: the public address at which anybody verifies the code.
    """
    words = _WORDS[language]
    sheet = Sheet(f"{receipt.code}" if original else f"{receipt.code} {words.duplicate}", dated=receipt.issued_on)
    if not original:
        sheet.mark(words.duplicate)
    sheet.line("QUỸ VÌ NGƯỜI NGHÈO", 11, "C")
    sheet.line(words.title, 16, "C")
    sheet.line(words.number.format(book=receipt.book, year=receipt.year, number=receipt.number), 11, "C")
    sheet.gap(4)
    sheet.line(words.donor.format(receipt.donor or words.nobody), 12)
    if receipt.on_behalf_of is not None:
        sheet.line(words.group.format(receipt.on_behalf_of), 12)
    sheet.line(words.value.format(spoken(receipt.unit, receipt.amount)), 14)
    if receipt.valuation is not None:
        sheet.line(words.worth.format(spoken("VND", receipt.valuation)), 11)
    sheet.line(words.campaign.format(receipt.campaign), 11)
    sheet.line(words.received.format(written(receipt.received_on)), 11)
    sheet.line(words.reference.format(receipt.reference), 11)
    sheet.line(words.issued.format(written(receipt.issued_on)), 11)
    sheet.gap(4)
    sheet.line(words.check.format(receipt.code), 12)
    sheet.line(words.at.format(check_at), 8)
    return sheet.pdf()
