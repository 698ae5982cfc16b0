"""The 22 units of Mai Sơn as they were before 1 July 2025, and the eight that stand in their place.

Codes and names are real (Resolution 1681/NQ-UBTVQH15). How many people and how many poor a unit has is not: both are
rough weights of ours, so that towns are large and highlands are poor. Villages are invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from demo.draw import Draw

REFORM: Final = date(2025, 7, 1)
"""First day of the eight communes of today."""

THAI, KINH, MONG, XINH_MUN, KHO_MU = "03", "01", "08", "34", "29"
"""Codes of the ethnic groups, in the order of the statistics office."""

_TOWN: Final = {KINH: 70, THAI: 28, MONG: 2}
_ROAD: Final = {THAI: 55, KINH: 42, MONG: 3}
_VALLEY: Final = {THAI: 90, KINH: 8, KHO_MU: 2}
_SLOPE: Final = {THAI: 62, MONG: 18, XINH_MUN: 12, KHO_MU: 8}
_HIGH: Final = {MONG: 38, THAI: 34, XINH_MUN: 20, KHO_MU: 8}


@dataclass(frozen=True)
class Commune:
    """A unit of before; `today` is the code of the commune it became part of. `size` and `hardship` are weights."""

    code: str
    name: str
    today: str
    size: int
    hardship: int
    peoples: Mapping[str, int]

    def __hash__(self) -> int:
        return hash(self.code)


COMMUNES: Final = (
    Commune("04105", "Thị trấn Hát Lót", "04105", 170, 1, _TOWN),
    Commune("04108", "Xã Chiềng Sung", "04108", 60, 5, _ROAD),
    Commune("04111", "Xã Mường Bằng", "04123", 75, 4, _VALLEY),
    Commune("04114", "Xã Chiềng Chăn", "04108", 50, 8, _SLOPE),
    Commune("04117", "Xã Mường Chanh", "04117", 45, 4, _VALLEY),
    Commune("04120", "Xã Chiềng Ban", "04132", 70, 3, _VALLEY),
    Commune("04123", "Xã Chiềng Mung", "04123", 95, 2, _ROAD),
    Commune("04126", "Xã Mường Bon", "04123", 65, 3, _VALLEY),
    Commune("04129", "Xã Chiềng Chung", "04117", 42, 6, _VALLEY),
    Commune("04132", "Xã Chiềng Mai", "04132", 50, 4, _VALLEY),
    Commune("04135", "Xã Hát Lót", "04105", 85, 3, _ROAD),
    Commune("04136", "Xã Nà Pó", "04136", 80, 5, _ROAD),
    Commune("04138", "Xã Cò Nòi", "04105", 190, 3, _ROAD),
    Commune("04141", "Xã Chiềng Nơi", "04144", 55, 14, _HIGH),
    Commune("04144", "Xã Phiêng Cằm", "04144", 65, 14, _HIGH),
    Commune("04147", "Xã Chiềng Dong", "04132", 45, 7, _SLOPE),
    Commune("04150", "Xã Chiềng Kheo", "04132", 30, 7, _SLOPE),
    Commune("04153", "Xã Chiềng Ve", "04132", 30, 7, _SLOPE),
    Commune("04156", "Xã Chiềng Lương", "04159", 95, 6, _SLOPE),
    Commune("04159", "Xã Phiêng Pằn", "04159", 75, 12, _HIGH),
    Commune("04162", "Xã Nà Ơt", "04159", 45, 12, _HIGH),
    Commune("04165", "Xã Tà Hộc", "04136", 38, 9, _SLOPE),
)

OFFICES: Final = tuple(sorted({commune.today for commune in COMMUNES}))
"""Codes of the communes of today, whose officers keep the registry."""

_GROUND: Final = ("Nà", "Pá", "Huổi", "Co", "Phiêng", "Noong", "Bó", "Tà", "Pom", "Lọng")
_MARK: Final = ("Hạ", "Khoang", "Muông", "Lìu", "Sản", "Pục", "Toong", "Nhụng", "Lót Nưa", "Đứa", "Ban Cuông", "Hịa")


def villages(commune: Commune) -> list[str]:
    """Return the unit's villages, of names that sound like the country's and are put together by chance."""
    draw = Draw("villages", commune.code)
    kind = "Tiểu khu" if commune.name.startswith("Thị trấn") else "Bản"
    wanted = draw.between(5, 8)
    names = draw.shuffled([f"{kind} {ground} {mark}" for ground in _GROUND for mark in _MARK])
    return names[:wanted]
