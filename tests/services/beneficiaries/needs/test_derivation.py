"""Needs from a review: raised once by what was found, and not again after they were met."""

from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, Register
from tests.services.beneficiaries.needs.test_needs import NEEDS, Key, listed, raised
from tests.services.beneficiaries.reviews.conftest import DECISION, Book, answers
from tests.services.beneficiaries.test_lists import statements


async def derived(client: httpx2.AsyncClient, key: Key, **given: str) -> dict[str, Any]:
    answer = await client.post(f"{NEEDS}/derivations", json=given, headers=key())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def review(book: Book, chair: httpx2.AsyncClient, listed_home: Any) -> str:
    """A decided review of two households, each deprived in employment, dependents and nutrition."""
    for name in ("Lò Thị Đôi", "Cà Thị Hoa"):
        await listed_home(name=name)
    decided = await book.posted([answers(), answers()])
    await book.step(decided, "decision", DECISION, chair)
    return decided


async def test_a_decided_review_raises_the_needs_of_all_its_households_once(
    registry: Service, officer: httpx2.AsyncClient, review: str, new_key: Key
) -> None:
    with statements(registry) as seen:
        made = await derived(officer, new_key, review_id=review)
    assert made == {
        "raised": 6,
        "kinds": [{"kind": kind, "needs": 2} for kind in ("food", "income_support", "job")],
    }
    # The scope, the key, is it decided, the locks, the needs with their audit, the events, the answer kept.
    assert len(seen) == 7
    assert await derived(officer, new_key, review_id=review) == {"raised": 0, "kinds": []}
    needs = await listed(officer, origin="review", kind="food")
    assert [(need["indicators"], need["raised_on"], need["state"]) for need in needs] == [
        (["nutrition"], "2025-10-01", "open")
    ] * 2
    assert len(await registry.sql("select 1 from audit_log where action = 'need.raised'")) == 6
    assert len(await registry.sql("select 1 from outbox_events where type = 'need.raised'")) == 6


async def test_a_need_met_since_the_review_is_not_raised_by_it_again(
    officer: httpx2.AsyncClient, review: str, new_key: Key
) -> None:
    await derived(officer, new_key, review_id=review)
    need = (await listed(officer, kind="food"))[0]
    met = {"state": "met", "on": "2026-01-01"}
    assert (await officer.post(f"{NEEDS}/{need['id']}/closing", json=met, headers=new_key())).status_code == 200
    assert (await derived(officer, new_key, household_id=need["household_id"]))["raised"] == 0


async def test_a_household_alone_is_asked_for_and_what_was_reported_stays(
    officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, review: str, new_key: Key
) -> None:
    home = (await officer.get("/v1/beneficiaries/households")).json()["items"][0]["id"]
    reported = await raised(officer, new_key, home, "job", raised_on="2026-02-01")
    kind = "/v1/beneficiaries/need-kinds/income_support"
    assert (await admin.patch(kind, json={"indicators": []}, headers={"If-Match": '"1"'})).status_code == 200
    assert await derived(officer, new_key, household_id=home) == {"raised": 1, "kinds": [{"kind": "food", "needs": 1}]}
    assert [need["id"] for need in await listed(officer, kind="job")] == [reported["id"]]


async def test_what_was_not_decided_raises_nothing(
    officer: httpx2.AsyncClient, book: Book, listed_home: Any, new_key: Key
) -> None:
    home = await listed_home()
    posted = await book.posted([answers()])
    answer = await officer.post(f"{NEEDS}/derivations", json={"review_id": posted}, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "review-not-decided")
    assert (await derived(officer, new_key, household_id=home["id"]))["raised"] == 0
    for body in ({}, {"household_id": home["id"], "review_id": posted}):
        assert (await officer.post(f"{NEEDS}/derivations", json=body, headers=new_key())).status_code == 422


async def test_another_commune_raises_nothing_here(
    registry: Service, stranger: httpx2.AsyncClient, register: Register, review: str, new_key: Key
) -> None:
    [home, *_] = await registry.sql("select household_id from review_cases")
    await register(CHIENG_SUNG)
    for given, code in (
        ({"review_id": review}, "review-not-decided"),
        ({"review_id": str(new_id())}, "review-not-decided"),
        ({"household_id": str(home["household_id"])}, "household-not-found"),
    ):
        answer = await stranger.post(f"{NEEDS}/derivations", json=given, headers=new_key())
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert await registry.sql("select 1 from needs") == []
