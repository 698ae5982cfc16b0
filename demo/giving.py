"""Campaigns, those who give to them, and what they give.

People and organisations are invented. What a campaign gives it has received before, in the same kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from demo import examples
from demo.draw import Draw, uuid7
from demo.names import Sex, full_name, surname
from demo.places import KINH, MONG, THAI

FUND: Final = uuid5(NAMESPACE_URL, "forthepoor/campaign/quy-vi-nguoi-ngheo")
"""The Fund for the Poor itself, which every installation has from the beginning."""


@dataclass(frozen=True)
class Campaign:
    """`target` is in đồng."""

    id: UUID
    name: str
    purpose: str
    opens_on: date
    target: int | None = None


def _campaign(key: str, name: str, purpose: str, opens_on: date) -> Campaign:
    return Campaign(uuid7("campaign", key, day=opens_on), name, purpose, opens_on)


TET: Final = _campaign(
    "tet",
    "Tết vì người nghèo huyện Mai Sơn",
    "Thăm hỏi, tặng quà hộ nghèo dịp Tết Nguyên đán, để không ai bị bỏ lại phía sau.",
    date(2021, 1, 4),
)
RICE: Final = _campaign(
    "rice",
    "Gạo cứu đói dịp Tết và giáp hạt",
    "Hỗ trợ gạo cho hộ nghèo thiếu đói: 15 kg mỗi người mỗi tháng.",
    date(2021, 1, 4),
)
HOUSES: Final = Campaign(
    examples.RUNNING_CAMPAIGN,
    "Mai Sơn đoàn kết xóa nhà tạm",
    "Xóa nhà tạm, nhà dột nát cho hộ nghèo bằng tiền và ngày công của cộng đồng.",
    date(2024, 10, 17),
    target=1_200_000_000,
)
BLANKETS: Final = Campaign(
    examples.ENDING_CAMPAIGN,
    "Chăn ấm mùa rét 2025",
    "Chăn bông cho hộ nghèo vùng cao trong đợt rét đậm; đã trao hết.",
    date(2025, 11, 15),
)
"""Over, and waiting to be closed."""
CAMPAIGNS: Final = (TET, RICE, HOUSES, BLANKETS)


@dataclass(frozen=True)
class Donor:
    """`subject` is a login: the person can follow the gifts."""

    id: UUID
    kind: Literal["individual", "organisation", "anonymous"]
    name: str | None
    named: bool
    subject: str | None = None


Unit = Literal["VND", "kg", "person-day"]


@dataclass(frozen=True)
class Donation:
    """`amount` in đồng, grams, or tenths of a person-day; `donor` None for somebody unknown."""

    id: UUID
    number: int
    campaign: UUID
    donor: UUID | None
    unit: Unit
    amount: int
    received_on: date


_ORGANISATIONS: Final = (
    *("Công đoàn Trường Tiểu học Nà Hạ", "Hội Phụ nữ bản Co Muông", "Hợp tác xã Cà phê Pom Hịa", "Chi đoàn Pá Sản"),
    *("Doanh nghiệp Vận tải Lìu Sơn", "Hợp tác xã Nhãn chín muộn Bó Ban", "Hội Cựu chiến binh Noong Lìu"),
    *("Cửa hàng Vật liệu xây dựng Phiêng Đứa", "Câu lạc bộ Thiện nguyện Sông Nậm", "Hội Nông dân bản Tà Pục"),
    *("Nhà máy Tinh bột Huổi Toong", "Hội đồng hương Sản Hạ tại Hà Nội"),
)
_INDIVIDUALS: Final = 27
_ANONYMOUS: Final = 3
_EXAMPLE_DONOR: Final = 1
ASKED_BACK: Final = tuple(uuid7("donation", "asked back", number, day=date(2022, 10, 17)) for number in range(2))
"""Given to the Fund, and wanted back by who gave them."""
RECEIPTED: Final = tuple(uuid7("donation", "receipted", number, day=date(2022, 10, 17)) for number in range(2))
"""Given to the Fund, with a receipt."""
_EXAMPLE_DONATIONS: Final = {
    104: examples.DONATION,
    109: examples.MISTAKEN_DONATION,
    113: examples.DONATION_TO_CORRECT,
    114: examples.DONATION_TO_REFUND,
    115: ASKED_BACK[0],
    116: ASKED_BACK[1],
    117: RECEIPTED[0],
    118: RECEIPTED[1],
}
"""By number: two of the first month of the Fund and two of its second. The small ones are to be taken back."""


def donors() -> list[Donor]:
    first = date(2021, 1, 4)
    made = [Donor(uuid7("donor", "login", day=first), "individual", "Lê Thanh Hà", named=True, subject="donor")]
    for number in range(_INDIVIDUALS):
        draw = Draw("donor", number)
        group = draw.weighted({KINH: 55, THAI: 38, MONG: 7})
        sex: Sex = "female" if draw.chance(52) else "male"
        name = full_name(draw, group, sex, surname(draw, group))
        own = examples.DONOR if number == _EXAMPLE_DONOR else uuid7("donor", number, day=first)
        made.append(Donor(own, "individual", name, named=draw.chance(65)))
    for number, name in enumerate(_ORGANISATIONS):
        named = Draw("donor", "organisation", number).chance(85)
        made.append(Donor(uuid7("donor", "organisation", number, day=first), "organisation", name, named))
    made += (
        Donor(uuid7("donor", "anonymous", number, day=first), "anonymous", None, named=False)
        for number in range(_ANONYMOUS)
    )
    return made


Season = tuple[UUID, Unit, date, date, int, int]
"""Campaign, unit, first and last day of receiving, number of donations, their sum in the unit's smallest part."""

_MILLION: Final = 1_000_000
_KILOGRAM: Final = 1000
_SEASONS: Final[Sequence[Season]] = (
    *(
        (TET.id, "VND", date(year - 1, 12, 10) if year > 2021 else TET.opens_on, date(year, 1, 12), 8, sum_ * _MILLION)  # noqa: PLR2004
        for year, sum_ in ((2021, 18), (2022, 19), (2023, 19), (2024, 20), (2025, 21), (2026, 22))
    ),
    *(
        (RICE.id, "kg", date(year, 1, 4), date(year, 1, 16), 5, kilograms * _KILOGRAM)
        for year, kilograms in ((2021, 1150), (2022, 1200), (2024, 1250), (2025, 1350))
    ),
    (HOUSES.id, "VND", date(2024, 10, 17), date(2024, 11, 18), 14, 480 * _MILLION),
    (HOUSES.id, "VND", date(2025, 2, 1), date(2026, 9, 30), 10, 260 * _MILLION),
    (HOUSES.id, "person-day", date(2024, 11, 20), date(2026, 8, 31), 12, 6400),
    # The month of the Fund: 17 October to 18 November of each year.
    *((FUND, "VND", date(year, 10, 17), date(year, 11, 18), 9, 45 * _MILLION) for year in range(2021, 2027)),
)
_STEP: Final[dict[Unit, int]] = {"VND": 50_000, "kg": 5 * _KILOGRAM, "person-day": 5}


def donations(givers: Sequence[Donor]) -> list[Donation]:
    made: list[Donation] = []
    for campaign, unit, first, last, count, whole in _SEASONS:
        draw = Draw("donations", campaign, first)
        step = _STEP[unit]
        weights = {number: draw.between(1, 12) ** 2 for number in range(count)}
        left = whole // step - count  # everybody gives one step at least
        scale = sum(weights.values())
        amounts = [step * (1 + left * weight // scale) for weight in weights.values()]
        amounts[0] += whole - sum(amounts)
        for amount in amounts:
            # One in ten put it in the box at the market.
            donor = None if draw.chance(10) else draw.pick(givers).id
            number, day = len(made), draw.day(first, last)
            own = _EXAMPLE_DONATIONS.get(number) or uuid7("donation", number, day=day)
            made.append(Donation(own, number, campaign, donor, unit, amount, day))
    return made
