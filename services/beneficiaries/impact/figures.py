"""Counts of households put on a map, and told without giving a household away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.beneficiaries.areas.models import Atlas
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.impact.schemas import ImpactRow, Title, Unit

_FEW: Final = range(1, 5)


@dataclass(frozen=True)
class Count:
    """Households of one place on one day."""

    households: int = 0
    poor: int = 0
    near_poor: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.households + other.households, self.poor + other.poor, self.near_poor + other.near_poor)

    def rate(self) -> int | None:
        """Poor of all households in basis points (1286 is 12.86 %), rounded half up; None where there are none."""
        return (self.poor * 20_000 + self.households) // (2 * self.households) if self.households else None


_TITLES: Final[Mapping[str, Title]] = {
    "poverty_rate": Title(vi="Tỷ lệ hộ nghèo", en="Poverty rate", fr="Taux de pauvreté"),
    "poor_households": Title(vi="Số hộ nghèo", en="Poor households", fr="Ménages pauvres"),
    "near_poor_households": Title(vi="Số hộ cận nghèo", en="Near-poor households", fr="Ménages quasi pauvres"),
    "all_households": Title(vi="Tổng số hộ", en="All households", fr="Tous les ménages"),
}


def whole(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())


def placed(counts: Mapping[UUID, Count], atlas: Atlas, day: date) -> dict[UUID | None, Count]:
    """Return the counts by unit of the map of `day`; under None what has no place on it, so that nothing is lost."""
    found: dict[UUID | None, Count] = {}
    for unit_id, count in counts.items():
        place = atlas.place(unit_id, day)
        found[place] = found.get(place, Count()) + count
    return found


def rows(count: Count, day: date, area: AreaName | None, *, suppress: bool) -> list[ImpactRow]:
    """Return the four rows of one place; with `suppress`, figures that rest on 1 to 4 households are withheld."""
    small_rate = count.poor in _FEW or count.households in _FEW
    figures: tuple[tuple[str, int | None, Unit, bool, str], ...] = (
        (
            "poverty_rate",
            count.rate(),
            "basis points",
            small_rate,
            "poor households divided by all registered households, times 10,000: 1286 is 12.86 percent",
        ),
        ("poor_households", count.poor, "households", count.poor in _FEW, "distinct households whose status is poor"),
        (
            "near_poor_households",
            count.near_poor,
            "households",
            count.near_poor in _FEW,
            "distinct households whose status is near poor",
        ),
        ("all_households", count.households, "households", count.households in _FEW, "distinct registered households"),
    )
    return [
        ImpactRow(
            row=name,
            title=_TITLES[name],
            counts=f"{counted}, on {day}",
            value=None if suppress and small else value,
            unit=unit,
            area=area,
            suppressed=suppress and small,
        )
        for name, value, unit, small, counted in figures
    ]
