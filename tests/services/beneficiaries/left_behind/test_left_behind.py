"""Who is left behind: an open need, and no support of its kind for months; in the caller's own area only."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, MAI_SON, Register
from tests.services.beneficiaries.test_lists import statements
from tests.services.beneficiaries.test_support import event, gift, push

V1 = "/v1/beneficiaries"
DAY = "2026-06-30"
Key = Callable[[], dict[str, str]]
Raise = Callable[..., Any]


@pytest.fixture
def in_need(admin: httpx2.AsyncClient, register: Register, new_key: Key) -> Raise:
    """Give a function that registers a household in need of `kinds` and returns its id."""

    async def one(area: str = MAI_SON, *kinds: str, village: str = "Bản Mé", since: str = "2025-01-01") -> str:
        home: str = (await register(area, village=village, registered_on="2025-07-01"))["id"]
        for kind in kinds or ("food",):
            body = {"household_id": home, "kind": kind, "raised_on": since}
            answer = await admin.post(f"{V1}/needs", json=body, headers=new_key())
            assert answer.status_code == 201, answer.text
        return home

    return one


async def read(client: httpx2.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{V1}/left-behind", params={"as_of": DAY, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def homes(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    return [item["household"]["id"] for item in (await read(client, **asked))["items"]]


async def test_support_of_the_kind_within_the_months_takes_a_household_off_the_list(
    registry: Service, officer: httpx2.AsyncClient, in_need: Raise
) -> None:
    helped, long_ago, otherwise, reversed_, later, never = [await in_need() for _ in range(6)]
    given = [
        gift(helped, "2026-05-31", kind="rice"),
        gift(long_ago, "2026-05-30", kind="rice"),
        gift(otherwise, "2026-06-15", kind="gift"),
        gift(reversed_, "2026-06-15", kind="rice"),
        gift(later, "2026-07-01", kind="rice"),
    ]
    for told in given:
        await push(registry, event("funds", "support.given", told))
    await push(registry, event("funds", "support.reversed", {"support_id": given[3]["support_id"], "reason": "x"}))
    assert await homes(officer, months="1") == [long_ago, otherwise, reversed_, later, never]
    assert await homes(officer, months="2") == [otherwise, reversed_, later, never]
    found = (await read(officer, months="1"))["items"][0]["needs"]
    assert [(need["kind"], need["raised_on"], need["last_support_on"]) for need in found] == [
        ("food", "2025-01-01", "2026-05-30")
    ]


async def test_what_an_organisation_did_for_the_household_counts_until_withdrawn(
    officer: httpx2.AsyncClient, in_need: Raise, new_key: Key
) -> None:
    home = await in_need(MAI_SON, "house")
    union = (
        await officer.post(f"{V1}/organisations", json={"name": "Sư đoàn 2", "kind": "army"}, headers=new_key())
    ).json()["id"]
    body = {"household_id": home, "kind": "house", "happened_on": "2026-06-01", "description": "Dựng nhà"}
    done = (await officer.post(f"{V1}/organisations/{union}/activities", json=body, headers=new_key())).json()["id"]
    assert await homes(officer) == []
    await officer.post(f"{V1}/activities/{done}/withdrawal", json={"because": "Ghi nhầm hộ"}, headers=new_key())
    assert await homes(officer) == [home]


async def test_a_need_counts_from_its_first_day_until_it_is_closed(
    officer: httpx2.AsyncClient, in_need: Raise, new_key: Key
) -> None:
    home = await in_need(since="2026-02-01")
    [need] = (await read(officer))["items"][0]["needs"]
    met = {"state": "met", "on": "2026-04-01"}
    assert (await officer.post(f"{V1}/needs/{need['id']}/closing", json=met, headers=new_key())).status_code == 200
    days = {day: await homes(officer, as_of=day) for day in ("2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01")}
    assert days == {"2026-01-31": [], "2026-02-01": [home], "2026-03-31": [home], "2026-04-01": []}


async def test_villages_count_each_household_once_and_once_for_each_kind(
    admin: httpx2.AsyncClient, in_need: Raise
) -> None:
    await in_need(MAI_SON, "food", "water")
    await in_need(MAI_SON, "water")
    await in_need(MAI_SON, "house", village="Bản Lù")
    await in_need(CHIENG_SUNG, "food")
    found = await read(admin)
    told = [
        (one["area"]["code"], one["village"], one["households"], {k["kind"]: k["households"] for k in one["kinds"]})
        for one in found["villages"]
    ]
    assert told == [
        ("04105", "Bản Lù", 1, {"house": 1}),
        ("04105", "Bản Mé", 2, {"food": 1, "water": 2}),
        ("04108", "Bản Mé", 1, {"food": 1}),
    ]
    assert (found["without_support_since"], len(found["items"])) == ("2025-06-30", 4)
    narrowed = await read(admin, kind="water", area="04105", village="Bản Mé")
    assert [one["households"] for one in narrowed["villages"]] == [2]
    assert [[need["kind"] for need in item["needs"]] for item in narrowed["items"]] == [["water"], ["water"]]


async def test_pages_hold_everybody_once_and_counts_come_with_the_first(
    officer: httpx2.AsyncClient, in_need: Raise
) -> None:
    expected = [await in_need() for _ in range(5)]
    first = await read(officer, limit="3")
    second = await read(officer, limit="3", cursor=first["next"])
    assert [item["household"]["id"] for page in (first, second) for item in page["items"]] == expected
    assert (first["villages"][0]["households"], second["villages"], second["next"]) == (5, None, None)


async def test_another_commune_is_neither_listed_nor_counted(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, admin: httpx2.AsyncClient, in_need: Raise
) -> None:
    ours, theirs = await in_need(MAI_SON), await in_need(CHIENG_SUNG)
    for client, home, code in ((officer, ours, "04105"), (stranger, theirs, "04108")):
        found = await read(client)
        assert [item["household"]["id"] for item in found["items"]] == [home]
        assert [(one["area"]["code"], one["households"]) for one in found["villages"]] == [(code, 1)]
    for asked in ({"area": "04105"}, {"village": "Bản Mé", "area": "04105"}, {"area": "04105", "kind": "food"}):
        found = await read(stranger, **asked)
        assert (found["items"], found["villages"]) == ([], [])
    assert await homes(admin, area="04105") == [ours]


async def test_the_needs_of_old_units_are_seen_by_the_commune_they_became(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = (await register(CO_NOI, registered_on="2024-01-01"))["id"]
    await officer.post(
        f"{V1}/needs", json={"household_id": home, "kind": "job", "raised_on": "2024-02-01"}, headers=new_key()
    )
    assert await homes(officer, area="04105") == [home]
    assert await homes(stranger) == []


async def test_a_household_counts_where_it_lived_on_the_day_and_nowhere_before_it_was_registered(
    registry: Service, admin: httpx2.AsyncClient, in_need: Raise
) -> None:
    home = await in_need(MAI_SON, since="2025-01-01")
    await registry.sql(
        "with gone as (update household_places set recorded_to = clock_timestamp() where household_id = $1 returning *)"
        " insert into household_places (id, household_id, area_id, village, valid_from, valid_to, recorded_from)"
        " select gen_random_uuid(), $1, area_id, 'Bản Lù', date '2026-02-01', null::date, recorded_to from gone"
        " union all select gen_random_uuid(), $1, area_id, village, valid_from, date '2026-02-01', recorded_to from gone",
        home,
    )
    found = {day: (await read(admin, as_of=day))["villages"] for day in ("2025-06-30", "2026-01-31", "2026-02-01")}
    villages = {day: [one["village"] for one in told] for day, told in found.items()}
    assert villages == {"2025-06-30": [], "2026-01-31": ["Bản Mé"], "2026-02-01": ["Bản Lù"]}


@pytest.mark.parametrize("asked", [{"months": "0"}, {"months": "121"}, {"kinds": "x"}, {"area": "x"}, {"as_of": "x"}])
async def test_a_question_out_of_bounds_is_refused(officer: httpx2.AsyncClient, asked: dict[str, str]) -> None:
    assert (await officer.get(f"{V1}/left-behind", params=asked)).status_code == 422


async def test_the_answer_runs_as_many_statements_for_ten_as_for_one(
    registry: Service, officer: httpx2.AsyncClient, in_need: Raise
) -> None:
    counts = []
    for households in (1, 9):
        for _ in range(households):
            await push(registry, event("funds", "support.given", gift(await in_need(MAI_SON, "food", "water"))))
        with statements(registry) as seen:
            await read(officer, area="04105")
        counts.append(len(seen))
    # The scope, since when, the units of the area, the page, its lines, its needs, the villages.
    assert counts == [7, 7]


async def test_who_has_no_business_with_households_is_refused(registry: Service) -> None:
    for login, status in (("treasurer", 403), (None, 401)):
        client = await registry.signed_in(login)
        assert (await client.get(f"{V1}/left-behind")).status_code == status
