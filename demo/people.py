"""Households of Mai Sơn with their members: invented, and the same on every machine.

Identity numbers have the shape of real ones: 014 (Sơn La), a digit for century and sex, two of the year of birth, six
more. They are invented beyond doubt: their six last digits begin with 999, that is, they stand behind 999,000 others of
the same sex and year of birth, while the whole province counts about 1.3 million people of all ages. Nobody has a
telephone here: any number that looks like one might be somebody's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from demo import examples
from demo.draw import Draw, shares, uuid7
from demo.names import Sex, full_name, surname
from demo.places import COMMUNES, REFORM, THAI, Commune, villages

BEGINNING: Final = date(2021, 1, 1)
"""The registry of the story begins: the first day of the movement's account."""

_SIZES: Final = {1: 4, 2: 11, 3: 20, 4: 29, 5: 21, 6: 10, 7: 5}
_SIZES_HIGH: Final = {2: 5, 3: 12, 4: 23, 5: 27, 6: 20, 7: 13}
_INVENTED: Final = 999_000
_ROOM: Final = 1000
_SCHOOL: Final = 14


_EXAMPLES: Final = {
    96: examples.HOUSEHOLD,
    97: examples.OTHER_HOUSEHOLD,
    958: examples.MOVING_HOUSEHOLD,
    959: examples.MOVED_HOUSEHOLD,
    995: examples.SPLITTING_HOUSEHOLD,
    980: examples.DISSOLVING_HOUSEHOLD,
    988: examples.GROWING_HOUSEHOLD,
    973: examples.BEREAVED_HOUSEHOLD,
}
"""The households that the documents speak of, by number: in the two units of Hát Lót, which are Mai Sơn today."""

_PEOPLE: Final = {
    (995, 2): examples.GROWN_CHILD,
    (980, 0): examples.LODGER,
    (973, 0): examples.DECEASED,
    (973, 1): examples.WIDOW,
    (976, 0): examples.PERSON,
    (987, 2): examples.MOTHER,
}
"""The people that they speak of, by household and place in it."""


@dataclass(frozen=True)
class Member:
    """A person; `joined_on` is the day of registration, or of birth for a child born later."""

    id: UUID
    full_name: str
    sex: Sex
    birth_date: date
    birth_precision: str
    ethnicity: str
    relation: str
    joined_on: date
    identity_number: str | None = None


@dataclass(frozen=True)
class Household:
    """`unit` is the commune that it is recorded in: its code and the first day of that version."""

    number: int
    id: UUID
    commune: Commune
    unit: tuple[str, date]
    village: str
    registered_on: date
    members: tuple[Member, ...] = field(repr=False)

    def __hash__(self) -> int:
        return self.number

    def size_on(self, day: date) -> int:
        return sum(member.joined_on <= day for member in self.members)


def households(count: int, founded: int) -> list[Household]:
    """Return `count` households, the last `founded` of them begun by young couples under the map of July 2025."""
    numbers = iter(range(count))
    register = _Register()
    made = list(_settled(shares(count - founded, _weights()), numbers, register))
    made += _settled(shares(founded, _weights()), numbers, register, since=REFORM)
    return made


def _weights() -> dict[Commune, int]:
    return {commune: commune.size for commune in COMMUNES}


def _settled(
    counts: dict[Commune, int], numbers: Iterator[int], register: "_Register", since: date = BEGINNING
) -> Iterator[Household]:
    for commune, count in counts.items():
        places = villages(commune)
        for _ in range(count):
            number = next(numbers)
            draw = Draw("household", number)
            founded = since == REFORM
            day = draw.day(REFORM, date(2025, 11, 30)) if founded else since
            members = _couple(draw, commune, day) if founded else _family(draw, commune, day)
            yield Household(
                number=number,
                id=_EXAMPLES.get(number) or uuid7("household", number, day=day),
                commune=commune,
                unit=(commune.today, REFORM) if founded else (commune.code, date(1900, 1, 1)),
                village=draw.pick(places),
                registered_on=day,
                members=tuple(register.entered(number, members)),
            )


class _Register:
    """Gives ids and identity numbers, each number once."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def entered(self, household: int, members: list[Member]) -> Iterator[Member]:
        for place, member in enumerate(members):
            own = _PEOPLE.get((household, place)) or uuid7("person", household, place, day=member.joined_on)
            known = vars(member) | {"id": own}
            yield Member(**known | {"identity_number": self._number(member)})

    def _number(self, member: Member) -> str | None:
        born = member.birth_date.year
        if born > BEGINNING.year - _SCHOOL:
            return None  # children carry none here
        century = 2 * (born >= 2000) + (member.sex == "female")  # noqa: PLR2004 - the scheme's own border
        head = f"014{century}{born % 100:02}"
        serial = self._given[head]
        if serial == _ROOM:
            raise OverflowError(head)
        self._given[head] += 1
        return f"{head}{_INVENTED + serial}"


def _family(draw: Draw, commune: Commune, day: date) -> list[Member]:
    """Return a head, and whoever makes up a household of the size that was drawn: spouse, children, parents."""
    group = draw.weighted(commune.peoples)
    size = draw.weighted(_SIZES if group == THAI or commune.hardship < _HIGHLANDS else _SIZES_HIGH)
    sex: Sex = "male" if draw.chance(82) else "female"
    head = _person(draw, group, sex, "head", (day.year - 68, day.year - 27), day)
    family = [head]
    if size > 1 and draw.chance(90):
        family.append(_spouse(draw, head, group, day))
    elder = head.birth_date.year
    if size > len(family) + 1 and elder > day.year - 50 and draw.chance(35):
        family.append(_person(draw, group, "female", "parent", (elder - 32, elder - 19), day))
    while len(family) < size:
        family.append(_child(draw, family, group, day))
    if elder > day.year - 40 and len(family) > 1 and draw.chance(20):
        born = draw.day(date(day.year, 3, 1), date(2025, 6, 30))
        family.append(_newborn(draw, family, group, born))
    return family


_HIGHLANDS: Final = 10
"""From this hardship on families are larger, except the Thái."""


def _couple(draw: Draw, commune: Commune, day: date) -> list[Member]:
    group = draw.weighted(commune.peoples)
    head = _person(draw, group, "male", "head", (day.year - 28, day.year - 21), day)
    return [head, _spouse(draw, head, group, day)]


def _person(
    draw: Draw, group: str, sex: Sex, relation: str, years: tuple[int, int], day: date, family: str | None = None
) -> Member:
    """Return somebody born in one of `years`; of those born before 1965 often no more than the year is known."""
    year = draw.between(*years)
    by_year = year < 1965 and draw.chance(60)  # noqa: PLR2004
    born = date(year, 1, 1) if by_year else date(year, 1, 1) + timedelta(draw.below(365))
    return Member(
        id=UUID(int=0),
        full_name=full_name(draw, group, sex, family or surname(draw, group)),
        sex=sex,
        birth_date=born,
        birth_precision="year" if by_year else "day",
        ethnicity=group,
        relation=relation,
        joined_on=day,
    )


def _spouse(draw: Draw, head: Member, group: str, day: date) -> Member:
    year = head.birth_date.year
    sex: Sex = "female" if head.sex == "male" else "male"
    return _person(draw, group, sex, "spouse", (year - 2, min(year + 5, day.year - 19)), day)


def _child(draw: Draw, family: list[Member], group: str, day: date) -> Member:
    """Return a child of the head, or a grandchild where the head is old."""
    eldest = family[0].birth_date.year + 19
    grand = eldest < day.year - 28 and draw.chance(50)
    years = (eldest + 20, day.year - 1) if grand else (eldest, min(day.year - 1, eldest + 22))
    sex: Sex = "female" if draw.chance(49) else "male"
    relation = "grandchild" if grand else "child"
    return _person(draw, group, sex, relation, years, day, _surname_of(family))


def _newborn(draw: Draw, family: list[Member], group: str, born: date) -> Member:
    sex: Sex = "female" if draw.chance(48) else "male"
    child = _person(draw, group, sex, "child", (born.year, born.year), born, _surname_of(family))
    return Member(**vars(child) | {"birth_date": born})


def _surname_of(family: list[Member]) -> str:
    """The father's."""
    father = next((member for member in family[:2] if member.sex == "male"), family[0])
    return father.full_name.partition(" ")[0]
