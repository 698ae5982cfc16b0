"""A certificate as a sheet of paper: PDF/A5, Vietnamese letters from a font that is embedded in it (ADR 21)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from fontpkg_noto_sans import ROOT
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from services.beneficiaries.reviews.explaining import CLASSES
from services.beneficiaries.reviews.scoring import Class

_FONT: Final = "noto"
_A5: Final = (148, 210)
"""Millimetres, upright."""
_FILE: Final = ROOT / "files" / "NotoSans[wdth,wght].ttf"


@dataclass(frozen=True)
class Certificate:
    """What stands on it: nothing of the household but its head's name and village."""

    code: str
    head_name: str
    village: str
    commune: str
    status: Class
    year: int
    standard: str
    decision_number: str
    issued_on: date
    valid_from: date


def pdf(certificate: Certificate, check_at: str) -> bytes:
    """Return the document; the same bytes for the same certificate.

    check_at: the public address at which anybody verifies the code.
    """
    sheet = FPDF(orientation="landscape", format=_A5)
    sheet.set_creation_date(datetime.combine(certificate.issued_on, time(), UTC))
    sheet.set_title(certificate.code)
    sheet.add_font(_FONT, "", _FILE)
    sheet.add_page()
    _line(sheet, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11, "C")
    _line(sheet, "Độc lập – Tự do – Hạnh phúc", 10, "C")
    sheet.ln(4)
    kind = CLASSES[certificate.status].vi.upper()
    _line(sheet, f"GIẤY CHỨNG NHẬN {kind}", 16, "C")
    _line(sheet, f"Rà soát năm {certificate.year}", 10, "C")
    sheet.ln(3)
    _line(sheet, f"Ủy ban nhân dân {certificate.commune} chứng nhận hộ ông/bà:", 11)
    _line(sheet, certificate.head_name, 15, "C")
    _line(sheet, f"{certificate.village}, {certificate.commune}", 11, "C")
    sheet.ln(2)
    _line(sheet, f"là {CLASSES[certificate.status].vi.lower()} theo chuẩn {certificate.standard},", 11)
    _line(sheet, f"từ ngày {_day(certificate.valid_from)}.", 11)
    number = certificate.decision_number
    _line(sheet, f"Quyết định số {number} ngày {_day(certificate.issued_on)} của Chủ tịch Ủy ban nhân dân.", 11)
    sheet.ln(4)
    _line(sheet, f"Mã kiểm tra: {certificate.code}", 12)
    _line(sheet, f"Kiểm tra tại {check_at}", 8)
    return bytes(sheet.output())


def _line(sheet: FPDF, words: str, size: int, align: str = "L") -> None:
    sheet.set_font(_FONT, size=size)
    sheet.multi_cell(0, size * 0.55, words, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"
