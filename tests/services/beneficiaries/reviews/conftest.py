"""A yearly review of Mai Sơn in 2025, step by step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, member

REVIEWS = "/v1/beneficiaries/reviews"
INDICATORS = [
    "employment",
    "dependents",
    "nutrition",
    "health_insurance",
    "adult_education",
    "child_school_attendance",
    "housing_quality",
    "housing_area",
    "clean_water",
    "hygienic_toilet",
    "telecommunication",
    "information_means",
]
Key = Callable[[], dict[str, str]]
MEETING = {
    "village": "Bản Mé",
    "held_on": "2025-11-01",
    "chair": "Lò Văn Ún",
    "secretary": "Cà Thị Hoa",
    "supervisor": "Vì Văn Sương",
    "invited": 20,
    "minutes": "Họp dân về kết quả rà soát.",
}
POSTING = {"posted_from": "2025-11-03", "place": "Nhà văn hoá bản"}
DECISION = {"decision_number": "215/QĐ-UBND", "decided_on": "2025-12-10"}


def answers(income: int = 1_200_000, deprived: int = 3, **more: Any) -> dict[str, Any]:
    """Return a form with an estimate of income and the first so many deprivations."""
    return {
        "scored_on": "2025-10-01",
        "income": {"way": "estimate", "income": income},
        "deprived": {code: place < deprived for place, code in enumerate(INDICATORS)},
        "causes": ["land"],
        **more,
    }


@dataclass
class Book:
    """What a test does in a review, as the officer of Mai Sơn unless it says otherwise."""

    officer: httpx2.AsyncClient
    new_key: Key

    async def open(self, **change: Any) -> str:
        body = {"area_id": MAI_SON, "kind": "yearly", "year": 2025} | change
        made = await self.officer.post(REVIEWS, json=body, headers=self.new_key())
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def step(self, review: str, step: str, body: Any = None, client: Any = None) -> dict[str, Any]:
        answer = await (client or self.officer).post(f"{REVIEWS}/{review}/{step}", json=body, headers=self.new_key())
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def cases(self, review: str, **asked: Any) -> list[dict[str, Any]]:
        answer = await self.officer.get(f"{REVIEWS}/{review}/cases", params={"limit": 200, **asked})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def score(self, review: str, case: dict[str, Any], form: dict[str, Any] | None = None) -> Any:
        headers = {"If-Match": f'"{case["version"]}"'}
        path = f"{REVIEWS}/{review}/cases/{case['id']}/form"
        return await self.officer.put(path, json=form or answers(), headers=headers)

    async def listed(self, **change: Any) -> str:
        review = await self.open(**change)
        await self.step(review, "list")
        return review

    async def met(self, review: str, agreed: int = 10, attended: int = 10, **asked: Any) -> dict[str, Any]:
        """Hold a meeting of Bản Mé on every household with a class; so many of those present agree."""
        cases = await self.cases(review, state="classified", **asked)
        votes = [{"case_id": case["id"], "agreed": agreed} for case in cases]
        return await self.step(review, "meetings", MEETING | {"attended": attended, "votes": votes})

    async def posted(self, forms: Iterable[dict[str, Any]] | None = None) -> str:
        """Go on until the results were posted to the end."""
        review = await self.classified(forms)
        await self.met(review)
        await self.step(review, "postings", POSTING)
        return review

    async def classified(self, forms: Iterable[dict[str, Any]] | None = None) -> str:
        """Open, list, score each household by the next form, and classify."""
        review = await self.listed()
        filled = iter(forms) if forms is not None else None
        for case in await self.cases(review):
            answer = await self.score(review, case, next(filled) if filled is not None else answers())
            assert answer.status_code == 200, answer.text
        await self.step(review, "classification")
        return review


@pytest.fixture
async def book(officer: httpx2.AsyncClient, new_key: Key) -> Book:
    return Book(officer, new_key)


@pytest.fixture
async def chair(registry: Service) -> httpx2.AsyncClient:
    """The chairperson of Mai Sơn."""
    return await registry.signed_in("commune-chair:04105")


@pytest.fixture
def listed_home(officer: httpx2.AsyncClient, register: Register, new_key: Key) -> Any:
    """Give a function that registers a household of Mai Sơn that is poor, or as said, since 2025-08-01."""

    async def one(status: str | None = "poor", name: str = "Lò Thị Đôi", **more: Any) -> dict[str, Any]:
        home: dict[str, Any] = await register(MAI_SON, member(name), registered_on="2025-08-01", **more)
        if status is not None:
            body = {"status": status, "valid_from": "2025-08-01", "decision_number": "1/QĐ-UBND"}
            path = f"{HOUSEHOLDS}/{home['id']}/poverty-statuses"
            answer = await officer.post(path, json=body, headers=new_key())
            assert answer.status_code == 201, answer.text
        return home

    return one
