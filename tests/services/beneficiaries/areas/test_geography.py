"""Any sequence of acts leaves maps without gap or overlap, on which everything is placed or honestly not."""

import itertools
from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.values.dates import today
from services.beneficiaries.impact.figures import Count, placed, whole
from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import Act, Found, places
from tests.services.beneficiaries.areas.world import SIZES, STEPS, UNTIMED, Step, World


def world_after(steps: list[Step], prefix: str = "90") -> World:
    world = World(prefix)
    world.begin()
    for step in steps:
        world.act(step)
    return world


@UNTIMED
@given(STEPS)
def test_the_map_of_any_day_holds_all_ground_once_and_each_code_once(steps: list[Step]) -> None:
    world = world_after(steps)
    for day in world.days():
        standing = world.atlas().on(day)
        plots = Counter(plot for made in standing for plot in world.ground[made.id])
        assert plots == dict.fromkeys(range(sum(SIZES)), 1)
        assert len({made.code for made in standing}) == len(standing)


@UNTIMED
@given(STEPS)
def test_what_is_placed_lies_there_and_what_is_not_could_lie_in_several(steps: list[Step]) -> None:
    world = world_after(steps)
    atlas = world.atlas()
    for day in world.days():
        told = atlas.places(day)
        assert set(told) == {made.id for made in world.units}
        for made in world.units:
            place = told[made.id]
            assert place == atlas.place(made.id, day)
            reached = world.reached(made, day)
            assert reached, "every unit leads somewhere on every map"
            if place is None:
                assert len(reached) > 1
            else:
                assert reached == {place}
                assert world.ground[made.id] <= world.ground[place]


@UNTIMED
@given(STEPS)
def test_a_commune_under_several_names_is_one_line_of_versions_without_gap(steps: list[Step]) -> None:
    world = world_after(steps)
    atlas = world.atlas()
    for made in world.units:
        line = [atlas.units[unit_id] for unit_id in atlas.line(made.id)]
        assert made.id in {version.id for version in line}
        assert {world.ground[version.id] for version in line} == {world.ground[made.id]}
        for before, after in itertools.pairwise(line):
            assert before.valid_to == after.valid_from
            assert atlas.line(after.id) == atlas.line(before.id)


@UNTIMED
@given(STEPS, st.data())
def test_no_figure_is_lost_on_any_map(steps: list[Step], data: st.DataObject) -> None:
    world = world_after(steps)
    counts = {made.id: Count(data.draw(st.integers(0, 900)), 0, 0) for made in world.units}
    for day in world.days():
        assert whole(placed(counts, world.atlas(), day).values()) == whole(counts.values())


_NUMBERS = itertools.count(10)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_the_database_places_as_the_ground_tells_after_any_acts(
    registry: Service, found: Found, act: Act, steps: list[Step]
) -> None:
    """Each example has codes of its own in one registry; its acts go through the API."""
    world = World(str(next(_NUMBERS)))
    for code in world.begin():
        await found(code, f"Xã {code}")
    for step in steps:
        sent = world.act(step)
        if sent is not None:
            answer = await act(sent.pop("kind"), str(world.day), **sent)
            assert answer.status_code == 201, answer.text
    atlas = world.atlas()
    public = await registry.signed_in(None)
    ours = {str(made.id): made for made in world.units}
    days = [*world.days(), today()]
    for day in {days[0], days[len(days) // 2], world.day - timedelta(days=1), world.day, days[-1]}:
        told = {one: place for one, place in (await places(public, str(day))).items() if one in ours}
        truly = {str(one): place and str(place) for one, place in atlas.places(day).items()}
        assert told == truly
        await _functions_agree(registry, world, day)


async def _functions_agree(registry: Service, world: World, day: date) -> None:
    atlas = world.atlas()
    ids = [made.id for made in world.units]
    rows = await registry.sql("select u as id, area_place(u, $2) as place from unnest($1::uuid[]) u", ids, day)
    assert {row["id"]: row["place"] for row in rows} == atlas.places(day)
    rows = await registry.sql(
        "select a.id, a.code, units_within(a.id, $2) as within, areas_under(a.code) as under"
        " from areas a where a.id = any($1) and a.valid_from <= $2 and (a.valid_to is null or a.valid_to > $2)",
        ids,
        day,
    )
    for row in rows:
        inside = {one for one in ids if atlas.place(one, day) == row["id"]}
        assert set(row["within"]) == inside
        if day == today():
            assert set(row["under"]) == inside
