"""A review that was opened by mistake is called off, until its results hang for all to read."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.reviews.conftest import DECISION, POSTING, REVIEWS, Book, answers

Key = Callable[[], dict[str, str]]
MISTAKE = {"because": "Mở nhầm năm"}
REQUESTS = "/v1/beneficiaries/review-requests"


async def test_a_cancelled_review_says_who_and_why_and_frees_its_period(
    registry: Service, book: Book, listed_home: Any, new_key: Key
) -> None:
    await listed_home()
    review = await book.listed()
    gone = await book.step(review, "cancellation", MISTAKE)
    assert [gone[name] for name in ("state", "cancelled_by", "cancelled_because", "overdue")] == [
        "cancelled",
        "commune-officer:04105",
        "Mở nhầm năm",
        False,
    ]
    [row] = await registry.sql("select actor, reason from audit_log where action = 'review.cancelled'")
    assert tuple(row) == ("commune-officer:04105", "Mở nhầm năm")
    again = await book.listed()
    assert again != review
    found = (await book.officer.get(REVIEWS, params={"state": "cancelled"})).json()["items"]
    assert [one["id"] for one in found] == [review]
    overdue = (await book.officer.get(REVIEWS, params={"overdue": "false"})).json()["items"]
    assert review in [one["id"] for one in overdue]
    second = await book.officer.post(f"{REVIEWS}/{review}/cancellation", json=MISTAKE, headers=new_key())
    assert (second.status_code, second.json()["code"]) == (409, "review-is-cancelled")


async def test_nothing_more_happens_in_a_cancelled_review(
    book: Book, chair: httpx2.AsyncClient, listed_home: Any, new_key: Key
) -> None:
    await listed_home()
    review = await book.classified()
    [case] = await book.cases(review)
    await book.step(review, "cancellation", MISTAKE)
    for client, step, body in (
        (book.officer, "list", None),
        (book.officer, "classification", None),
        (book.officer, "postings", POSTING),
        (chair, "decision", DECISION),
    ):
        answer = await client.post(f"{REVIEWS}/{review}/{step}", json=body, headers=new_key())
        assert (answer.status_code, answer.json()["code"]) == (409, "review-is-cancelled")
    assert (await book.score(review, case, answers())).json()["code"] == "review-is-cancelled"


async def test_a_request_that_it_took_up_waits_for_the_next(book: Book, listed_home: Any, new_key: Key) -> None:
    home = await listed_home(None)
    asked = {"household_id": home["id"], "received_on": "2025-10-02", "wish": "Xin rà soát"}
    assert (await book.officer.post(REQUESTS, json=asked, headers=new_key())).status_code == 201
    review = await book.listed()
    [request] = (await book.officer.get(REQUESTS)).json()["items"]
    assert (request["state"], request["review_id"]) == ("listed", review)
    await book.step(review, "cancellation", MISTAKE)
    [request] = (await book.officer.get(REQUESTS, params={"state": "open"})).json()["items"]
    assert request["review_id"] is None
    [case] = await book.cases(await book.listed())
    assert (case["household_id"], case["origin"]) == (home["id"], "request")


async def test_a_posted_review_is_not_cancelled(registry: Service, book: Book, listed_home: Any, new_key: Key) -> None:
    await listed_home()
    review = await book.posted()
    answer = await book.officer.post(f"{REVIEWS}/{review}/cancellation", json=MISTAKE, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "review-is-posted")
    with pytest.raises(asyncpg.CheckViolationError, match="posted"):
        await registry.sql(
            "update review_campaigns set state = 'cancelled', cancelled_by = 'x', cancelled_at = now(),"
            " cancelled_because = 'x'"
        )


async def test_a_cancellation_has_its_reason(book: Book, listed_home: Any, new_key: Key) -> None:
    await listed_home()
    review = await book.listed()
    for body in ({}, {"because": ""}, {"because": " "}):
        answer = await book.officer.post(f"{REVIEWS}/{review}/cancellation", json=body, headers=new_key())
        assert answer.status_code == 422
