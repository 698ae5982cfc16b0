"""A registry of a few weeks, told day by day: the small model that random histories are held against.

It knows nothing of rows, ranges or two clocks: who stands where on each day, in one table that acts write into.
"""

import copy
from dataclasses import dataclass, field
from datetime import date, timedelta

from kit.values.dates import today

DAYS = 7
Seat = tuple[str, str]


def day(index: int) -> date:
    """Return the day of an index; the last one is today, and three days lie between two."""
    return today() - timedelta(days=3 * (DAYS - 1 - index))


@dataclass
class World:
    """seats: household and relation of a person on each day. places: village of a household on each day.

    starts: days on which a household is known to have come to a place.
    """

    seats: dict[str, list[Seat | None]] = field(default_factory=dict)
    places: dict[str, list[str | None]] = field(default_factory=dict)
    starts: dict[str, set[int]] = field(default_factory=dict)

    def copy(self) -> "World":
        return copy.deepcopy(self)

    def found(self, home: str, since: int, village: str) -> None:
        self.places[home] = [village if index >= since else None for index in range(DAYS)]
        self.starts[home] = {since}

    def sit(self, person: str, since: int, seat: Seat | None, until: int = DAYS) -> None:
        row = self.seats.setdefault(person, [None] * DAYS)
        row[since:until] = [seat] * (until - since)

    def members(self, home: str, on: int) -> dict[str, str]:
        return {person: seat[1] for person, row in self.seats.items() if (seat := row[on]) and seat[0] == home}

    def living(self) -> list[str]:
        return sorted(home for home, row in self.places.items() if row[-1] is not None)

    def move(self, home: str, since: int, village: str) -> None:
        until = min((start for start in self.starts[home] if start > since), default=DAYS)
        self.places[home][since:until] = [village] * (until - since)
        self.starts[home].add(since)

    def dissolve(self, home: str, since: int) -> None:
        self.places[home][since:] = [None] * (DAYS - since)

    def begin(self, person: str, since: int) -> None:
        """Set right since when a person is in the household of today."""
        row = self.seats[person]
        home = row[-1][0] if row[-1] else ""
        first = DAYS - 1
        while first and (seat := row[first - 1]) and seat[0] == home:
            first -= 1
        if since < first:
            self.sit(person, since, row[first], first)
        else:
            self.sit(person, first, None, since)

    def take_back(self, before: "World", after: "World") -> None:
        """Undo what lies between two worlds: those people's seats and those households' places."""
        for person, row in after.seats.items():
            if row != before.seats[person]:
                self.seats[person] = list(before.seats[person])
        for home, places in after.places.items():
            if places != before.places[home] or after.starts[home] != before.starts[home]:
                self.places[home] = list(before.places[home])
                self.starts[home] = set(before.starts[home])

    def must_be_whole(self) -> None:
        """Fail where a household that lives has not one head, or one that is dissolved has a member.

        Members may have been together before the registry knew them.
        """
        for home, places in self.places.items():
            for index in range(min(self.starts[home]), DAYS):
                place = places[index]
                heads = list(self.members(home, index).values()).count("head")
                assert heads == (place is not None), (home, index)
                assert place is not None or not self.members(home, index), (home, index)
