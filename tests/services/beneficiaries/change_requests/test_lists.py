"""Lists of change requests: the most urgent first, filtered, a fixed number of statements."""

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.change_requests.conftest import KINDS, REQUESTS, Family, Propose, Step
from tests.services.beneficiaries.conftest import CHIENG_SUNG
from tests.services.beneficiaries.test_lists import statements

_PLACE = {"village": "Bản Nà Bó"}


async def test_a_list_takes_a_fixed_number_of_statements(
    registry: Service, officer: httpx2.AsyncClient, family: Family, propose: Propose
) -> None:
    home = await family()
    asked = {"limit": "20", "area": "04105", "state": "proposed", "overdue": "false"}
    taken = []
    for _ in range(2):
        for _ in range(5):
            await propose(officer, "place", home["id"], _PLACE)
        with statements(registry) as seen:
            answer = await officer.get(REQUESTS, params=asked)
        assert answer.status_code == 200
        taken.append((len(answer.json()["items"]), len(seen)))
    assert taken == [(5, 3), (10, 3)]


async def test_pages_go_on_where_the_one_before_ended(
    officer: httpx2.AsyncClient, family: Family, propose: Propose
) -> None:
    home = await family()
    made = {(await propose(officer, "place", home["id"], _PLACE))["id"] for _ in range(5)}
    seen: list[str] = []
    path: str | None = f"{REQUESTS}?limit=2"
    while path:
        page = (await officer.get(path)).json()
        seen += [one["id"] for one in page["items"]]
        path = f"{REQUESTS}?limit=2&cursor={page['next']}" if page["next"] else None
    assert (len(seen), set(seen)) == (5, made)


async def test_filters_name_kind_state_area_household_and_whose(
    admin: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    stranger: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    home, far = await family(), await family(CHIENG_SUNG)
    here = await propose(officer, "place", home["id"], _PLACE)
    other = await propose(second, "dwelling", home["id"], _dwelling())
    there = await propose(stranger, "place", far["id"], _PLACE)
    await step(second, here, "rejection")

    async def found(client: httpx2.AsyncClient, **asked: str) -> set[str]:
        return {one["id"] for one in (await client.get(REQUESTS, params=asked)).json()["items"]}

    assert await found(admin) == {here["id"], other["id"], there["id"]}
    assert await found(admin, area="04105") == {here["id"], other["id"]}
    assert await found(admin, kind="place") == {here["id"], there["id"]}
    assert await found(admin, state="rejected") == {here["id"]}
    assert await found(admin, household_id=far["id"]) == {there["id"]}
    assert await found(officer, mine="true") == {here["id"]}
    assert await found(officer, mine="false") == {other["id"]}
    assert await found(officer, overdue="true") == set()


@pytest.mark.parametrize("asked", [{"colour": "red"}, {"kind": "nothing"}, {"state": "open"}, {"overdue": "perhaps"}])
async def test_an_unknown_filter_is_refused(officer: httpx2.AsyncClient, asked: dict[str, str]) -> None:
    assert (await officer.get(REQUESTS, params=asked)).status_code == 422


async def test_kinds_are_read_by_who_may_propose(registry: Service, admin: httpx2.AsyncClient) -> None:
    treasurer = await registry.signed_in("treasurer")
    kinds = (await treasurer.get(KINDS)).json()["items"]
    assert len(kinds) == 10
    assert all(one["direct_allowed"] and one["active"] for one in kinds)
    one = await treasurer.get(f"{KINDS}/move")
    assert (one.headers["etag"], one.json()["checker"]) == ('"1"', "approver")
    assert (await admin.get(f"{KINDS}/nothing")).status_code == 404
    assert (await (await registry.signed_in("donor")).get(KINDS)).status_code == 403


def _dwelling() -> dict[str, object]:
    return {
        "kind": "weak",
        "floor_area_m2": "20.00",
        "walls": "wood",
        "frame": "wood",
        "roof": "thatch",
        "walls_durable": False,
        "frame_durable": False,
        "roof_durable": False,
        "water_source": "rain",
        "latrine": "none",
        "ownership": "own",
        "uses_internet": False,
        "information_means": [],
    }
