"""The rounds in which gifts and rice reach households: those given, and those that still wait for a decision."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from demo import examples
from demo.draw import Draw, uuid7
from demo.giving import FUND, RICE, TET
from demo.people import Household
from demo.poverty import Decisions, status_on


@dataclass(frozen=True)
class Round:
    """A distribution of one occasion: money in đồng for each household, or 15 kg of rice for each of its people."""

    id: UUID
    kind: Literal["gift", "rice"]
    occasion: str
    campaign: UUID
    given_on: date
    households: tuple[Household, ...]
    money: int = 0


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

_EXAMPLE_RICE: Final = "tet-2024"

RATION: Final = 15_000
"""Grams for each person and month (Decree 20/2021, Art. 12)."""


def rounds(households: Sequence[Household], decided: Decisions) -> list[Round]:
    """Return the rounds, oldest first; whoever gets a gift or rice was poor on that day, and gets each kind once."""
    poor = _Poor(households, decided)
    made = [
        Round(
            uuid7("round", "gift", day, day=day),
            "gift",
            f"tet-{day.year}",
            TET.id,
            day,
            tuple(poor.some("gift", day, count)),
            money,
        )
        for day, count, money in _TET_GIFTS
    ]
    for occasion, day, sizes in _RICE_ROUNDS:
        eating = [
            household
            for size, count in sizes.items()
            for household in poor.some("rice", day, count, lambda one, size=size, day=day: one.size_on(day) == size)  # type: ignore[misc]
        ]
        own = examples.GIVEN_ROUND if occasion == _EXAMPLE_RICE else uuid7("round", "rice", day, day=day)
        made.append(Round(own, "rice", occasion, RICE.id, day, tuple(eating)))
    return sorted(made, key=lambda one: (one.given_on, one.kind))


def proposals(households: Sequence[Household]) -> list[Round]:
    """Return gifts of the Fund that are proposed and wait for somebody to decide: nothing of them is given yet."""
    [household] = [one for one in households if one.id == examples.HOUSEHOLD]
    return [
        Round(own, "gift", occasion, FUND, day, (household,), 500_000)
        for own, occasion, day in (
            (examples.ROUND_TO_APPROVE, "ngay-hoi-dai-doan-ket-2026", date(2026, 11, 18)),
            (examples.ROUND_TO_REJECT, "mung-com-moi-2026", date(2026, 11, 10)),
        )
    ]


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
