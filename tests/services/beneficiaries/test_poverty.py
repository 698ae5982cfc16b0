import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from kit.values.dates import now
from kit.values.ids import new_id
from services.beneficiaries.errors import DecisionAlreadyRecorded
from services.beneficiaries.poverty.models import StatusRow, decide
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CO_NOI, HOUSEHOLDS, MAI_SON, Register, member

Key = Callable[[], dict[str, str]]
Decide = Callable[..., Any]


@pytest.fixture
async def decided(officer: httpx2.AsyncClient, new_key: Key) -> Decide:
    """Give a function that records a decision as the officer and returns the answer."""

    async def one(household: dict[str, Any], status: str, valid_from: str, number: str = "1/QĐ-UBND") -> Any:
        body = {"status": status, "valid_from": valid_from, "decision_number": number}
        return await officer.post(f"{HOUSEHOLDS}/{household['id']}/poverty-statuses", json=body, headers=new_key())

    return one


async def status(client: httpx2.AsyncClient, household: dict[str, Any], **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{HOUSEHOLDS}/{household['id']}/poverty-status", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_household_never_listed_has_no_status(officer: httpx2.AsyncClient, register: Register) -> None:
    found = await status(officer, await register())
    assert (found["status"], found["since"], found["standard"], found["left_list_on"]) == ("none", None, None, None)


async def test_a_status_lasts_until_the_next_decision(
    officer: httpx2.AsyncClient, register: Register, decided: Decide
) -> None:
    home = await register(CO_NOI, registered_on="2021-01-01")
    for kind, day in (("poor", "2022-01-01"), ("near_poor", "2023-01-01"), ("none", "2024-01-01")):
        assert (await decided(home, kind, day)).status_code == 201
    seen = {day: (await status(officer, home, as_of=day))["status"] for day in DAYS}
    assert seen == DAYS
    found = await status(officer, home, as_of="2026-06-01")
    assert found["left_list_on"] == "2024-01-01"
    assert (await status(officer, home, as_of="2023-06-01"))["standard"] == "decree-07-2021"


DAYS = {
    "2021-12-31": "none",
    "2022-01-01": "poor",
    "2022-12-31": "poor",
    "2023-01-01": "near_poor",
    "2024-01-01": "newly_escaped",
    "2027-01-01": "newly_escaped",
    "2027-01-02": "none",
}


async def test_what_was_known_then_can_be_read_now(
    officer: httpx2.AsyncClient, register: Register, decided: Decide
) -> None:
    home = await register(CO_NOI, registered_on="2021-01-01")
    before = now().isoformat()
    await decided(home, "poor", "2022-01-01")
    between = now().isoformat()
    await decided(home, "near_poor", "2022-01-01", "2/QĐ-UBND")
    assert (await status(officer, home, as_of="2022-05-01", known_at=before))["status"] == "none"
    assert (await status(officer, home, as_of="2022-05-01", known_at=between))["status"] == "poor"
    assert (await status(officer, home, as_of="2022-05-01"))["status"] == "near_poor"
    history = (await officer.get(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses")).json()["decisions"]
    assert [(row["status"], row["recorded_to"] is None) for row in history] == [("poor", False), ("near_poor", True)]


async def test_a_decision_for_the_past_leaves_later_ones_standing(
    officer: httpx2.AsyncClient, register: Register, decided: Decide
) -> None:
    home = await register(CO_NOI, registered_on="2021-01-01")
    await decided(home, "none", "2025-01-01")
    made = await decided(home, "poor", "2023-01-01", "2/QĐ-UBND")
    assert made.json()["valid_to"] == "2025-01-01"
    assert (await status(officer, home, as_of="2024-01-01"))["status"] == "poor"
    assert (await status(officer, home, as_of="2025-01-01"))["status"] == "newly_escaped"


async def test_the_same_decision_is_recorded_once_even_under_another_key(
    registry: Service, register: Register, decided: Decide
) -> None:
    home = await register()
    assert (await decided(home, "poor", "2026-01-01")).status_code == 201
    again = await decided(home, "poor", "2026-01-01")
    assert (again.status_code, again.json()["code"]) == (409, "decision-already-recorded")
    assert len(await registry.sql("select 1 from poverty_statuses")) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_from": "2031-01-01"}, "standard-unknown"),
        ({"valid_from": "2026-01-01", "standard": "decree-351-2025"}, "standard-unknown"),
        ({"valid_from": "2010-01-01"}, "standard-unknown"),
        ({"status": "newly_escaped"}, "invalid"),
    ],
)
async def test_a_decision_without_its_standard_is_refused(
    officer: httpx2.AsyncClient, register: Register, new_key: Key, change: dict[str, str], code: str
) -> None:
    home = await register()
    body = {"status": "poor", "valid_from": "2026-01-01", "decision_number": "1"} | change
    answer = await officer.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_decisions_at_the_same_time_leave_one_row_of_knowledge_for_each_day(
    registry: Service, register: Register, decided: Decide
) -> None:
    home = await register(CO_NOI, registered_on="2021-01-01")
    answers = await asyncio.gather(
        *(decided(home, kind, "2022-01-01", f"{kind}/QĐ") for kind in ("poor", "near_poor", "none"))
    )
    assert [answer.status_code for answer in answers] == [201] * 3
    rows = await registry.sql("select recorded_from, recorded_to from poverty_statuses order by recorded_from")
    assert [row["recorded_to"] for row in rows] == [rows[1]["recorded_from"], rows[2]["recorded_from"], None]


async def test_a_service_looks_households_up_without_names(
    registry: Service, register: Register, decided: Decide
) -> None:
    family = (member(), member("Cà Văn Minh", "child", "2012-05-20"))
    poor = await register(MAI_SON, *family, registered_on="2025-08-01")
    await decided(poor, "poor", "2026-01-01")
    stranger = str(new_id())
    funds = await registry.signed_in("service:funds")
    asked = {"ids": [poor["id"], stranger, stranger], "as_of": "2026-02-01"}
    answer = await funds.post(f"{HOUSEHOLDS}/lookup", json=asked)
    assert answer.json() == {
        "as_of": "2026-02-01",
        "found": [{"id": poor["id"], "area_id": MAI_SON, "members": 2, "status": "poor"}],
        "missing": [stranger],
    }
    assert "Lò" not in answer.text
    assert (await status(funds, poor, as_of="2026-02-01"))["status"] == "poor"


async def test_people_and_other_scopes_may_not_look_up(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    home = await register()
    assert (await officer.post(f"{HOUSEHOLDS}/lookup", json={"ids": [home["id"]]})).status_code == 403
    treasurer = await registry.signed_in("treasurer")
    assert (await treasurer.get(f"{HOUSEHOLDS}/{home['id']}/poverty-status")).status_code == 403
    too_many = {"ids": [str(new_id()) for _ in range(2001)]}
    funds = await registry.signed_in("service:funds")
    assert (await funds.post(f"{HOUSEHOLDS}/lookup", json=too_many)).status_code == 422


async def test_standards_are_public_and_say_how_sure_they_are(registry: Service) -> None:
    public = await registry.signed_in(None)
    items = {one["code"]: one for one in (await public.get("/v1/beneficiaries/poverty-standards")).json()["items"]}
    assert items["decree-07-2021"]["confidence"] == "firm"
    rules = {
        (line["area"], line["household_class"]): line["income_rule"] for line in items["decree-07-2021"]["thresholds"]
    }
    assert rules["rural", "poor"] == "<=1,500,000"
    assert items["decree-351-2025"]["confidence"] == "soft"
    assert items["decree-351-2025"]["thresholds"]


def row(status: str, valid_from: str, valid_to: str | None = None, number: str = "1") -> StatusRow:
    return StatusRow(
        id=new_id(),
        household_id=new_id(),
        status=status,
        valid_from=date.fromisoformat(valid_from),
        valid_to=valid_to and date.fromisoformat(valid_to),
        standard="decree-07-2021",
        decision_number=number,
        decided_by="somebody",
        recorded_from=now(),
    )


def test_a_decision_inside_a_period_splits_it() -> None:
    known = [row("poor", "2022-01-01", "2024-01-01"), row("none", "2024-01-01")]
    change = decide(known, row("near_poor", "2023-01-01"))
    assert change.superseded is known[0]
    assert [(made.status, str(made.valid_from), str(made.valid_to)) for made in change.made] == [
        ("poor", "2022-01-01", "2023-01-01"),
        ("near_poor", "2023-01-01", "2024-01-01"),
    ]


def test_the_same_words_twice_are_one_decision() -> None:
    with pytest.raises(DecisionAlreadyRecorded):
        decide([row("poor", "2022-01-01")], row("poor", "2022-01-01"))
