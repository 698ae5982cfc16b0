"""A yearly review of Mai Sơn from the list to a certificate that anybody can verify, through the gateway."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx2
import pytest

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]
BASE = "/v1/beneficiaries"
MAI_SON = str(uuid5(NAMESPACE_URL, "forthepoor/area/04105/2025-07-01"))
MEETING = {
    "village": "Bản Nà Bó",
    "chair": "Lò Văn Ún",
    "secretary": "Cà Thị Hoa",
    "supervisor": "Vì Văn Sương",
    "invited": 60,
    "attended": 48,
    "minutes": "Họp dân về kết quả rà soát hộ nghèo, hộ cận nghèo.",
}
DECISION = {"decision_number": "215/QĐ-UBND", "decided_on": "2025-12-10"}
SCAN = b"%PDF-1.7\nsigned by chair, secretary and the Front" + bytes(2 << 20)


@dataclass
class Desk:
    """Somebody at work; every POST carries a key of its own."""

    client: httpx2.AsyncClient
    numbers: Any

    async def post(self, path: str, body: Any = None, *, status: int | None = None) -> dict[str, Any]:
        headers = {"Idempotency-Key": f"journey-review-{next(self.numbers):04}"}
        answer = await self.client.post(f"{BASE}/{path}", json=body, headers=headers)
        assert answer.status_code in ({200, 201} if status is None else {status}), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, path: str, **asked: Any) -> dict[str, Any]:
        answer = await self.client.get(f"{BASE}/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def register(self, name: str, status: str | None) -> str:
        head = {"full_name": name, "sex": "female", "birth_date": "1984-03-02", "relation": "head", "ethnicity": "03"}
        child = head | {"full_name": f"Con {name}", "birth_date": "2016-09-05", "relation": "child"}
        body = {"area_id": MAI_SON, "village": "Bản Nà Bó", "registered_on": "2025-08-01", "members": [head, child]}
        home = str((await self.post("households", body))["id"])
        if status is not None:
            decision = {"status": status, "valid_from": "2025-08-01", "decision_number": "11/QĐ-UBND"}
            await self.post(f"households/{home}/poverty-statuses", decision)
        return home

    async def cases(self, review: str) -> dict[str, dict[str, Any]]:
        found = await self.get(f"reviews/{review}/cases", limit=200)
        return {case["household_id"]: case for case in found["items"]}

    async def score(self, review: str, home: str, *, income: int, deprived: int, causes: list[str]) -> dict[str, Any]:
        case = (await self.cases(review))[home]
        standard = await self.get("poverty-standards/decree-07-2021")
        answers = {one["code"]: place < deprived for place, one in enumerate(standard["indicators"])}
        form = {
            "scored_on": "2025-10-12",
            "income": {"way": "estimate", "income": income},
            "deprived": answers,
            "causes": causes,
        }
        path = f"{BASE}/reviews/{review}/cases/{case['id']}/form"
        answer = await self.client.put(path, json=form, headers={"If-Match": f'"{case["version"]}"'})
        assert answer.status_code == 200, answer.text
        scored: dict[str, Any] = answer.json()
        return scored

    async def meet(self, review: str, on: str, votes: dict[str, int]) -> dict[str, Any]:
        """Hold the meeting of the village; `votes`: how many of the 48 present agree, by household."""
        cases = await self.cases(review)
        given = [{"case_id": cases[home]["id"], "agreed": agreed} for home, agreed in votes.items()]
        return await self.post(f"reviews/{review}/meetings", MEETING | {"held_on": on, "votes": given})


@pytest.fixture
def desks(signed_in: SignIn) -> Callable[..., Awaitable[Desk]]:
    numbers = itertools.count()

    async def desk(login: str | None = None) -> Desk:
        return Desk(await signed_in(login), numbers)

    return desk


@dataclass
class Story:
    """The review and its three households, the people at work, and the stranger who answers for another commune."""

    officer: Desk
    chair: Desk
    stranger: Desk
    anybody: Desk
    poor: str
    near: str
    asking: str
    review: str = ""

    async def told(self, what: str) -> list[Any]:
        """Return what the list of the review says of the three."""
        cases = await self.officer.cases(self.review)
        return [cases[home][what] for home in (self.poor, self.near, self.asking)]

    async def case(self, home: str) -> str:
        return str((await self.officer.cases(self.review))[home]["id"])


@pytest.fixture
async def story(desks: Callable[..., Awaitable[Desk]]) -> Story:
    logins = ("commune-officer:04105", "commune-chair:04105", "commune-officer:04108", None)
    officer, chair, stranger, anybody = [await desks(login) for login in logins]
    homes = (("Lò Thị Đôi", "poor"), ("Quàng Thị Inh", "near_poor"), ("Cà Thị Sơn", None))
    return Story(officer, chair, stranger, anybody, *[await officer.register(*home) for home in homes])


async def _is_listed(story: Story) -> None:
    officer = story.officer
    wish = {"household_id": story.asking, "received_on": "2025-09-20", "wish": "Mất mùa, xin được rà soát"}
    await officer.post("review-requests", wish)
    opened = {"area_id": MAI_SON, "kind": "yearly", "year": 2025}
    mistaken = await officer.post("reviews", opened)
    await officer.post(f"reviews/{mistaken['id']}/cancellation", {"because": "Nhầm ngày lập danh sách"})
    story.review = str((await officer.post("reviews", opened | {"list_on": "2025-09-15"}))["id"])
    await officer.post(f"reviews/{story.review}/list")
    assert await story.told("origin") == ["list", "list", "request"]


async def _is_classified(story: Story) -> None:
    officer, review = story.officer, story.review
    scored = await officer.score(review, story.poor, income=1_200_000, deprived=4, causes=["land"])
    assert [reason["met"] for reason in scored["reasons"]] == [True, True, None]
    await officer.score(review, story.near, income=1_400_000, deprived=3, causes=["illness"])
    await officer.score(review, story.asking, income=2_600_000, deprived=1, causes=[])
    await officer.post(f"reviews/{review}/classification")
    assert await story.told("status") == ["poor", "poor", "none"]


async def _is_agreed(story: Story) -> None:
    """20 of 48 are less than half: the second household is scored again, and then agreed to."""
    officer, review = story.officer, story.review
    met = await officer.meet(review, "2025-11-10", {story.poor: 48, story.near: 20, story.asking: 40})
    assert (met["agreed"], met["sent_back"]) == (2, 1)
    assert await story.told("state") == ["agreed", "scoring", "agreed"]
    early = await story.chair.post(f"reviews/{review}/decision", DECISION, status=409)
    assert early["code"] == "review-not-ready"
    await officer.score(review, story.near, income=1_400_000, deprived=2, causes=["illness"])
    await officer.post(f"reviews/{review}/classification")
    met = await officer.meet(review, "2025-11-15", {story.near: 30})
    assert (met["agreed"], met["sent_back"]) == (1, 0)
    kept = await officer.client.post(f"{BASE}/review-minutes", params={"meeting_id": met["id"]}, content=SCAN)
    assert kept.status_code == 201, kept.text
    assert (await story.chair.client.get(kept.headers["location"])).content == SCAN
    assert (await story.stranger.client.get(kept.headers["location"])).status_code == 404


async def _is_posted(story: Story) -> None:
    officer, review = story.officer, story.review
    posted = await officer.post(f"reviews/{review}/postings", {"posted_from": "2025-11-18", "place": "Nhà văn hoá"})
    assert posted["households"] == 3
    said = {"case_id": await story.case(story.asking), "received_on": "2025-11-19", "complaint": "Chưa tính mất mùa"}
    complaint = await officer.post(f"reviews/{review}/complaints", said)
    waiting = await story.chair.post(f"reviews/{review}/decision", DECISION, status=409)
    assert waiting["code"] == "review-not-ready"
    answer = {"answered_on": "2025-11-20", "answer": "Đã tính thu nhập cả năm; giữ kết quả", "upheld": False}
    await officer.post(f"reviews/{review}/complaints/{complaint['id']}/answer", answer)


async def _is_decided(story: Story) -> None:
    officer, review = story.officer, story.review
    await officer.post(f"reviews/{review}/decision", DECISION, status=403)
    await story.chair.post(f"reviews/{review}/decision", DECISION)
    assert await story.told("outcome") == ["certificate", "certificate", "refusal"]
    refusal = await officer.get(f"reviews/{review}/cases/{await story.case(story.asking)}/refusal")
    assert [reason["met"] for reason in refusal["reasons"]] == [False, False, None]
    answered = await officer.get("review-requests", household_id=story.asking)
    assert [one["state"] for one in answered["items"]] == ["answered"]
    status = await officer.get(f"households/{story.near}/poverty-status", as_of="2026-01-01")
    assert status["status"] == "near_poor"


async def test_a_yearly_review_goes_from_the_list_to_a_certificate(story: Story) -> None:
    await _is_listed(story)
    await _is_classified(story)
    await _is_agreed(story)
    await _is_posted(story)
    await _is_decided(story)

    officer, review = story.officer, story.review
    certificates = (await officer.get(f"reviews/{review}/certificates", limit=200))["items"]
    code = next(one["code"] for one in certificates if one["household_id"] == story.poor)
    paper = await officer.client.get(f"{BASE}/reviews/{review}/cases/{await story.case(story.poor)}/certificate")
    assert paper.content.startswith(b"%PDF-")
    verified = await story.anybody.get(f"certificates/{code}")
    assert verified == {"code": code, "state": "valid", "commune": "Xã Mai Sơn", "year": 2025}
    assert (await story.stranger.client.get(f"{BASE}/reviews/{review}")).status_code == 404

    report = await officer.get("poverty-reports/12", as_of="2026-01-01")
    whole = dict(zip(report["columns"], report["rows"][-1], strict=True))
    assert whole["Số hộ nghèo thiếu hụt 4 chỉ số"] >= 1
    for number in range(1, 16):
        sheet = await officer.client.get(f"{BASE}/poverty-reports/{number}/xlsx", params={"as_of": "2026-01-01"})
        assert sheet.content.startswith(b"PK"), number
