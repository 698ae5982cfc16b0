"""A review up to the computed class."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.reviews.conftest import INDICATORS, REVIEWS, Book, answers
from tests.services.beneficiaries.test_lists import statements

Key = Callable[[], dict[str, str]]
REQUESTS = "/v1/beneficiaries/review-requests"


async def test_a_review_keeps_the_standard_of_the_day_of_its_list(book: Book) -> None:
    review = await book.open()
    found = (await book.officer.get(f"{REVIEWS}/{review}")).json()
    kept = ("standard", "rules_version", "points_version", "urban", "list_on", "opens_on", "due_on", "state")
    assert tuple(found[name] for name in kept) == (
        "decree-07-2021", 1, 1, False, "2025-09-01", "2025-09-01", "2025-12-14", "opened"
    )  # fmt: skip


async def test_a_version_entered_later_leaves_an_open_review_as_it_was(
    book: Book, admin: httpx2.AsyncClient, new_key: Key, listed_home: Any
) -> None:
    await listed_home()
    review = await book.listed()
    standard = (await admin.get("/v1/beneficiaries/poverty-standards/decree-07-2021")).json()
    indicators = [{name: value for name, value in one.items() if name != "number"} for one in standard["indicators"]]
    body = {"confidence": "open", "source": "x", "income_rural": 1, "income_urban": 1, "deprivations": 3}
    path = "/v1/beneficiaries/poverty-standards/decree-07-2021/rules"
    assert (await admin.post(path, json=body | {"indicators": indicators}, headers=new_key())).status_code == 201
    [case] = await book.cases(review)
    assert (await book.score(review, case)).json()["reasons"][0]["line"] == 1_500_000


async def test_the_list_holds_those_poor_on_its_day_and_those_who_asked(
    book: Book, listed_home: Any, register: Register, new_key: Key
) -> None:
    for status, name in (("poor", "Một"), ("near_poor", "Hai"), ("none", "Ba"), (None, "Bốn")):
        await listed_home(status, name)
    old = await register(CO_NOI, member("Năm"), registered_on="2024-01-01")
    for home, received in ((await listed_home(None, "Sáu"), "2025-09-20"), (old, "2025-10-01")):
        asked = {"household_id": home["id"], "received_on": received, "wish": "Xin được rà soát"}
        made = await book.officer.post(REQUESTS, json=asked, headers=new_key())
        assert made.status_code == 201, made.text
    review = await book.listed()
    seen = {case["head_name"]: (case["origin"], case["status_before"]) for case in await book.cases(review)}
    assert seen == {
        "Một": ("list", "poor"),
        "Hai": ("list", "near_poor"),
        "Năm": ("request", "none"),
        "Sáu": ("request", "none"),
    }
    again = await book.step(review, "list")
    assert again["households"]["scoring"] == 4


async def test_a_regular_review_takes_only_who_asked_and_is_due_in_fifteen_days(
    book: Book, listed_home: Any, new_key: Key
) -> None:
    await listed_home("poor", "Một")
    home = await listed_home(None, "Hai")
    asked = {"household_id": home["id"], "received_on": "2025-10-02", "wish": "Nhà bị cháy"}
    await book.officer.post(REQUESTS, json=asked, headers=new_key())
    review = await book.listed(kind="regular", month=10)
    assert [case["head_name"] for case in await book.cases(review)] == ["Hai"]
    found = (await book.officer.get(f"{REVIEWS}/{review}")).json()
    assert (found["opens_on"], found["due_on"], found["overdue"]) == ("2025-10-15", "2025-10-30", True)
    for overdue, many in (("true", 1), ("false", 0)):
        page = await book.officer.get(REVIEWS, params={"overdue": overdue})
        assert len(page.json()["items"]) == many


async def test_a_household_asks_once_until_it_is_answered(book: Book, listed_home: Any, new_key: Key) -> None:
    asked = {"household_id": (await listed_home())["id"], "received_on": "2025-10-02", "wish": "Xin rà soát"}
    answers_ = [await book.officer.post(REQUESTS, json=asked, headers=new_key()) for _ in range(2)]
    assert [answer.status_code for answer in answers_] == [201, 409]
    assert answers_[1].json()["code"] == "request-already-open"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"year": 2199}, 409, "review-too-early"),
        ({"kind": "regular"}, 422, "invalid"),
        ({"month": 3}, 422, "invalid"),
        ({"area_id": CO_NOI}, 409, "area-not-in-force"),
        ({"area_id": CHIENG_SUNG}, 404, "area-not-found"),
        ({"list_on": "2199-01-01"}, 422, "dates-disagree"),
    ],
)
async def test_a_review_that_cannot_be_is_not_opened(
    book: Book, new_key: Key, change: dict[str, Any], status: int, code: str
) -> None:
    body = {"area_id": MAI_SON, "kind": "yearly", "year": 2025} | change
    answer = await book.officer.post(REVIEWS, json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_commune_has_one_review_a_year(book: Book, new_key: Key) -> None:
    await book.open()
    body = {"area_id": MAI_SON, "kind": "yearly", "year": 2025}
    answer = await book.officer.post(REVIEWS, json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "review-already-opened")


@pytest.mark.parametrize(
    ("form", "status", "steps"),
    [
        (answers(1_500_000, 3), "poor", [(1_500_000, 1_500_000, True), (3, 3, True)]),
        (answers(1_500_000, 2), "near_poor", [(1_500_000, 1_500_000, True), (2, 3, False)]),
        (answers(1_500_001, 12), "none", [(1_500_001, 1_500_000, False), (12, 3, True)]),
        (answers() | {"income": {"way": "points", "points": 140}}, "poor", [(140, 140, True), (30, 30, True)]),
        (answers(deprived=2) | {"income": {"way": "points", "points": 140}}, "near_poor", [(140, 140, True), (20, 30, False)]),
        (answers() | {"income": {"way": "points", "points": 141}}, "none", [(141, 140, False), (30, 30, True)]),
    ],
)  # fmt: skip
async def test_a_class_is_computed_and_explained_line_by_line(
    book: Book, listed_home: Any, form: dict[str, Any], status: str, steps: list[tuple[int, int, bool]]
) -> None:
    await listed_home()
    review = await book.listed()
    [case] = await book.cases(review)
    filled = await book.score(review, case, form)
    assert filled.status_code == 200, filled.text
    reasons = filled.json()["reasons"]
    assert [(one["value"], one["line"], one["met"]) for one in reasons[:-1]] == steps
    assert "decree-07-2021" in reasons[-1]["text"]["vi"]
    await book.step(review, "classification")
    [computed] = await book.cases(review)
    assert (computed["state"], computed["status"]) == ("classified", status)


async def test_before_it_is_decided_a_review_changes_nothing(book: Book, registry: Service, listed_home: Any) -> None:
    home = await listed_home("near_poor")
    before = await registry.sql("select * from poverty_statuses")
    await book.classified()
    assert await registry.sql("select * from poverty_statuses") == before
    assert (await book.officer.get(f"{HOUSEHOLDS}/{home['id']}/poverty-status")).json()["status"] == "near_poor"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"deprived": {"employment": True}}, "answers-do-not-fit"),
        ({"deprived": dict.fromkeys([*INDICATORS, "pets"], True)}, "answers-do-not-fit"),
        ({"income": {"way": "items", "items": ["no_motorbike"]}}, "points-not-entered"),
        ({"causes": ["laziness"]}, "cause-unknown"),
        ({"scored_on": "2199-01-01"}, "dates-disagree"),
        ({"income": {"way": "estimate", "income": -1}}, "invalid"),
        ({"income": {"way": "guess"}}, "invalid"),
    ],
)
async def test_a_form_that_does_not_fit_is_refused(
    book: Book, registry: Service, listed_home: Any, change: dict[str, Any], code: str
) -> None:
    await listed_home()
    review = await book.listed()
    [case] = await book.cases(review)
    answer = await book.score(review, case, answers() | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await registry.sql("select 1 from review_forms") == []


async def test_two_officers_with_one_form_the_second_is_told(book: Book, listed_home: Any) -> None:
    await listed_home()
    review = await book.listed()
    [case] = await book.cases(review)
    first, second = await book.score(review, case), await book.score(review, case, answers(9_000_000))
    assert (first.status_code, second.status_code) == (200, 412)
    third = await book.score(review, first.json(), answers(9_000_000))
    assert third.json()["form"]["income"] == 9_000_000


async def test_nothing_is_scored_before_the_list(book: Book) -> None:
    review = await book.open()
    answer = await book.score(review, {"id": str(new_id()), "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "review-not-listed")


async def test_lists_run_a_fixed_number_of_statements(book: Book, registry: Service, listed_home: Any) -> None:
    await listed_home()
    review = await book.listed()

    async def count(path: str) -> int:
        with statements(registry) as seen:
            assert (await book.officer.get(f"{REVIEWS}{path}")).status_code == 200
        return len(seen)

    one = [await count(path) for path in ("", f"/{review}/cases", f"/{review}")]
    for _ in range(6):
        await listed_home()
    await book.step(review, "list")
    await book.open(kind="regular", month=10)
    assert len(await book.cases(review)) == 7
    assert [await count(path) for path in ("", f"/{review}/cases", f"/{review}")] == one == [2, 4, 7]


async def test_drawing_and_classifying_take_as_many_statements_for_many_as_for_one(
    book: Book, registry: Service, listed_home: Any
) -> None:
    async def run(year: int) -> int:
        review = await book.open(year=year, list_on="2025-09-01")
        with statements(registry) as seen:
            await book.step(review, "list")
        drawn = len(seen)
        for case in await book.cases(review):
            await book.score(review, case)
        with statements(registry) as seen:
            await book.step(review, "classification")
        assert {case["state"] for case in await book.cases(review)} == {"classified"}
        return drawn + len(seen)

    await listed_home()
    one = await run(2024)
    for _ in range(6):
        await listed_home()
    assert await run(2025) == one
