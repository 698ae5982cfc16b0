from datetime import timedelta
from typing import Any

import pytest

from kit.values.dates import today
from tests.conftest import Service
from tests.services.beneficiaries.reviews.conftest import DECISION, POSTING, REVIEWS, Book

PUBLIC = "/v1/beneficiaries/review-postings"


async def up_now(book: Book) -> tuple[str, str]:
    """Return a review and its posting whose days include today."""
    review = await book.classified()
    await book.met(review)
    posting = await book.step(review, "postings", POSTING | {"posted_until": str(today() + timedelta(days=1))})
    return review, posting["id"]


async def test_anybody_reads_name_village_and_result_and_nothing_else(
    book: Book, registry: Service, listed_home: Any
) -> None:
    await listed_home("poor", "Lò Thị Đôi")
    _, posting = await up_now(book)
    public = await registry.signed_in(None)
    [shown] = (await public.get(PUBLIC, params={"area": "04105"})).json()["items"]
    assert (shown["id"], shown["area"]["code"]) == (posting, "04105")
    found = (await public.get(f"{PUBLIC}/{posting}")).json()
    assert found["items"] == [
        {
            "head_name": "Lò Thị Đôi",
            "village": "Bản Mé",
            "status": "poor",
            "result": {"vi": "Hộ nghèo", "en": "Poor household", "fr": "Ménage pauvre"},
        }
    ]


async def test_after_its_days_a_posting_is_gone(book: Book, registry: Service, listed_home: Any) -> None:
    await listed_home()
    review = await book.posted()
    public = await registry.signed_in(None)
    [posting] = (await book.officer.get(f"{REVIEWS}/{review}/postings")).json()["items"]
    assert (posting["posted_from"], posting["posted_until"], posting["households"]) == ("2025-11-03", "2025-11-05", 1)
    assert (await public.get(PUBLIC)).json()["items"] == []
    answer = await public.get(f"{PUBLIC}/{posting['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "posting-not-found")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"posted_until": "2025-11-04"}, 422, "posting-too-short"),
        ({"posted_from": "2025-10-30"}, 422, "dates-disagree"),
    ],
)
async def test_a_posting_too_short_or_too_early_is_refused(
    book: Book, listed_home: Any, new_key: Any, change: dict[str, str], status: int, code: str
) -> None:
    await listed_home()
    review = await book.classified()
    before = await book.officer.post(f"{REVIEWS}/{review}/postings", json=POSTING, headers=new_key())
    assert (before.status_code, before.json()["code"]) == (409, "nothing-to-post")
    await book.met(review)
    answer = await book.officer.post(f"{REVIEWS}/{review}/postings", json=POSTING | change, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_complaint_is_answered_once_and_until_then_nothing_is_decided(
    book: Book, chair: Any, listed_home: Any, new_key: Any
) -> None:
    await listed_home()
    review = await book.posted()
    [case] = await book.cases(review)
    asked = {"case_id": case["id"], "received_on": "2025-11-04", "complaint": "Hộ này có máy cày"}
    made = await book.step(review, "complaints", asked)
    refused = await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())
    assert (refused.status_code, refused.json()["code"]) == (409, "review-not-ready")
    answered = {"answered_on": "2025-11-05", "answer": "Máy cày đi mượn", "upheld": False}
    kept = await book.step(review, f"complaints/{made['id']}/answer", answered)
    assert (kept["answer"], kept["upheld"]) == ("Máy cày đi mượn", False)
    path = f"{REVIEWS}/{review}/complaints"
    again = await book.officer.post(f"{path}/{made['id']}/answer", json=answered, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "complaint-answered")
    assert len((await book.officer.get(path)).json()["items"]) == 1
    assert (await book.officer.get(path, params={"answered": "false"})).json()["items"] == []
    assert (await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())).status_code == 200


async def test_a_complaint_that_is_right_sends_the_household_back(
    book: Book, chair: Any, listed_home: Any, new_key: Any
) -> None:
    await listed_home()
    review = await book.posted()
    [case] = await book.cases(review)
    asked = {"case_id": case["id"], "received_on": "2025-11-04", "complaint": "Hộ này có máy cày"}
    made = await book.step(review, "complaints", asked)
    right = {"answered_on": "2025-11-05", "answer": "Đúng", "upheld": True}
    await book.step(review, f"complaints/{made['id']}/answer", right)
    [case] = await book.cases(review)
    assert (case["state"], case["round"]) == ("scoring", 2)
    refused = await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())
    assert refused.json()["detail"].startswith("Not agreed to: 1")
    await book.score(review, case)
    await book.step(review, "classification")
    await book.met(review)
    refused = await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())
    assert "not posted to the end: 1" in refused.json()["detail"]
    await book.step(review, "postings", POSTING)
    assert (await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION, headers=new_key())).status_code == 200


async def test_nobody_complains_about_what_was_not_posted(book: Book, listed_home: Any, new_key: Any) -> None:
    await listed_home()
    review = await book.classified()
    [case] = await book.cases(review)
    asked = {"case_id": case["id"], "received_on": "2025-11-04", "complaint": "x"}
    answer = await book.officer.post(f"{REVIEWS}/{review}/complaints", json=asked, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "not-posted")
