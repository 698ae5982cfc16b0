"""A small country: plots of ground, units that hold them, and random acts on the units.

What lies where is known from the plots, whatever the edges say: so the edges can be held against the ground.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.beneficiaries.area_acts.models import Shape, altered, succeed, unit_id
from services.beneficiaries.areas.models import AreaVersion, Atlas, Unit
from tests.services.beneficiaries.areas.conftest import unit

ALWAYS = date(1900, 1, 1)
FIRST_ACT = date(2015, 3, 1)
SIZES = (3, 2, 1, 4, 2)
"""Plots of the units that the country begins with."""

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""What a busy machine takes for an example says nothing about the rule."""

Step = tuple[str, int, int, bool]
"""A kind of act, which units or plots it takes, and whether it is of the same day as the one before."""

STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "rename", "reclassify"]),
        st.integers(0, 60),
        st.integers(1, 60),
        st.booleans(),
    ),
    max_size=9,
)


@dataclass
class World:
    """All units that ever were (`units`), what ground each holds, and the edges."""

    prefix: str = "90"
    units: list[AreaVersion] = field(default_factory=list)
    ground: dict[UUID, frozenset[int]] = field(default_factory=dict)
    edges: list[tuple[UUID, UUID]] = field(default_factory=list)
    day: date = FIRST_ACT
    codes: int = 0

    def begin(self) -> list[str]:
        """Put the first units on the map, and return their codes."""
        plots = iter(range(sum(SIZES)))
        for size in SIZES:
            code = self._code()
            made = AreaVersion(
                id=unit_id(code, ALWAYS),
                code=code,
                valid_from=ALWAYS,
                valid_to=None,
                name=f"Xã {code}",
                kind="xã",
                level="commune",
                aliases=[],
                urban=False,
                parent_id=None,
                latitude=None,
                longitude=None,
            )
            self.units.append(made)
            self.ground[made.id] = frozenset(next(plots) for _ in range(size))
        return [made.code for made in self.units]

    def act(self, step: Step) -> dict[str, Any] | None:
        """Carry out an act by the rules of the service, and return it as it is sent; None where nothing fits it."""
        kind, one, other, same_day = step
        if not same_day:
            self.day += timedelta(days=100)
        open_units = [made for made in self.units if made.valid_to is None and made.valid_from < self.day]
        if kind == "merge":
            return self._merge(open_units, one, other)
        if kind == "split":
            return self._split([made for made in open_units if len(self.ground[made.id]) > 1], one, other)
        return self._alter(open_units, kind, one, other)

    def _merge(self, among: list[AreaVersion], one: int, other: int) -> dict[str, Any] | None:
        if len(among) < 2:
            return None
        start, size = one % len(among), 2 + other % (len(among) - 1)
        merged = [among[(start + place) % len(among)] for place in range(size)]
        code = merged[0].code if other % 2 else self._code()
        into = unit(code, f"Xã {code}")
        self._succeed(merged, [(into, frozenset().union(*(self.ground[made.id] for made in merged)))])
        return {"kind": "merge", "units": [str(made.id) for made in merged], "into": into}

    def _split(self, among: list[AreaVersion], one: int, other: int) -> dict[str, Any] | None:
        if not among:
            return None
        whole = among[one % len(among)]
        plots = sorted(self.ground[whole.id])
        cut = 1 + other % (len(plots) - 1)
        parts = [
            (unit(code, f"Xã {code}"), frozenset(held))
            for code, held in ((whole.code, plots[:cut]), (self._code(), plots[cut:]))
        ]
        self._succeed([whole], parts)
        return {"kind": "split", "unit": str(whole.id), "into": [shape for shape, _ in parts]}

    def _alter(self, among: list[AreaVersion], kind: str, one: int, other: int) -> dict[str, Any] | None:
        if not among:
            return None
        old = among[one % len(among)]
        if kind == "rename":
            name, urban = f"{old.name} {other}", None
        else:
            name, urban = None, not old.urban
        shape = altered(old, name=name, kind=None, urban=urban)
        [new] = succeed([old], [shape], self.day, "of the test")
        self._keep([old], new, self.ground[old.id])
        return {"kind": kind, "unit": str(old.id), **({"name": name} if name else {"urban": urban})}

    def _succeed(self, ended: list[AreaVersion], parts: list[tuple[dict[str, Any], frozenset[int]]]) -> None:
        shapes = [Shape(**{"aliases": [], "parent_id": None, **shape}) for shape, _ in parts]
        for new, (_, ground) in zip(succeed(ended, shapes, self.day, "of the test"), parts, strict=True):
            self._keep(ended, new, ground)

    def _keep(self, ended: list[AreaVersion], new: AreaVersion, ground: frozenset[int]) -> None:
        self.units.append(new)
        self.ground[new.id] = ground
        self.edges += [(old.id, new.id) for old in ended]

    def _code(self) -> str:
        self.codes += 1
        return f"{self.prefix}{self.codes:03}"

    def days(self) -> Iterator[date]:
        """Yield days on which the map may differ, and their eves."""
        for day in sorted({made.valid_from for made in self.units} | {FIRST_ACT, self.day}):
            if day > ALWAYS:
                yield day - timedelta(days=1)
            yield day
        yield self.day + timedelta(days=1)

    def atlas(self) -> Atlas:
        return Atlas(
            (Unit(made.id, made.code, made.name, made.valid_from, made.valid_to) for made in self.units), self.edges
        )

    def reached(self, start: AreaVersion, day: date) -> set[UUID]:
        """Return the units of the map of `day` that the edges lead to, walked without the atlas."""
        by_id = {made.id: made for made in self.units}
        ahead = start.valid_from <= day
        found, seen, todo = set(), set(), [start.id]
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            unit_here = by_id[here]
            if unit_here.valid_from <= day and (unit_here.valid_to is None or day < unit_here.valid_to):
                found.add(here)
            elif ahead:
                todo += [after for before, after in self.edges if before == here]
            else:
                todo += [before for before, after in self.edges if after == here]
        return found
