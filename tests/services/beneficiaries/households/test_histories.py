"""Random histories, backdated and corrected, against a model without clocks.

Nothing overlaps, nothing is missing, and what was answered once for a day and a moment is answered for ever.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.households.world import DAYS, World, day

Key = Callable[[], dict[str, str]]
FEWEST_ACCEPTED = 20
_SEEN = """
select k.moment, d.day, m.household_id::text as home, m.person_id::text as person, m.relation
from unnest($1::date[]) d(day) cross join unnest($3::timestamptz[]) k(moment)
join memberships m on m.joined_on <= d.day and (m.left_on is null or m.left_on > d.day)
    and m.recorded_from <= k.moment and (m.recorded_to is null or m.recorded_to > k.moment)
where m.household_id = any($2::uuid[])
"""
_LIVED = """
select k.moment, d.day, p.household_id::text as home, p.village
from unnest($1::date[]) d(day) cross join unnest($3::timestamptz[]) k(moment)
join household_places p on p.valid_from <= d.day and (p.valid_to is null or p.valid_to > d.day)
    and p.recorded_from <= k.moment and (p.recorded_to is null or p.recorded_to > k.moment)
where p.household_id = any($2::uuid[])
"""


@dataclass
class History:
    """One random history: the world, what it was after each accepted change, and the acts that may be taken back."""

    registry: Service
    client: httpx2.AsyncClient
    key: Key
    data: st.DataObject
    world: World = field(default_factory=World)
    moments: list[tuple[datetime, World]] = field(default_factory=list)
    acts: list[tuple[str, str, World, World]] = field(default_factory=list)

    def pick(self, among: list[str]) -> str:
        return self.data.draw(st.sampled_from(sorted(among)))

    def day(self) -> int:
        return self.data.draw(st.integers(0, DAYS - 1))

    async def learn(self, made: dict[str, Any], since: int) -> None:
        self.world.found(made["id"], since, made["village"])
        for one in made["members"]:
            self.world.sit(one["person_id"], since, (made["id"], one["relation"]))
        await self.remember()

    async def remember(self) -> None:
        self.world.must_be_whole()
        [row] = await self.registry.sql("select clock_timestamp() as moment")
        self.moments.append((row["moment"], self.world.copy()))

    async def act(self, path: str, body: dict[str, Any], home: str, then: Callable[[World, Any], None]) -> bool:
        """File an act; where it is accepted the world follows it."""
        answer = await self.client.post(f"{HOUSEHOLDS}/{path}", json=body, headers=self.key())
        return await self._follow(answer, home, then)

    async def patch(self, home: str, members: dict[str, Any], then: Callable[[World, Any], None]) -> bool:
        address = f"{HOUSEHOLDS}/{home}"
        version = (await self.client.get(address)).headers["etag"]
        answer = await self.client.patch(address, json={"members": members}, headers={"If-Match": version})
        return await self._follow(answer, "", then)

    async def _follow(self, answer: httpx2.Response, home: str, then: Callable[[World, Any], None]) -> bool:
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            return False
        before = self.world.copy()
        then(self.world, answer.json())
        if home:
            self.acts.append((home, answer.json()["id"], before, self.world.copy()))
        await self.remember()
        return True

    # What may happen, each with the model's own words for it.

    async def move(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        village = self.data.draw(st.sampled_from(["Bản Một", "Bản Hai", "Bản Ba"]))
        body = {"moved_on": str(day(since)), "area_id": MAI_SON, "village": village}
        return await self.act(f"{home}/moves", body, home, lambda world, _: world.move(home, since, village))

    async def split(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        there = sorted(self.world.members(home, DAYS - 1))
        gone = self.data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=2, unique=True))
        members = [{"person_id": one, "relation": "not_related" if n else "head"} for n, one in enumerate(gone)]
        relations = self._next_head(home, gone)
        body = {"split_on": str(day(since)), "members": members, "relations": relations}

        def then(world: World, made: Any) -> None:
            self._led(world, home, since, relations)
            world.found(made["other_household_id"], since, str(world.places[home][since]))
            for one in members:
                world.sit(one["person_id"], since, (made["other_household_id"], one["relation"]))

        return await self.act(f"{home}/splits", body, home, then)

    async def merge(self) -> bool:
        home, into = self.pick(self.world.living()), self.pick(self.world.living())
        since = self.day()
        there = sorted(self.world.members(home, DAYS - 1))
        members = [{"person_id": one, "relation": "other_relative"} for one in there]
        body = {"household_id": home, "into_household_id": into, "merged_on": str(day(since)), "members": members}

        def then(world: World, _: Any) -> None:
            for one in there:
                world.sit(one, since, (into, "other_relative"))
            world.dissolve(home, since)

        return await self.act("merges", body, home, then)

    async def die(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        person = self.pick(list(self.world.members(home, DAYS - 1)))
        relations = self._next_head(home, [person])
        body = {"person_id": person, "died_on": str(day(since)), "relations": relations}

        def then(world: World, _: Any) -> None:
            self._led(world, home, since, relations)
            world.sit(person, since, None)
            if not world.members(home, DAYS - 1):
                world.dissolve(home, since)

        return await self.act(f"{home}/deaths", body, home, then)

    async def leave(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        person = self.pick(list(self.world.members(home, DAYS - 1)))
        leave = [{"person_id": person, "left_on": str(day(since)), "because": "moved"}]
        return await self.patch(home, {"leave": leave}, lambda world, _: world.sit(person, since, None))

    async def come(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        free = [person for person, row in self.world.seats.items() if row[-1] is None]
        if not free:
            return False
        person = self.pick(free)
        join = [{"person_id": person, "relation": "sibling", "joined_on": str(day(since))}]
        return await self.patch(home, {"join": join}, lambda world, _: world.sit(person, since, (home, "sibling")))

    async def correct(self) -> bool:
        home, since = self.pick(self.world.living()), self.day()
        person = self.pick(list(self.world.members(home, DAYS - 1)))
        change = [{"person_id": person, "joined_on": str(day(since))}]
        return await self.patch(home, {"change": change}, lambda world, _: world.begin(person, since))

    async def lead(self) -> bool:
        """Let another member be the head from a day on."""
        home, since = self.pick(self.world.living()), self.day()
        now = self.world.members(home, DAYS - 1)
        person = self.pick(list(now))
        old = next(one for one, relation in now.items() if relation == "head")
        if person == old:
            return False
        change = [
            {"person_id": one, "relation": relation, "since": str(day(since))}
            for one, relation in ((person, "head"), (old, "sibling"))
        ]

        def then(world: World, _: Any) -> None:
            self._led(world, home, since, change)

        return await self.patch(home, {"change": change}, then)

    async def take_back(self) -> bool:
        if not self.acts:
            return False
        home, act, before, after = self.data.draw(st.sampled_from(self.acts[-3:]))
        body = {"reason": "it never was"}
        return await self.act(f"{home}/acts/{act}/reversal", body, "", lambda world, _: world.take_back(before, after))

    def _next_head(self, home: str, gone: list[str]) -> list[dict[str, str]]:
        """Name the next head where the head is among those who go, sometimes."""
        now = self.world.members(home, DAYS - 1)
        left = sorted(set(now) - set(gone))
        if left and any(now[one] == "head" for one in gone) and self.data.draw(st.integers(0, 4)):
            return [{"person_id": self.pick(left), "relation": "head"}]
        return []

    @staticmethod
    def _led(world: World, home: str, since: int, relations: list[dict[str, Any]]) -> None:
        for one in relations:
            world.sit(one["person_id"], since, (home, one["relation"]))

    async def must_be_answered(self) -> None:
        """Ask for every day at every moment at which something was learnt."""
        homes = sorted(self.world.places)
        days = [day(index) for index in range(DAYS)]
        moments = [moment for moment, _ in self.moments]
        rows = await self.registry.sql(_SEEN, days, homes, moments)
        assert sorted(tuple(row) for row in rows) == sorted(
            (moment, days[index], seat[0], person, seat[1])
            for moment, world in self.moments
            for person, row in world.seats.items()
            for index, seat in enumerate(row)
            if seat is not None
        )
        rows = await self.registry.sql(_LIVED, days, homes, moments)
        assert sorted(tuple(row) for row in rows) == sorted(
            (moment, days[index], home, village)
            for moment, world in self.moments
            for home, row in world.places.items()
            for index, village in enumerate(row)
            if village is not None
        )
        await self._must_be_answered_by_the_service(days)

    async def _must_be_answered_by_the_service(self, days: list[Any]) -> None:
        for _ in range(4):
            moment, world = self.data.draw(st.sampled_from(self.moments))
            home, index = self.pick(list(self.world.places)), self.day()
            asked = {"as_of": str(days[index]), "known_at": moment.isoformat().replace("+00:00", "Z")}
            answer = await self.client.get(f"{HOUSEHOLDS}/{home}", params=asked)
            if home not in world.places or all(place is None for place in world.places[home][: index + 1]):
                assert answer.status_code == 404
                continue
            body = answer.json()
            assert {one["person_id"]: one["relation"] for one in body["members"]} == world.members(home, index)
            assert world.places[home][index] in {None, body["village"]}


# Moves twice: only a second one shows whether the first still holds.
CHANGES = ("move", "move", "split", "merge", "die", "leave", "come", "correct", "lead", "take_back")


@pytest.fixture
def accepted() -> Iterator[Counter[str]]:
    """Count what the service accepted over all histories: refusals alone would show nothing."""
    counted: Counter[str] = Counter()
    yield counted
    assert sum(counted.values()) >= FEWEST_ACCEPTED
    assert len(counted) > len(CHANGES) // 2


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
async def test_any_history_is_whole_on_every_day_and_is_told_alike_for_ever(
    data: st.DataObject,
    registry: Service,
    officer: httpx2.AsyncClient,
    register: Register,
    new_key: Key,
    accepted: Counter[str],
) -> None:
    history = History(registry, officer, new_key, data)
    for since, size in ((0, 3), (1, 2), (0, 1)):
        family = [member(f"Cà Văn {n}", "other_relative" if n else "head") for n in range(size)]
        await history.learn(await register(MAI_SON, *family, registered_on=str(day(since))), since)
    for name in data.draw(st.lists(st.sampled_from(CHANGES), min_size=6, max_size=16)):
        if not history.world.living():
            break
        if await getattr(history, name)():
            accepted[name] += 1
    await history.must_be_answered()
