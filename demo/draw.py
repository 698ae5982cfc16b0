"""Chance without chance: every draw follows from the seed and from what it is for, on any machine, in any order."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final, TypeVar
from uuid import UUID

SEED: Final = "mai-son-1"
"""Another seed tells another story; ids and idempotency keys follow from it."""

Item = TypeVar("Item")
_BITS: Final = 64


class Draw:
    """A stream of draws for one purpose: `Draw("household", 17)`. Whole numbers only: floats differ by machine."""

    def __init__(self, *purpose: object) -> None:
        self._purpose = "/".join((SEED, *map(str, purpose)))
        self._drawn = 0

    def bits(self) -> int:
        """Return 64 bits."""
        self._drawn += 1
        text = f"{self._purpose}#{self._drawn}"
        return int.from_bytes(blake2b(text.encode(), digest_size=_BITS // 8).digest())

    def below(self, end: int) -> int:
        return self.bits() * end >> _BITS

    def between(self, least: int, most: int) -> int:
        """Return a number from `least` to `most`, both possible."""
        return least + self.below(most - least + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[Item, int]) -> Item:
        left = self.below(sum(weights.values()))
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        raise AssertionError  # the weights add up to the end of the draw

    def day(self, first: date, last: date) -> date:
        return first + timedelta(self.between(0, (last - first).days))

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        return [item for _, item in sorted(((self.bits(), item) for item in items), key=lambda pair: pair[0])]


def uuid7(*purpose: object, day: date) -> UUID:
    """Return the id of this purpose: in the form of UUIDv7, its time within `day`, all its bits from the seed."""
    draw = Draw("id", *purpose)
    milliseconds = (day - date(1970, 1, 1)).days * 86_400_000 + draw.below(86_400_000)
    low, high = draw.bits(), draw.bits()
    number = milliseconds << 80 | 7 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low & (1 << 62) - 1
    return UUID(int=number)


def shares(whole: int, weights: Mapping[Item, int]) -> dict[Item, int]:
    """Divide `whole` by `weights` into whole numbers that add up to it (largest remainder)."""
    total = sum(weights.values())
    parts = {item: whole * weight // total for item, weight in weights.items()}
    rest = whole - sum(parts.values())
    for item in sorted(weights, key=lambda one: -(whole * weights[one] % total))[:rest]:
        parts[item] += 1
    return parts
