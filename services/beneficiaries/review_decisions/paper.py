"""A certificate as a sheet of paper."""

from dataclasses import dataclass
from datetime import date

from kit.paper import Sheet, written
from services.beneficiaries.reviews.explaining import CLASSES
from services.beneficiaries.reviews.scoring import Class


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
    sheet = Sheet(certificate.code, dated=certificate.issued_on)
    sheet.line("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11, "C")
    sheet.line("Độc lập – Tự do – Hạnh phúc", 10, "C")
    sheet.gap(4)
    kind = CLASSES[certificate.status].vi.upper()
    sheet.line(f"GIẤY CHỨNG NHẬN {kind}", 16, "C")
    sheet.line(f"Rà soát năm {certificate.year}", 10, "C")
    sheet.gap(3)
    sheet.line(f"Ủy ban nhân dân {certificate.commune} chứng nhận hộ ông/bà:", 11)
    sheet.line(certificate.head_name, 15, "C")
    sheet.line(f"{certificate.village}, {certificate.commune}", 11, "C")
    sheet.gap(2)
    sheet.line(f"là {CLASSES[certificate.status].vi.lower()} theo chuẩn {certificate.standard},", 11)
    sheet.line(f"từ ngày {written(certificate.valid_from)}.", 11)
    number = certificate.decision_number
    sheet.line(f"Quyết định số {number} ngày {written(certificate.issued_on)} của Chủ tịch Ủy ban nhân dân.", 11)
    sheet.gap(4)
    sheet.line(f"Mã kiểm tra: {certificate.code}", 12)
    sheet.line(f"Kiểm tra tại {check_at}", 8)
    return sheet.pdf()
