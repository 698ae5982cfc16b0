"""What the fund gave and received, told without giving a household away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.funds.impact.schemas import AreaName, ImpactRow, Title, Unit

_FEW: Final = range(1, 5)


@dataclass(frozen=True)
class Support:
    """Approved support of one place and period. `gift_value` in đồng, `rice_g` in grams."""

    gift_turns: int
    gift_households: int
    gift_value: int
    rice_g: int
    rice_turns: int
    rice_households: int
    rice_people: int


@dataclass(frozen=True)
class Received:
    """Donations of a period that were not reversed: đồng, grams, tenths of a person-day, and how many."""

    money: int
    rice_g: int
    labour: int
    donations: int


_TITLES: Final[Mapping[str, Title]] = {
    "gift_turns": Title(vi="Lượt tặng quà", en="Gifts handed over", fr="Cadeaux remis"),
    "gift_households": Title(vi="Số hộ được tặng quà", en="Households given gifts", fr="Ménages ayant reçu un cadeau"),
    "gift_value": Title(vi="Trị giá quà bằng tiền", en="Money given as gifts", fr="Argent offert"),
    "rice_kg": Title(vi="Gạo cứu đói", en="Rice against hunger", fr="Riz contre la faim"),
    "rice_turns": Title(vi="Lượt nhận gạo", en="Rice rations handed over", fr="Rations de riz remises"),
    "rice_households": Title(vi="Số hộ nhận gạo", en="Households given rice", fr="Ménages ayant reçu du riz"),
    "rice_people": Title(vi="Số nhân khẩu nhận gạo", en="People given rice", fr="Personnes ayant reçu du riz"),
    "donations_vnd": Title(vi="Đóng góp bằng tiền", en="Donations in money", fr="Dons en argent"),
    "donations_rice_kg": Title(vi="Đóng góp bằng gạo", en="Donations of rice", fr="Dons de riz"),
    "donations_labour_days": Title(
        vi="Đóng góp ngày công", en="Days of work donated", fr="Journées de travail offertes"
    ),
    "donation_count": Title(vi="Số lượt đóng góp", en="Donations", fr="Nombre de dons"),
}


def support_rows(found: Support, area: AreaName | None, *, suppress: bool) -> list[ImpactRow]:
    """Return the rows of one place; with `suppress`, counts that rest on 1 to 4 households are withheld.

    Turns are withheld with their households: so few gifts would say how few there are.
    """
    few_gifts = suppress and found.gift_households in _FEW
    few_rice = suppress and found.rice_households in _FEW
    figures: tuple[tuple[str, int, Unit, bool, str], ...] = (
        ("gift_turns", found.gift_turns, "turns", few_gifts, "approved gifts; a household counts once per occasion"),
        ("gift_households", found.gift_households, "households", few_gifts, "distinct households given a gift"),
        ("gift_value", found.gift_value, "VND", False, "money in approved gifts; goods among them are not valued"),
        ("rice_kg", _whole(found.rice_g, 1000), "kg", False, "rice in approved rations and gifts, to the nearest kg"),
        ("rice_turns", found.rice_turns, "turns", few_rice, "approved rations and gifts that hold rice"),
        ("rice_households", found.rice_households, "households", few_rice, "distinct households given rice"),
        (
            "rice_people",
            found.rice_people,
            "people",
            few_rice,
            "people of these households, each household at its largest in the period",
        ),
    )
    return [
        _row(name, None if hidden else value, unit, counted, area) for name, value, unit, hidden, counted in figures
    ]


def received_rows(found: Received) -> list[ImpactRow]:
    figures: tuple[tuple[str, int, Unit, str], ...] = (
        ("donations_vnd", found.money, "VND", "money received, without reversed donations"),
        (
            "donations_rice_kg",
            _whole(found.rice_g, 1000),
            "kg",
            "rice received, without reversed donations, to the nearest kg",
        ),
        (
            "donations_labour_days",
            _whole(found.labour, 10),
            "person-days",
            "work received, without reversed donations, to the nearest day",
        ),
        ("donation_count", found.donations, "donations", "donations received, without reversed ones"),
    )
    return [_row(name, value, unit, counted, None) for name, value, unit, counted in figures]


def _row(name: str, value: int | None, unit: Unit, counted: str, area: AreaName | None) -> ImpactRow:
    return ImpactRow(
        row=name,
        title=_TITLES[name],
        counts=counted,
        value=value,
        unit=unit,
        area=area,
        suppressed=value is None,
    )


def _whole(parts: int, size: int) -> int:
    """Return `parts` in whole units of `size` parts, rounded half up."""
    return (2 * parts + size) // (2 * size)
