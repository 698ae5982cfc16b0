"""Campaigns, those who give to them, what they give, and the rounds in which it reaches households.

People and organisations are invented. What a campaign gives it has received before, in the same kind.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from demo.draw import Draw, uuid7
from demo.names import Sex, full_name, surname
from demo.people import Household
from demo.places import KINH, MONG, THAI
from demo.poverty import Decisions, status_on

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


def _campaign(key: str, name: str, purpose: str, opens_on: date, target: int | None = None) -> Campaign:
    return Campaign(uuid7("campaign", key, day=opens_on), name, purpose, opens_on, target)


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
HOUSES: Final = _campaign(
    "houses",
    "Mai Sơn đoàn kết xóa nhà tạm",
    "Xóa nhà tạm, nhà dột nát cho hộ nghèo bằng tiền và ngày công của cộng đồng.",
    date(2024, 10, 17),
    target=1_200_000_000,
)
CAMPAIGNS: Final = (TET, RICE, HOUSES)


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

    number: int
    campaign: UUID
    donor: UUID | None
    unit: Unit
    amount: int
    received_on: date


@dataclass(frozen=True)
class Round:
    """A distribution of one occasion: money in đồng for each household, or 15 kg of rice for each of its people."""

    kind: Literal["gift", "rice"]
    occasion: str
    campaign: UUID
    given_on: date
    households: tuple[Household, ...]
    money: int = 0


_ORGANISATIONS: Final = (
    *("Công đoàn Trường Tiểu học Nà Hạ", "Hội Phụ nữ bản Co Muông", "Hợp tác xã Cà phê Pom Hịa", "Chi đoàn Pá Sản"),
    *("Doanh nghiệp Vận tải Lìu Sơn", "Hợp tác xã Nhãn chín muộn Bó Ban", "Hội Cựu chiến binh Noong Lìu"),
    *("Cửa hàng Vật liệu xây dựng Phiêng Đứa", "Câu lạc bộ Thiện nguyện Sông Nậm", "Hội Nông dân bản Tà Pục"),
    *("Nhà máy Tinh bột Huổi Toong", "Hội đồng hương Sản Hạ tại Hà Nội"),
)
_INDIVIDUALS: Final = 27
_ANONYMOUS: Final = 3


def donors() -> list[Donor]:
    first = date(2021, 1, 4)
    made = [Donor(uuid7("donor", "login", day=first), "individual", "Lê Thanh Hà", named=True, subject="donor")]
    for number in range(_INDIVIDUALS):
        draw = Draw("donor", number)
        group = draw.weighted({KINH: 55, THAI: 38, MONG: 7})
        sex: Sex = "female" if draw.chance(52) else "male"
        name = full_name(draw, group, sex, surname(draw, group))
        made.append(Donor(uuid7("donor", number, day=first), "individual", name, named=draw.chance(65)))
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
            made.append(Donation(len(made), campaign, donor, unit, amount, draw.day(first, last)))
    return made


_TET_GIFTS: Final = (
    (date(2021, 2, 3), 15, 1_000_000),
    (date(2022, 1, 24), 16, 1_000_000),
    (date(2023, 1, 14), 16, 1_000_000),
    (date(2024, 2, 1), 17, 1_000_000),
    (date(2025, 1, 20), 18, 1_000_000),
    (date(2026, 2, 7), 18, 1_100_000),
)
"""Day, households, đồng each: 100 gifts of about a million."""

_RICE_ROUNDS: Final = (
    ("tet-2021", date(2021, 2, 4), {2: 2, 3: 5, 4: 7, 5: 4, 6: 1}),
    ("giap-hat-2022", date(2022, 3, 15), {2: 2, 3: 5, 4: 8, 5: 4, 6: 1}),
    ("tet-2024", date(2024, 2, 2), {2: 2, 3: 5, 4: 8, 5: 5, 6: 1}),
    ("giap-hat-2025", date(2025, 3, 18), {2: 2, 3: 5, 4: 7, 5: 5, 6: 3}),
)
"""Occasion, day, and households by number of people: 82 households, 322 people."""

RATION: Final = 15 * _KILOGRAM
"""Grams for each person and month (Decree 20/2021, Art. 12)."""


def rounds(households: Sequence[Household], decided: Decisions) -> list[Round]:
    """Return the rounds, oldest first; whoever gets a gift or rice was poor on that day, and gets each kind once."""
    poor = _Poor(households, decided)
    made = [
        Round("gift", f"tet-{day.year}", TET.id, day, tuple(poor.some("gift", day, count)), money)
        for day, count, money in _TET_GIFTS
    ]
    for occasion, day, sizes in _RICE_ROUNDS:
        eating = [
            household
            for size, count in sizes.items()
            for household in poor.some("rice", day, count, lambda one, size=size, day=day: one.size_on(day) == size)  # type: ignore[misc]
        ]
        made.append(Round("rice", occasion, RICE.id, day, tuple(eating)))
    return sorted(made, key=lambda one: (one.given_on, one.kind))


class _Poor:
    def __init__(self, households: Sequence[Household], decided: Decisions) -> None:
        self._households = households
        self._decided = decided
        self._served: Counter[tuple[str, Household]] = Counter()

    def some(
        self, kind: str, day: date, count: int, fits: Callable[[Household], bool] = lambda _: True
    ) -> list[Household]:
        standing = [
            household
            for household in self._households
            if household.registered_on <= day
            and status_on(self._decided.get(household, ()), day) == "poor"
            and not self._served[kind, household]
            and fits(household)
        ]
        chosen = Draw("round", kind, day, count).shuffled(standing)[:count]
        self._served.update((kind, household) for household in chosen)
        return chosen
