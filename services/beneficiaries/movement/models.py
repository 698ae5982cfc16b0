"""How the lists of the poor moved between two days (registry facts, section 3).

end = start - to the other list - above - other decrease + from the other list + fallen back + newly arisen
+ other increase: each household is counted by what it was on the first day and what it is on the last.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

Listed = Literal["poor", "near_poor"]
LISTS: Final[tuple[Listed, Listed]] = ("poor", "near_poor")
Place = Callable[[UUID], UUID | None]


@dataclass(frozen=True)
class Group:
    """Households that went the same way: unit and status on either day (None: not there), and how many.

    listed_before: the lists on which they stood at some time before the first day.
    """

    left: UUID | None
    came: UUID | None
    before: str | None
    after: str | None
    listed_before: frozenset[str]
    households: int


@dataclass
class Movement:
    """The movement of one list in one area; old + new + fallen_back = end."""

    start: int = 0
    to_other_list: int = 0
    above: int = 0
    other_decrease: int = 0
    from_other_list: int = 0
    fallen_back: int = 0
    newly_arisen: int = 0
    other_increase: int = 0
    end: int = 0
    old: int = 0

    @property
    def new(self) -> int:
        return self.from_other_list + self.newly_arisen + self.other_increase

    def balances(self) -> bool:
        """Say whether the end is the start with all movements."""
        gone = self.to_other_list + self.above + self.other_decrease
        return (
            self.end
            == self.start - gone + self.from_other_list + self.fallen_back + self.newly_arisen + self.other_increase
        )

    def leave(self, status: str | None, many: int, *, stayed: bool) -> None:
        """Count households that were on this list and no longer are, by their status now."""
        self.start += many
        if not stayed:
            self.other_decrease += many
        elif status == "none":
            self.above += many
        else:
            self.to_other_list += many

    def join(self, status: str | None, many: int, *, was_here: bool, was_listed: bool) -> None:
        """Count households that are on this list and were not, by their status then."""
        self.end += many
        if not was_here:
            self.other_increase += many
        elif status != "none":
            self.from_other_list += many
        elif was_listed:
            self.fallen_back += many
        else:
            self.newly_arisen += many

    def stay(self, many: int) -> None:
        self.start += many
        self.end += many
        self.old += many


Area = UUID | None


def movements(groups: Iterable[Group], place: Place) -> dict[tuple[Area, Listed], Movement]:
    """Return the movement by area of a map and list; area None is what has no place on that map.

    A household that moved from one area to another is another decrease there and another increase here; so is one that
    was dissolved, and one that was not registered on the first day.
    """
    found: dict[tuple[Area, Listed], Movement] = defaultdict(Movement)
    for group in groups:
        first = None if group.left is None else (place(group.left),)
        last = None if group.came is None else (place(group.came),)
        same = first is not None and first == last
        for name in LISTS:
            was, now = group.before == name, group.after == name
            if was and now and same and first:
                found[first[0], name].stay(group.households)
                continue
            if was and first:
                found[first[0], name].leave(group.after, group.households, stayed=same)
            if now and last:
                listed = name in group.listed_before
                found[last[0], name].join(group.before, group.households, was_here=same, was_listed=listed)
    return found
