"""What every form is made of."""

from collections.abc import Mapping
from typing import Final

from services.beneficiaries.reports.schemas import Cell

Table = tuple[list[str], list[list[Cell]]]
PLACE: Final = ["Mã xã", "Xã"]
WHOLE: Final = "Tổng cộng"
STATUS: Final[Mapping[str, str]] = {"poor": "hộ nghèo", "near_poor": "hộ cận nghèo"}


def share(part: int, whole: int) -> str | None:
    """Return percent with two decimals, rounded half up."""
    if whole == 0:
        return None
    points = (part * 20_000 + whole) // (2 * whole)
    return f"{points // 100}.{points % 100:02}"
