"""The rules of a standard in numbers. A version is never changed: what was classified under it keeps pointing to it."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Rules:
    """One version of a standard's rules.

    income_*: VND per person per month up to which a household may be poor or near-poor. deprivations: how many of
    `indicators` (codes in the order of the form) make it poor rather than near-poor.
    """

    id: UUID
    standard: str
    version: int
    income_rural: int
    income_urban: int
    deprivations: int
    indicators: tuple[str, ...]

    def income_line(self, *, urban: bool) -> int:
        return self.income_urban if urban else self.income_rural


@dataclass(frozen=True)
class PointTable:
    """One version of the points by which reviewers score (forms B1 and B2).

    income_*: points of B1 up to which the income counts as below the line. per_deprivation: points of B2 for each
    deprivation; deprivation_line: points of B2 from which a household is poor. items: points of B1 by code.
    """

    id: UUID
    standard: str
    version: int
    income_rural: int
    income_urban: int
    per_deprivation: int
    deprivation_line: int
    items: dict[str, int] = field(default_factory=dict)

    def income_line(self, *, urban: bool) -> int:
        return self.income_urban if urban else self.income_rural
