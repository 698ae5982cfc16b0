from typing import Any

import asyncpg
import pytest

from kit.values.ids import new_id
from services.beneficiaries.review_meetings.models import passes
from tests.conftest import Service
from tests.services.beneficiaries.reviews.conftest import MEETING, REVIEWS, Book, answers


@pytest.mark.parametrize(
    ("agreed", "attended", "stands"), [(5, 10, True), (4, 10, False), (5, 11, False), (6, 11, True), (0, 1, False)]
)
def test_half_of_those_present_is_enough(agreed: int, attended: int, *, stands: bool) -> None:
    assert passes(agreed, attended, 50) is stands


async def test_below_half_of_those_present_a_household_goes_back_to_scoring(
    book: Book, registry: Service, listed_home: Any
) -> None:
    await listed_home()
    review = await book.classified()
    held = await book.met(review, agreed=4)
    assert (held["agreed"], held["sent_back"], held["percent"]) == (0, 1, 50)
    [case] = await book.cases(review)
    assert (case["state"], case["round"], case["status"]) == ("scoring", 2, None)
    shown = (await book.officer.get(f"{REVIEWS}/{review}/cases/{case['id']}")).json()
    assert (shown["form"], shown["reasons"]) == (None, [])
    # The form of the first round is kept; another is needed, and another vote.
    assert len(await registry.sql("select 1 from review_forms")) == 1
    await book.score(review, case, answers(9_000_000))
    await book.step(review, "classification")
    assert (await book.met(review, agreed=5))["agreed"] == 1
    [case] = await book.cases(review)
    assert (case["state"], case["status"]) == ("agreed", "none")


async def test_few_who_came_decide_among_themselves(book: Book, listed_home: Any) -> None:
    await listed_home()
    review = await book.classified()
    assert (await book.met(review, agreed=1, attended=2))["agreed"] == 1


async def test_a_share_entered_for_later_reviews_counts_for_them(
    book: Book, admin: Any, new_key: Any, listed_home: Any
) -> None:
    await listed_home()
    terms = {
        "confidence": "open",
        "source": "x",
        "opens_month": 9,
        "opens_day": 1,
        "closes_month": 12,
        "closes_day": 14,
    }
    body = terms | {"posting_days": 3, "agreement_percent": 80}
    assert (await admin.post("/v1/beneficiaries/review-terms", json=body, headers=new_key())).status_code == 201
    review = await book.classified()
    assert (await book.met(review, agreed=7))["sent_back"] == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"village": "Bản Khác"}, "votes-do-not-fit"),
        ({"votes": [{"case_id": str(new_id()), "agreed": 1}]}, "votes-do-not-fit"),
        ({"attended": 3}, "invalid"),
        ({"attended": 0}, "invalid"),
        ({"held_on": "2025-08-01"}, "dates-disagree"),
        ({"held_on": "2199-01-01"}, "dates-disagree"),
        ({"votes": []}, "invalid"),
    ],
)
async def test_a_meeting_that_cannot_be_is_refused(
    book: Book, registry: Service, listed_home: Any, new_key: Any, change: dict[str, Any], code: str
) -> None:
    await listed_home()
    review = await book.classified()
    [case] = await book.cases(review)
    body = MEETING | {"attended": 10, "votes": [{"case_id": case["id"], "agreed": 9}]} | change
    answer = await book.officer.post(f"{REVIEWS}/{review}/meetings", json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await registry.sql("select 1 from review_meetings") == []


async def test_what_the_village_agreed_to_is_not_scored_again(book: Book, listed_home: Any, new_key: Any) -> None:
    await listed_home()
    review = await book.classified()
    await book.met(review)
    [case] = await book.cases(review)
    answer = await book.score(review, case, answers(1))
    assert (answer.status_code, answer.json()["code"]) == (409, "case-is-agreed")
    body = MEETING | {"attended": 10, "votes": [{"case_id": case["id"], "agreed": 9}]}
    again = await book.officer.post(f"{REVIEWS}/{review}/meetings", json=body, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (422, "votes-do-not-fit")


async def test_the_database_holds_an_outcome_against_the_votes(book: Book, registry: Service, listed_home: Any) -> None:
    await listed_home()
    review = await book.classified()
    await book.met(review)
    for agreed, passed in ((4, "true"), (5, "false"), (11, "true")):
        with pytest.raises(asyncpg.CheckViolationError):
            await registry.sql(f"update review_votes set agreed = {agreed}, passed = {passed}")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await registry.sql("update review_votes set attended = 11")
