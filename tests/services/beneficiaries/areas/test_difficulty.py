"""Class of difficulty: on two clocks, through every change of the map, and the report of who left it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.values.ids import new_id
from services.beneficiaries.difficulty.errors import DifficultyAlreadyRecorded
from services.beneficiaries.difficulty.models import Difficulty, decide
from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import AREAS, MAI_SON, Act, Found, area, unit
from tests.services.beneficiaries.areas.test_villages import VILLAGES, add
from tests.services.beneficiaries.areas.world import UNTIMED
from tests.services.beneficiaries.conftest import CO_NOI
from tests.services.beneficiaries.test_lists import statements

__all__ = ["add"]

Key = Callable[[], dict[str, str]]
Classify = Callable[..., Any]


@pytest.fixture
def classify(admin: httpx2.AsyncClient, new_key: Key) -> Classify:
    """Give a function that records a class from a day on; a zone of III is particularly disadvantaged."""

    async def one(area_id: str, day: str, zone: str | None, number: str = "1/QĐ-UBND") -> httpx2.Response:
        body = {
            "zone": zone,
            "particularly_disadvantaged": zone == "III",
            "valid_from": day,
            "decision_number": number,
            "decided_on": day,
        }
        return await admin.post(f"{AREAS}/{area_id}/difficulties", json=body, headers=new_key())

    return one


async def held(client: httpx2.AsyncClient, area_id: str, **asked: str) -> tuple[str | None, str | None]:
    answer = await client.get(f"{AREAS}/{area_id}/difficulty", params=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["zone"], body["since"]


async def test_a_class_holds_from_its_day_and_what_was_known_before_stays_known(
    registry: Service, classify: Classify
) -> None:
    public = await registry.signed_in(None)
    assert await held(public, MAI_SON) == (None, None)
    first = await classify(MAI_SON, "2025-07-01", "III")
    assert first.status_code == 201, first.text
    second = await classify(MAI_SON, "2026-01-01", "II", "2/QĐ-UBND")
    corrected = await classify(MAI_SON, "2026-01-01", "I", "3/QĐ-UBND")
    assert await held(public, MAI_SON, as_of="2025-12-31") == ("III", "2025-07-01")
    assert await held(public, MAI_SON, as_of="2026-01-01") == ("I", "2026-01-01")
    assert await held(public, MAI_SON, as_of="2025-06-30") == (None, None)
    known = second.json()["recorded_from"]
    assert await held(public, MAI_SON, as_of="2026-01-01", known_at=known) == ("II", "2026-01-01")
    known = first.json()["recorded_from"]
    assert await held(public, MAI_SON, as_of="2026-01-01", known_at=known) == ("III", "2025-07-01")
    assert await held(public, MAI_SON, known_at="2026-01-01T00:00:00Z") == (None, None)
    again = await classify(MAI_SON, "2026-01-01", "I", "3/QĐ-UBND")
    assert (again.status_code, again.json()["code"]) == (409, "difficulty-already-recorded")
    history = (await public.get(f"{AREAS}/{MAI_SON}/difficulties")).json()["items"]
    assert [(one["zone"], one["recorded_to"] is None) for one in history] == [
        ("III", False),
        ("III", True),
        ("II", False),
        ("I", True),
    ]
    assert corrected.json()["id"] == history[-1]["id"]


async def test_a_class_is_decided_for_a_commune_of_the_day(registry: Service, classify: Classify) -> None:
    for wrong, day, status, code in (
        (MAI_SON, "2025-06-30", 409, "area-not-in-force"),
        (CO_NOI, "2025-07-01", 409, "area-not-in-force"),
        (area("14", "1900-01-01"), "2024-01-01", 404, "area-not-found"),
        (area("99999"), "2024-01-01", 404, "area-not-found"),
    ):
        answer = await classify(wrong, day, "I")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await classify(MAI_SON, "2026-01-01", "IV")).status_code == 422
    assert await registry.sql("select 1 from area_difficulties") == []
    public = await registry.signed_in(None)
    assert (await public.get(f"{AREAS}/{area('99999')}/difficulty")).json()["code"] == "area-not-found"


async def test_only_the_keeper_of_the_areas_decides(registry: Service, new_key: Key) -> None:
    for login, status in (("commune-officer:04105", 403), ("auditor", 403), (None, 401)):
        client = await registry.signed_in(login)
        for place in (f"{AREAS}/{MAI_SON}", f"{VILLAGES}/{MAI_SON}"):
            assert (await client.post(f"{place}/difficulties", json={}, headers=new_key())).status_code == status


async def test_a_class_stays_with_a_renamed_commune_and_a_merged_one_has_none_until_decided(
    registry: Service, found: Found, act: Act, classify: Classify
) -> None:
    one, two = await found("90001", "Xã Một"), await found("90002", "Xã Hai")
    await classify(one, "2021-01-01", "III")
    await classify(two, "2021-01-01", "III")
    await act("rename", "2022-01-01", unit=one, name="Xã Nhất")
    renamed = area("90001", "2022-01-01")
    public = await registry.signed_in(None)
    assert await held(public, renamed, as_of="2022-06-01") == ("III", "2021-01-01")
    assert (await classify(renamed, "2023-01-01", "II")).status_code == 201
    # Asked for under its old name, a commune answers for the day.
    assert await held(public, one, as_of="2022-12-31") == ("III", "2021-01-01")
    assert await held(public, one, as_of="2023-01-01") == ("II", "2023-01-01")
    await act("merge", "2024-01-01", units=[renamed, two], into=unit("90002", "Xã Hai"))
    merged = area("90002", "2024-01-01")
    for old in (one, two, renamed, merged):
        assert await held(public, old, as_of="2024-06-01") == (None, None)
    await classify(merged, "2025-01-01", "I")
    assert await held(public, two, as_of="2025-01-01") == ("I", "2025-01-01")
    # A merged commune has no place on the older map, so no class there.
    assert (await public.get(f"{AREAS}/{merged}/difficulty", params={"as_of": "2023-01-01"})).json()["area"] is None
    assert len((await public.get(f"{AREAS}/{renamed}/difficulties")).json()["items"]) == 3


async def changes(client: httpx2.AsyncClient, first: str, last: str, **asked: str) -> list[tuple[str, ...]]:
    answer = await client.get(f"{AREAS}/difficulty-changes", params={"from": first, "to": last, **asked})
    assert answer.status_code == 200, answer.text
    return [(one["on"], one["change"], one["area"]["code"], one["became"]["code"]) for one in answer.json()["items"]]


async def test_the_communes_that_left_special_difficulty_are_a_dated_report(
    registry: Service, found: Found, act: Act, classify: Classify
) -> None:
    """Three communes as in the district's account; on which days they left there is not on record, so days are invented."""
    names = {"90132": "Xã Chiềng Mai", "90147": "Xã Chiềng Dong", "90156": "Xã Chiềng Lương", "90141": "Xã Chiềng Nơi"}
    ids = {code: await found(code, name) for code, name in names.items()}
    for unit_id in ids.values():
        await classify(unit_id, "2021-06-04", "III", "861/QĐ-TTg")
    await classify(ids["90132"], "2022-03-01", "II")
    await classify(ids["90147"], "2023-03-01", "I")
    await act("merge", "2025-07-01", units=[ids["90156"], ids["90141"]], into=unit("90156", "Xã Chiềng Lương"))
    public = await registry.signed_in(None)
    two = [("2022-03-01", "left", "90132", "90132"), ("2023-03-01", "left", "90147", "90147")]
    assert await changes(public, "2021-06-04", "2026-01-01", change="left") == two
    merged = area("90156")
    await classify(merged, "2025-10-01", "II")
    # Both communes that were merged into one that is no longer in special difficulty have left it.
    four = [*two, ("2025-10-01", "left", "90141", "90156"), ("2025-10-01", "left", "90156", "90156")]
    assert sorted(await changes(public, "2021-06-04", "2026-01-01", change="left")) == sorted(four)
    assert await changes(public, "2022-03-01", "2023-02-28", change="left") == []
    assert await changes(public, "2022-02-28", "2022-03-01", change="left") == two[:1]
    await classify(merged, "2026-02-01", "I")
    await classify(merged, "2026-03-01", "I", "confirmed")
    await classify(merged, "2026-04-01", "III")
    assert await changes(public, "2026-01-01", "2026-12-31") == [
        ("2026-02-01", "zone", "90156", "90156"),
        ("2026-04-01", "entered", "90156", "90156"),
    ]
    firsts = await changes(public, "2021-01-01", "2021-12-31", change="first")
    assert {code for *_, code, _ in firsts} == set(ids)
    # Known at a moment before anything was recorded: nothing.
    assert await changes(public, "2021-01-01", "2026-12-31", known_at="2026-01-01T00:00:00Z") == []
    backwards = await public.get(f"{AREAS}/difficulty-changes", params={"from": "2026-01-02", "to": "2026-01-01"})
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period-backwards")


async def test_the_report_runs_as_many_statements_for_many_communes_as_for_none(
    registry: Service, found: Found, classify: Classify
) -> None:
    public = await registry.signed_in(None)
    for wanted in (0, 5):
        for number in range(wanted):
            await classify(await found(f"9000{number}"), "2021-01-01", "III")
        with statements(registry) as seen:
            assert len(await changes(public, "2020-01-01", "2026-01-01")) == wanted
        assert len(seen) == 4


async def test_the_communes_of_a_day_are_listed_with_their_class(
    registry: Service, found: Found, act: Act, classify: Classify
) -> None:
    one, two = await found("90001", "Xã Một"), await found("90002", "Xã Hai")
    await classify(one, "2021-01-01", "III")
    await classify(two, "2021-01-01", "I")
    await act("rename", "2022-01-01", unit=one, name="Xã Nhất")
    public = await registry.signed_in(None)

    async def listed(**asked: str) -> list[tuple[str, str | None]]:
        with statements(registry) as seen:
            answer = await public.get(f"{AREAS}/difficulties", params={"limit": "200", **asked})
        assert answer.status_code == 200, answer.text
        assert len(seen) == 2
        return [(one["area"]["name"], one["zone"]) for one in answer.json()["items"]]

    assert await listed(as_of="2023-01-01", particularly_disadvantaged="true") == [("Xã Nhất", "III")]
    assert await listed(as_of="2021-06-01", zone="III") == [("Xã Một", "III")]
    assert await listed(as_of="2021-06-01", particularly_disadvantaged="false") == [("Xã Hai", "I")]
    assert await listed(as_of="2020-12-31", zone="I") == []
    assert await listed(zone="I", known_at="2026-01-01T00:00:00Z") == []
    every = await listed(as_of="2026-01-01")
    assert len(every) == 75 + 2
    assert sum(zone is None for _, zone in every) == 75
    page = (await public.get(f"{AREAS}/difficulties", params={"limit": 70})).json()
    following = (await public.get(f"{AREAS}/difficulties", params={"limit": 70, "cursor": page["next"]})).json()
    assert (len(following["items"]), following["next"]) == (7, None)


async def test_a_village_has_a_class_of_its_own(
    registry: Service, admin: httpx2.AsyncClient, new_key: Key, add: Callable[..., Any]
) -> None:
    village = (await add(CO_NOI, "Bản Mòn", valid_from="2021-01-01")).json()["id"]
    body = {
        "particularly_disadvantaged": True,
        "valid_from": "2021-06-04",
        "decision_number": "612/QĐ-UBDT",
        "decided_on": "2021-09-16",
    }
    path = f"{VILLAGES}/{village}"
    assert (await admin.post(f"{path}/difficulties", json=body, headers=new_key())).status_code == 201
    early = await admin.post(f"{path}/difficulties", json={**body, "valid_from": "2020-12-31"}, headers=new_key())
    assert (early.status_code, early.json()["code"]) == (409, "village-not-in-force")
    zone = await admin.post(f"{path}/difficulties", json={**body, "zone": "III"}, headers=new_key())
    assert zone.status_code == 422
    left = {**body, "particularly_disadvantaged": False, "valid_from": "2026-01-01"}
    assert (await admin.post(f"{path}/difficulties", json=left, headers=new_key())).status_code == 201
    public = await registry.signed_in(None)
    # It stays the village's when its commune is merged.
    for day, wanted in (("2021-06-03", None), ("2021-06-04", True), ("2025-07-01", True), ("2026-01-01", False)):
        told = (await public.get(f"{path}/difficulty", params={"as_of": day})).json()
        assert told["particularly_disadvantaged"] is wanted
    assert len((await public.get(f"{path}/difficulties")).json()["items"]) == 3
    for wrong in ("difficulty", "difficulties"):
        assert (await public.get(f"{VILLAGES}/{MAI_SON}/{wrong}")).json()["code"] == "village-not-found"


async def test_two_classes_of_one_day_are_refused_by_the_database(registry: Service, classify: Classify) -> None:
    await classify(MAI_SON, "2025-07-01", "III")
    insert = (
        "insert into area_difficulties (id, area_id, zone, particularly_disadvantaged, valid_from, decision_number,"
        " decided_on, recorded_by, recorded_from) values ($1, $2, 'I', false, $3, 'x', current_date, 'x', now())"
    )
    with pytest.raises(asyncpg.ExclusionViolationError):
        await registry.sql(insert, new_id(), MAI_SON, date(2026, 1, 1))
    runtime = await asyncpg.connect(registry.runtime_url)
    try:
        for forbidden in ("update area_difficulties set zone = 'I'", "delete from area_difficulties"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await runtime.execute(forbidden)
    finally:
        await runtime.close()


_START = datetime(2026, 1, 1, tzinfo=UTC)
_DAY = st.dates(date(2020, 1, 1), date(2020, 1, 12))


@UNTIMED
@given(st.lists(st.tuples(_DAY, st.sampled_from(["I", "II", "III"])), max_size=12))
def test_any_history_read_again_says_what_was_known_when(decisions: list[tuple[date, str]]) -> None:
    """Against a model that keeps, for each moment, which class began on which day."""
    rows: list[Difficulty] = []
    models: list[tuple[datetime, dict[date, str]]] = [(_START, {})]
    for number, (day, zone) in enumerate(decisions, start=1):
        moment = _START + timedelta(seconds=number)
        decided = Difficulty(
            id=new_id(),
            area_id=new_id(),
            zone=zone,
            particularly_disadvantaged=zone == "III",
            valid_from=day,
            decision_number=str(number % 2),
            recorded_from=moment,
        )
        known = sorted((row for row in rows if row.recorded_to is None), key=lambda row: row.valid_from)
        try:
            change = decide(known, decided)
        except DifficultyAlreadyRecorded:
            assert models[-1][1][day] == zone
            continue
        if change.superseded is not None:
            change.superseded.recorded_to = moment
        rows += change.made
        models.append((moment, {**models[-1][1], day: zone}))
    for moment, starts in models:
        then = [
            row for row in rows if row.recorded_from <= moment and not (row.recorded_to and row.recorded_to <= moment)
        ]
        for offset in range(14):
            day = date(2020, 1, 1) + timedelta(days=offset)
            held_then = [row.zone for row in then if row.holds_on(day)]
            begun = max((start for start in starts if start <= day), default=None)
            assert held_then == ([] if begun is None else [starts[begun]])
