from datetime import date, timedelta
from typing import Any

import pytest

from tests.services.funds.conftest import CHIENG_SUNG, HAT_LOT, MAI_SON

PATH = "/v1/funds/impact"


def _values(answer: Any, area: str | None = None) -> dict[str, int | None]:
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    return {row["row"]: row["value"] for row in rows if (row["area"] and row["area"]["id"]) == area}


async def _given_to(fund: Any, *rounds: tuple[list[str], dict[str, Any]]) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 100_000_000})
    await fund.given(campaign, value={"quantity": "2000.6", "unit": "kg"})
    await fund.given(campaign, value={"quantity": "10.5", "unit": "person-day"})
    for households, changes in rounds:
        await fund.approved(await fund.proposed(campaign, households, **changes))


async def test_turns_households_and_people_are_counted_apart(fund: Any, village: Any) -> None:
    households = await village(5, people=3)
    await _given_to(
        fund,
        (households, {"occasion": "tet-2023", "on": "2023-12-01"}),
        (households, {"occasion": "tet-2024"}),
        (households, {"kind": "rice", "months": 2}),
    )
    assert _values(await fund.nobody.get(PATH)) == {
        "gift_turns": 10,
        "gift_households": 5,
        "gift_value": 1_000_000,
        "rice_kg": 450,
        "rice_turns": 5,
        "rice_households": 5,
        "rice_people": 15,
        "donations_vnd": 100_000_000,
        "donations_rice_kg": 2001,
        "donations_labour_days": 11,
        "donation_count": 3,
    }


async def test_every_row_says_in_three_languages_and_exactly_what_it_counts(fund: Any) -> None:
    rows = (await fund.nobody.get(PATH)).json()["rows"]
    assert len(rows) == 11
    for row in rows:
        assert all(row["title"][language] for language in ("vi", "en", "fr"))
        assert row["counts"]
        assert row["value"] == 0


async def test_fewer_than_five_households_are_withheld_from_the_public(fund: Any, village: Any) -> None:
    await _given_to(fund, (await village(4, people=2), {}), (await village(5), {"kind": "rice"}))
    rows = {row["row"]: row for row in (await fund.nobody.get(PATH)).json()["rows"]}
    for hidden in ("gift_turns", "gift_households"):
        assert (rows[hidden]["value"], rows[hidden]["suppressed"]) == (None, True)
    assert rows["gift_value"]["value"] == 400_000
    assert (rows["rice_households"]["value"], rows["rice_people"]["value"]) == (5, 5)


async def test_a_period_counts_what_was_given_within_it(fund: Any, village: Any) -> None:
    households = await village(5)
    await _given_to(fund, (households, {"on": "2024-02-05"}))
    inside = await fund.nobody.get(PATH, params={"from": "2024-02-05", "to": "2024-02-05"})
    assert _values(inside)["gift_turns"] == 5
    for period in ({"to": "2024-02-04"}, {"from": "2024-02-06"}):
        assert _values(await fund.nobody.get(PATH, params=period))["gift_turns"] == 0
    backwards = await fund.nobody.get(PATH, params={"from": "2024-02-06", "to": "2024-02-05"})
    assert backwards.json()["code"] == "period-reversed"


async def test_proposed_rejected_and_reversed_things_do_not_count(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    await fund.treasurer.post(
        f"/v1/funds/donations/{gift['id']}/reversal", json={"reason": "Nhầm"}, headers=fund.new_key()
    )
    await fund.proposed(campaign, await village(5))
    assert set(_values(await fund.nobody.get(PATH)).values()) == {0}


async def test_areas_are_those_of_the_day_that_is_asked_for(fund: Any, village: Any) -> None:
    in_town, in_hills = await village(1, area_id=HAT_LOT), await village(2, area_id=CHIENG_SUNG)
    await _given_to(fund, (in_town + in_hills, {}))
    before = await fund.auditor.get(PATH, params={"by": "area", "as_of": "2024-06-30"})
    assert _values(before, HAT_LOT)["gift_turns"] == 1
    assert _values(before, CHIENG_SUNG)["gift_turns"] == 2
    after = await fund.auditor.get(PATH, params={"by": "area", "as_of": "2025-07-01"})
    assert _values(after, MAI_SON)["gift_turns"] == 1
    assert _values(after, HAT_LOT) == {}
    total = sum(row["value"] for row in after.json()["rows"] if row["row"] == "gift_turns")
    assert total == 3


async def test_figures_by_area_are_for_staff(fund: Any, village: Any) -> None:
    await village(1)
    officer = await fund.service.signed_in("commune-officer:04105")
    params = {"by": "area"}
    assert (await fund.nobody.get(PATH, params=params)).status_code == 401
    assert (await fund.donor.get(PATH, params=params)).status_code == 403
    assert (await officer.get(PATH, params=params)).status_code == 200


async def test_without_the_registry_the_whole_is_still_told(fund: Any) -> None:
    assert (await fund.nobody.get(PATH)).status_code == 200
    by_area = await fund.auditor.get(PATH, params={"by": "area"})
    assert by_area.status_code == 503
    assert "Retry-After" in by_area.headers


@pytest.mark.parametrize("params", [{"by": "village"}, {"from": "1899-12-31"}, {"to": "9999-99-99"}, {"x": "1"}])
async def test_a_question_that_makes_no_sense_is_refused(fund: Any, params: dict[str, str]) -> None:
    assert (await fund.nobody.get(PATH, params=params)).status_code == 422


async def test_the_figures_do_not_depend_on_who_asks(fund: Any, village: Any) -> None:
    await _given_to(fund, (await village(5), {}))
    far = {"to": (date(2026, 1, 1) + timedelta(days=1)).isoformat()}
    answers = [_values(await who.get(PATH, params=far)) for who in (fund.nobody, fund.donor, fund.auditor)]
    assert answers[0] == answers[1] == answers[2]
