"""A poverty rate is poor households divided by all households, on a day, under a standard, in an area."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Tally:
    """Households of one place on one day; standards: those under which the poor among them were classified."""

    households: int = 0
    poor: int = 0
    near_poor: int = 0
    standards: frozenset[str] = field(default_factory=frozenset)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.households + other.households,
            self.poor + other.poor,
            self.near_poor + other.near_poor,
            self.standards | other.standards,
        )

    def basis_points(self) -> int | None:
        """Return hundredths of a percent, rounded half up (1286 is 12.86 %); None without households."""
        return (self.poor * 20_000 + self.households) // (2 * self.households) if self.households else None


def by_place(tallies: Iterable[tuple[UUID, Tally]], place: Callable[[UUID], UUID | None]) -> dict[UUID | None, Tally]:
    """Return the tallies by unit of a map; under None what has no place on it, so that nothing is lost."""
    found: dict[UUID | None, Tally] = {}
    for unit, tally in tallies:
        there = place(unit)
        found[there] = found.get(there, Tally()) + tally
    return found
