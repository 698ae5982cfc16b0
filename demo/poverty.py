"""Who was on which list when: six reviews, after which 12.86 % of the households of Mai Sơn are poor.

Each review decides by first of January. The share of poor households falls by two points a year, as the district's
account says; where they live follows the weights of the communes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from demo.draw import Draw, shares
from demo.people import Household
from demo.places import Commune

RATES: Final = {2021: 2286, 2022: 2086, 2023: 1886, 2024: 1686, 2025: 1486, 2026: 1286}
"""Poor households in a hundredth of a percent of all, on 1 January."""
_NEAR: Final = {2021: 1000, 2022: 950, 2023: 900, 2024: 850, 2025: 800, 2026: 750}
"""Near-poor ones, likewise: a figure of ours, the account gives none."""


@dataclass(frozen=True)
class Decision:
    """A commune's decision: from that day on the household is `poor`, `near_poor` or on neither list (`none`)."""

    status: str
    valid_from: date
    number: str


Decisions = dict[Household, list[Decision]]


def decisions(households: Sequence[Household]) -> Decisions:
    """Return what was decided about each household, oldest first; nothing about those that were never on a list."""
    made: Decisions = defaultdict(list)
    before: dict[Household, str] = {}
    for year, rate in RATES.items():
        day = date(year, 1, 1)
        known = [household for household in households if household.registered_on <= day]
        lists = _lists(known, year, _of(len(known), rate), _of(len(known), _NEAR[year]))
        numbers = dict.fromkeys({household.commune for household in known}, 0)
        for household in known:
            status = lists.get(household, "none")
            if status == before.get(household, "none"):
                continue
            before[household] = status
            numbers[household.commune] += 1
            number = f"{numbers[household.commune]}/QĐ-UBND-{household.commune.code}"
            made[household].append(Decision(status, day, number))
    return dict(made)


def status_on(made: Sequence[Decision], day: date) -> str:
    return next((decision.status for decision in reversed(made) if decision.valid_from <= day), "none")


def _of(whole: int, hundredths: int) -> int:
    return (whole * hundredths + 5000) // 10000


def _lists(known: Sequence[Household], year: int, poor: int, near: int) -> dict[Household, str]:
    """Return the status of those on a list: in each commune the worst off, by hardship that changes little by year."""
    by_commune: dict[Commune, list[Household]] = defaultdict(list)
    for household in known:
        by_commune[household.commune].append(household)
    weights = {commune: commune.hardship * len(living) for commune, living in by_commune.items()}
    poor_in, listed_in = shares(poor, weights), shares(poor + near, weights)
    found: dict[Household, str] = {}
    for commune, living in by_commune.items():
        worst = sorted(living, key=lambda household: -_hardship(household, year))
        for place, household in enumerate(worst[: listed_in[commune]]):
            found[household] = "poor" if place < poor_in[commune] else "near_poor"
    return found


def _hardship(household: Household, year: int) -> int:
    lasting = Draw("hardship", household.number).below(1_000_000)
    return 98 * lasting + 2 * Draw("hardship", household.number, year).below(1_000_000)
