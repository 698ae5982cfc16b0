"""Names as they are heard in Mai Sơn, by ethnic group; who bears them here is invented.

Surnames and given names are common ones, put together by chance. A full name may well be somebody's, as any common name
is; nothing else about the person is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from demo.draw import Draw
from demo.places import KHO_MU, KINH, MONG, THAI, XINH_MUN

Sex = Literal["female", "male"]


@dataclass(frozen=True)
class _Names:
    surnames: Sequence[str]
    between: dict[Sex, Sequence[str]]
    given: dict[Sex, Sequence[str]]


_THAI_MEN: Final = (
    *("Thành", "Dũng", "Sơn", "Pọm", "Inh", "Chựa", "Panh", "Muôn", "Hịa", "Tưởng", "Phương", "Xuân", "Ánh", "Biên"),
    *("Chung", "Đôi", "Hùng", "Khoa", "Long", "Minh", "Nam", "Phong", "Quân", "Toàn", "Tuấn", "Ún", "Yêu", "Hoan"),
)
_THAI_WOMEN: Final = (
    *("Đôi", "Hương", "Xuân", "Mai", "Inh", "Pâng", "Ín", "Hoa", "Lả", "Phương", "Thơm", "Duyên", "Én", "Hặc"),
    *("Ánh", "Chom", "Dương", "Hiên", "Khặn", "Lún", "Muôn", "Nọi", "Óng", "Phiêng", "Sương", "Tiên", "Vân", "Yên"),
)
_NAMES: Final = {
    THAI: _Names(
        ("Lò", "Cầm", "Hà", "Quàng", "Lường", "Vì", "Tòng", "Cà", "Bạc", "Hoàng", "Điêu", "Lèo", "Mè", "Ngần", "Đèo"),
        {"male": ("Văn",), "female": ("Thị",)},
        {"male": _THAI_MEN, "female": _THAI_WOMEN},
    ),
    MONG: _Names(
        ("Giàng", "Mùa", "Sồng", "Thào", "Vàng", "Hạng", "Lầu", "Tráng", "Cứ", "Hờ", "Phàng", "Sùng", "Vừ", "Lý"),
        {"male": ("A",), "female": ("Thị",)},
        {
            "male": (
                *("Páo", "Chống", "Dơ", "Súa", "Tếnh", "Lử", "Nủ", "Chu", "Gàng", "Dềnh", "Phình", "Khua", "Tồng"),
                *("Vảng", "Sà", "Của", "Thái", "Cháng", "Lềnh", "Sếnh", "Trừ", "Vư"),
            ),
            "female": (
                *("Dợ", "Mỷ", "Dua", "Sua", "Chư", "Pàng", "Xia", "Ly", "Mai", "Máy", "Dính", "Ía", "Nhia", "Say"),
                *("Chía", "Lia", "Cở", "Bla", "Sông", "Vá"),
            ),
        },
    ),
    KINH: _Names(
        ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ", "Bùi", "Ngô", "Đặng", "Dương", "Đinh", "Phan", "Đào"),
        {"male": ("Văn", "Đức", "Quang", "Hữu", "Minh"), "female": ("Thị", "Thu", "Ngọc", "Thanh")},
        {
            "male": (
                *("Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hiếu", "Hùng", "Khánh", "Lâm", "Long", "Nam"),
                *("Phúc", "Quân", "Sơn", "Thắng", "Trung", "Tuấn", "Việt", "Vinh"),
            ),
            "female": (
                *("An", "Bích", "Chi", "Dung", "Hà", "Hạnh", "Hằng", "Hoa", "Huệ", "Lan", "Liên", "Mai", "Nga"),
                *("Nhung", "Oanh", "Phương", "Quyên", "Tâm", "Thảo", "Yến"),
            ),
        },
    ),
    XINH_MUN: _Names(
        ("Lò", "Vì", "Lường", "Hoàng", "Vi"),
        {"male": ("Văn",), "female": ("Thị",)},
        {
            "male": ("Pản", "Ọi", "Thương", "Nọi", "Hặc", "Phóng", "Chía", "Xôm", "Khăm", "Mến", "Diện", "Thoan"),
            "female": ("Nọi", "Ọn", "Mến", "Thưởng", "Pản", "Xuôi", "Lăm", "Hiền", "Diên", "Chăn", "Bun", "Phỏng"),
        },
    ),
    KHO_MU: _Names(
        ("Lò", "Moong", "Quàng", "Cút", "Lường", "Vì", "Xeo"),
        {"male": ("Văn",), "female": ("Thị",)},
        {
            "male": ("Thân", "Phởi", "Xanh", "Khun", "Bun", "Hòa", "Đức", "Ngân", "Chói", "Lai", "Phong", "Tiến"),
            "female": ("Phởi", "Xanh", "Bun", "Ngân", "Lai", "Mưa", "Thoa", "Cói", "Tâm", "Hiến", "Bính", "Pheng"),
        },
    ),
}


def surname(draw: Draw, group: str) -> str:
    return draw.pick(_NAMES[group].surnames)


def full_name(draw: Draw, group: str, sex: Sex, family: str) -> str:
    """Return surname, middle and given name; `family` is the surname."""
    names = _NAMES[group]
    return f"{family} {draw.pick(names.between[sex])} {draw.pick(names.given[sex])}"
