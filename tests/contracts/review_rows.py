"""Reviews of the poverty of our commune, brought to the step that an operation needs by the people who take it."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from kit.values.dates import LAST_DAY
from tests.contracts.caller import MAP_BEGINS, Row
from tests.contracts.registry_rows import OFFICER, RegistryRows

CHAIR: Final = "commune-chair:04117"
MET_ON: Final = MAP_BEGINS + timedelta(days=30)
POSTED_UNTIL: Final = MET_ON + timedelta(days=70)
"""Longer than any terms may ask for: terms are among what the tests change."""
DECIDED_ON: Final = POSTED_UNTIL + timedelta(days=1)
STANDARD: Final = "decree-07-2021"
POOR, NOT_POOR = 1_200_000, 9_000_000
"""Income of a person and month, on either side of every line of that standard."""

_REVIEWS = "beneficiaries/reviews"
_STEPS = ("opening", "list", "form", "classification", "meetings", "postings", "decision")


class ReviewRows(RegistryRows):
    """Regular reviews only: they take nobody but those who asked."""

    @cached_property
    def _months(self) -> Iterator[tuple[int, int]]:
        return itertools.product(range(2000, 2025), range(1, 13))

    @cached_property
    def _years(self) -> Iterator[int]:
        return iter(range(2000, 2025))

    def period(self, kind: str) -> dict[str, Any]:
        """Return a period of which our commune has no review; all have begun before the communes of today stood."""
        if kind == "yearly":
            return {"year": next(self._years)}
        year, month = next(self._months)
        return {"year": year, "month": month}

    def request(self) -> Row:
        body = {"household_id": self.household()["id"], "received_on": str(self.recently), "wish": "Xin được rà soát"}
        return self._make(OFFICER, "beneficiaries/review-requests", body)

    def review(self, step: str, *, income: int = POOR, posted_until: date = POSTED_UNTIL) -> dict[str, str]:
        """Return the ids of a review that got to a step, and of a household's place in it once it is listed."""
        self.request()
        body = {"area_id": self.area["id"], "kind": "regular", "list_on": str(MAP_BEGINS), **self.period("regular")}
        review = self._make(OFFICER, _REVIEWS, body)["id"]
        for taken in _STEPS[1 : _STEPS.index(step) + 1]:
            self._take(review, taken, income, posted_until)
        cases = self.cases(review)
        return {"review_id": review} | ({"case_id": cases[0]["id"]} if cases else {})

    def _take(self, review: str, step: str, income: int, posted_until: date) -> None:
        if step == "form":
            for case in self.cases(review):
                self._score(review, case, income)
        elif step == "meetings":
            for village in {case["village"] for case in self.cases(review)}:
                self._meet(review, village)
        elif step == "postings":
            posting = {"posted_from": str(MET_ON), "posted_until": str(posted_until), "place": "Nhà văn hoá bản"}
            self._make(OFFICER, f"{_REVIEWS}/{review}/postings", posting)
        elif step == "decision":
            self._make(
                CHAIR, f"{_REVIEWS}/{review}/decision", {"decision_number": "1/QĐ", "decided_on": str(DECIDED_ON)}
            )
        else:
            self._make(OFFICER, f"{_REVIEWS}/{review}/{step}")

    def cases(self, review: str, **asked: str) -> list[Row]:
        found: list[Row] = self.get(f"/v1/{_REVIEWS}/{review}/cases", OFFICER, limit=200, **asked).json()["items"]
        return found

    def _score(self, review: str, case: Row, income: int) -> None:
        body = {
            "scored_on": str(MAP_BEGINS),
            "income": {"way": "estimate", "income": income},
            "deprived": dict.fromkeys(self.indicators, True),
        }
        headers = {"Authorization": f"Bearer {self._token(OFFICER)}", "If-Match": f'"{case["version"]}"'}
        path = f"/v1/{_REVIEWS}/{review}/cases/{case['id']}/form"
        self._http.put(path, json=body, headers=headers).raise_for_status()

    def _meet(self, review: str, village: str) -> None:
        present = {"chair": "Lò Văn Ún", "secretary": "Cà Thị Hoa", "supervisor": "Vì Văn Sương"}
        held = {"village": village, "held_on": str(MET_ON), "invited": 20, "attended": 10, "minutes": "Họp dân."}
        votes = [{"case_id": case["id"], "agreed": 10} for case in self.cases(review, village=village)]
        self._make(OFFICER, f"{_REVIEWS}/{review}/meetings", present | held | {"votes": votes})

    @cached_property
    def indicators(self) -> list[str]:
        """Codes that every form under the standard of today answers."""
        standard = self.get(f"/v1/beneficiaries/poverty-standards/{STANDARD}", OFFICER).json()
        return [indicator["code"] for indicator in standard["indicators"]]

    @cached_property
    def causes(self) -> list[str]:
        return [cause["code"] for cause in self.get("/v1/beneficiaries/poverty-causes", OFFICER).json()["items"]]

    @cached_property
    def posted(self) -> dict[str, str]:
        """A review whose results are up for good, not decided."""
        return self.review("postings", posted_until=LAST_DAY)

    @cached_property
    def posting(self) -> str:
        postings = self.get(f"/v1/{_REVIEWS}/{self.posted['review_id']}/postings", OFFICER).json()["items"]
        own: str = postings[0]["id"]
        return own

    @cached_property
    def meeting(self) -> str:
        """A meeting of a review that is not decided."""
        meetings = self.get(f"/v1/{_REVIEWS}/{self.posted['review_id']}/meetings", OFFICER).json()["items"]
        own: str = meetings[0]["id"]
        return own

    def scan(self) -> str:
        """Return a document that no call before sent."""
        return f"%PDF-1.7\n% {self.number()}\n%%EOF\n"

    @cached_property
    def minutes(self) -> str:
        headers = {"Authorization": f"Bearer {self._token(OFFICER)}", "Content-Type": "application/pdf"}
        query = {"meeting_id": self.meeting}
        kept = self._http.post("/v1/beneficiaries/review-minutes", params=query, content=self.scan(), headers=headers)
        own: str = kept.raise_for_status().json()["id"]
        return own

    def complaint_about(self, posted: dict[str, str]) -> str:
        body = {"case_id": posted["case_id"], "received_on": str(self.recently), "complaint": "Hộ có trâu."}
        own: str = self._make(OFFICER, f"{_REVIEWS}/{posted['review_id']}/complaints", body)["id"]
        return own

    def disputed(self) -> dict[str, str]:
        """Return the ids of a complaint that waits for its answer, and of its review."""
        posted = self.review("postings")
        return {**posted, "complaint_id": self.complaint_about(posted)}

    @cached_property
    def decided(self) -> dict[str, str]:
        return self.review("decision")

    @cached_property
    def refused(self) -> dict[str, str]:
        """A review that put who asked on no list."""
        return self.review("decision", income=NOT_POOR)

    def certificate(self, review: dict[str, str] | None = None) -> str:
        """Return the code of a certificate, of a review of its own without `review`."""
        decided = review or self.review("decision")
        issued = self.get(f"/v1/{_REVIEWS}/{decided['review_id']}/certificates", OFFICER).json()["items"]
        code: str = issued[0]["code"]
        return code

    @cached_property
    def sheet(self) -> str:
        return self.certificate(self.decided)
