"""Another commune's officer: finds, lists, counts and changes nothing of a review that is not theirs."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON
from tests.services.beneficiaries.reviews.conftest import DECISION, MEETING, POSTING, REVIEWS, Book, answers

Key = Callable[[], dict[str, str]]
TABLES = (
    "review_campaigns",
    "review_cases",
    "review_forms",
    "review_form_deprivations",
    "review_form_causes",
    "review_requests",
    "review_meetings",
    "review_votes",
    "review_postings",
    "review_posting_lines",
    "review_complaints",
    "poverty_certificates",
)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "/list", None),
        ("POST", "/classification", None),
        ("POST", "/cancellation", {"because": "x"}),
        ("GET", "/cases", None),
        ("GET", "/cases/{case}", None),
        ("PUT", "/cases/{case}/form", answers()),
        ("GET", "/meetings", None),
        ("POST", "/meetings", MEETING | {"attended": 1, "votes": [{"case_id": str(new_id()), "agreed": 1}]}),
        ("GET", "/postings", None),
        ("POST", "/postings", POSTING),
        ("GET", "/complaints", None),
        ("POST", "/complaints", {"case_id": str(new_id()), "received_on": "2025-11-04", "complaint": "x"}),
        ("POST", "/complaints/{case}/answer", {"answered_on": "2025-11-05", "answer": "x", "upheld": False}),
        ("GET", "/certificates", None),
        ("GET", "/cases/{case}/refusal", None),
        ("GET", "/cases/{case}/certificate", None),
    ],
)
async def test_another_communes_review_is_not_found(
    registry: Service,
    book: Book,
    stranger: httpx2.AsyncClient,
    listed_home: Any,
    new_key: Key,
    method: str,
    path: str,
    body: Any,
) -> None:
    await listed_home()
    review = await book.listed()
    [case] = await book.cases(review)
    before = await registry.sql("select * from review_campaigns")
    address = f"{REVIEWS}/{review}{path.format(case=case['id'])}"
    answer = await stranger.request(method, address, json=body, headers={"If-Match": '"1"', **new_key()})
    assert (answer.status_code, answer.json()["code"]) == (404, "review-not-found")
    assert await registry.sql("select * from review_campaigns") == before
    assert await registry.sql("select 1 from review_forms") == []


async def test_another_communes_chairperson_does_not_decide(
    registry: Service, book: Book, chair: httpx2.AsyncClient, listed_home: Any, new_key: Key
) -> None:
    await listed_home()
    review = await book.posted()
    other = await registry.signed_in("commune-chair:04108")
    answer = await other.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "review-not-found")
    for path in ("", "/cases", "/certificates", "/complaints"):
        assert (await other.get(f"{REVIEWS}/{review}{path}")).status_code == 404
    assert (await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())).status_code == 200


async def test_a_list_of_reviews_holds_the_callers_only(
    book: Book, stranger: httpx2.AsyncClient, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    await book.open()
    for client, many in ((stranger, 0), (admin, 1), (book.officer, 1)):
        for asked in ({}, {"area": "04105"}, {"overdue": "true"}):
            found = await client.get(REVIEWS, params=asked)
            assert len(found.json()["items"]) == many
    body = {"area_id": MAI_SON, "kind": "yearly", "year": 2024}
    answer = await stranger.post(REVIEWS, json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "area-not-found")


async def test_a_request_of_another_communes_household_is_not_taken(
    stranger: httpx2.AsyncClient, listed_home: Any, new_key: Key
) -> None:
    home = await listed_home()
    asked = {"household_id": home["id"], "received_on": "2025-10-02", "wish": "Xin rà soát"}
    answer = await stranger.post("/v1/beneficiaries/review-requests", json=asked, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "household-not-found")


@pytest.mark.parametrize(
    ("login", "reads", "writes"),
    [("auditor", 200, 403), ("commune-chair:04105", 200, 403), ("treasurer", 403, 403), ("donor", 403, 403)],
)
async def test_who_may_read_a_review_and_who_may_prepare_it(
    registry: Service, book: Book, listed_home: Any, new_key: Key, login: str, reads: int, writes: int
) -> None:
    await listed_home()
    review = await book.listed()
    [case] = await book.cases(review)
    client = await registry.signed_in(login)
    for path in (f"/{review}", f"/{review}/cases", f"/{review}/cases/{case['id']}", ""):
        assert (await client.get(f"{REVIEWS}{path}")).status_code == reads
    assert (await client.get("/v1/beneficiaries/review-terms")).status_code == reads
    for path in ("/meetings", "/postings", "/complaints", "/certificates"):
        assert (await client.get(f"{REVIEWS}/{review}{path}")).status_code == reads
    cancelled = await client.post(f"{REVIEWS}/{review}/cancellation", json={"because": "x"}, headers=new_key())
    assert cancelled.status_code == 403
    for path in ("/list", "/classification"):
        assert (await client.post(f"{REVIEWS}/{review}{path}", headers=new_key())).status_code == writes
    form = await client.put(f"{REVIEWS}/{review}/cases/{case['id']}/form", json=answers(), headers={"If-Match": '"1"'})
    assert form.status_code == writes


@pytest.mark.parametrize("area", [None, "04108", "", "99999"])
async def test_the_runtime_role_sees_no_row_of_a_review_out_of_scope(
    registry: Service, book: Book, listed_home: Any, new_key: Key, area: str | None
) -> None:
    home = await listed_home()
    asked = {"household_id": home["id"], "received_on": "2025-10-02", "wish": "Xin rà soát"}
    await book.officer.post("/v1/beneficiaries/review-requests", json=asked, headers=new_key())
    review = await book.posted()
    [case] = await book.cases(review)
    told = {"case_id": case["id"], "received_on": "2025-11-04", "complaint": "x"}
    made = await book.step(review, "complaints", told)
    answered = {"answered_on": "2025-11-05", "answer": "x", "upheld": False}
    await book.step(review, f"complaints/{made['id']}/answer", answered)
    await book.step(review, "decision", DECISION, await registry.signed_in("commune-chair:04105"))
    runtime = await asyncpg.connect(registry.runtime_url)
    try:
        for reach, code, seen in (("none" if area is None else "area", area or "", False), ("area", "04105", True)):
            await runtime.execute(
                "select set_config('app.reach', $1, false), set_config('app.area', $2, false)", reach, code
            )
            for table in TABLES:
                assert bool(await runtime.fetch(f"select 1 from {table}")) is seen
    finally:
        await runtime.close()
    forced = await registry.sql(
        "select relname from pg_class where relname = any($1) and relrowsecurity and relforcerowsecurity", TABLES
    )
    assert {row["relname"] for row in forced} == set(TABLES)
