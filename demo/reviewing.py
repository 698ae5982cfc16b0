"""The reviews' part of the load: officers list, visit and score, villages meet, the chairperson decides."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from demo import examples
from demo.api import Api
from demo.draw import Draw, uuid7
from demo.pace import Pace, Stage, every
from demo.reviews import OFFICE, YEAR, Class, Review, Step, outcomes, reviews
from demo.story import Story

_OFFICER: Final = f"commune-officer:{OFFICE}"
_CHAIR: Final = f"commune-chair:{OFFICE}"
_REVIEWS: Final = "/v1/beneficiaries/reviews"
_REQUESTS: Final = "/v1/beneficiaries/review-requests"
_MAI_SON: Final = str(uuid5(NAMESPACE_URL, f"forthepoor/area/{OFFICE}/2025-07-01"))
_INCOME: Final[Mapping[Class, int]] = {"poor": 1_000_000, "near_poor": 1_300_000, "none": 2_900_000}
"""VND per person per month; the line of the countryside is 1.5 million."""
_LACKING: Final[Mapping[Class, frozenset[str]]] = {
    "poor": frozenset({"housing_quality", "clean_water", "hygienic_toilet", "nutrition"}),
    "near_poor": frozenset({"hygienic_toilet"}),
    "none": frozenset(),
}
_INDICATORS: Final = (
    *("employment", "dependents", "nutrition", "health_insurance", "adult_education", "child_school_attendance"),
    *("housing_quality", "housing_area", "clean_water", "hygienic_toilet", "telecommunication", "information_means"),
)
_IN_ITS_DAYS: Final = 365
"""Days for which the disputed results are posted, from the day on which the story is told."""


async def review(api: Api, pace: Pace, story: Story) -> None:
    """Carry each review as far as the story says; one that is further already stays as it is."""
    found = outcomes(story.households, story.decisions)
    told = reviews(story.households)
    with pace.stage("Poverty reviews of Mai Sơn", sum(one.until + 1 for one in told)) as stage:
        known = {
            UUID(line["id"]): line["state"]
            async for line in api.pages(_REVIEWS, {"area": OFFICE, "year": str(YEAR)}, login=_OFFICER)
        }
        # One after the other: a list takes up every request that is open when it is drawn.
        for one in told:
            await _Review(api, stage, one, found).go(known.get(one.id))


class _Review:
    """One review on its way."""

    def __init__(self, api: Api, stage: Stage, review: Review, found: Mapping[UUID, Class]) -> None:
        self._api, self._stage, self._review, self._found = api, stage, review, found
        self._path = f"{_REVIEWS}/{review.id}"

    async def go(self, state: str | None) -> None:
        """Take the steps that are still to be taken. Errors: RefusedError."""
        until = self._review.until
        if state == "decided":
            self._stage.skip(until + 1)
            return
        if state is None:
            await self._post(_REVIEWS, self._opening(), "opened")
        else:
            self._stage.skip(1)
        if state != "listed":
            await self._ask()
        steps = (self._list, self._score, self._classify, self._meet, self._show, self._dispute, self._decide)
        for step in steps[:until]:
            await step(state)

    def _opening(self) -> dict[str, Any]:
        month = self._review.month
        body = {"id": str(self._review.id), "area_id": _MAI_SON, "year": YEAR}
        return body | ({"kind": "regular", "month": month} if month else {"kind": "yearly"})

    async def _ask(self) -> None:
        for asked in self._review.asked:
            body = {
                "id": str(asked.id),
                "household_id": str(asked.household.id),
                "received_on": self._review.begins.isoformat(),
                "wish": "Gia đình gặp khó khăn, xin được rà soát hộ nghèo",
            }
            key = f"review/request/{asked.id}"
            await self._api.post(_REQUESTS, body, login=_OFFICER, key=key, known=("request-already-open",))

    async def _list(self, state: str | None) -> None:
        if state == "listed":
            self._stage.skip(1)
        else:
            await self._post(f"{self._path}/list", None, "list")

    async def _score(self, _state: str | None) -> None:
        waiting = await self._cases("scoring")

        async def visit(case: dict[str, Any]) -> None:
            path = f"{self._path}/cases/{case['id']}/form"
            await self._api.put(path, self._form(case), login=_OFFICER, version=case["version"])

        await every(waiting, visit, width=4)
        self._stage.done(new=bool(waiting))

    def _form(self, case: dict[str, Any]) -> dict[str, Any]:
        asked = {asked.household.id: asked.found for asked in self._review.asked}
        household = UUID(case["household_id"])
        found = self._found if self._review.month == 0 else asked
        status: Class = found.get(household, case["status_before"])
        return {
            "scored_on": self._review.scored_on.isoformat(),
            "income": {"way": "estimate", "income": _INCOME[status]},
            "deprived": {code: code in _LACKING[status] for code in _INDICATORS},
            "causes": [] if status == "none" else ["land"],
        }

    async def _classify(self, _state: str | None) -> None:
        if await self._cases("scored"):
            await self._post(f"{self._path}/classification", None, "classification")
        else:
            self._stage.skip(1)

    async def _meet(self, _state: str | None) -> None:
        villages: dict[str, list[str]] = defaultdict(list)
        for case in await self._cases("classified"):
            villages[case["village"]].append(case["id"])

        async def meet(village: str) -> None:
            key = f"review/{self._review.id}/meeting/{uuid7(village, day=self._review.met_on)}"
            body = self._minutes(village, villages[village])
            await self._api.post(f"{self._path}/meetings", body, login=_OFFICER, key=key)

        # One after the other: each takes the review's lock.
        await every(villages, meet, width=1)
        self._stage.done(new=bool(villages))

    def _minutes(self, village: str, cases: list[str]) -> dict[str, Any]:
        attended = Draw("meeting", self._review.id, village).between(30, 55)
        own = {"id": str(examples.MEETING)} if self._review.id == examples.REVIEW_TO_POST else {}
        return own | {
            "village": village,
            "held_on": self._review.met_on.isoformat(),
            "chair": "Lò Văn Ún",
            "secretary": "Cà Thị Hoa",
            "supervisor": "Vì Văn Sương",
            "invited": 60,
            "attended": attended,
            "minutes": "Họp dân thống nhất kết quả rà soát hộ nghèo, hộ cận nghèo.",
            "votes": [{"case_id": case, "agreed": attended - 2} for case in cases],
        }

    async def _show(self, _state: str | None) -> None:
        if await self._there("postings"):
            self._stage.skip(1)
            return
        body = {"posted_from": self._review.posted_from.isoformat(), "place": "Trụ sở UBND xã, nhà văn hoá các bản"}
        if self._review.until == Step.DISPUTED:
            until = date.today() + timedelta(_IN_ITS_DAYS)  # noqa: DTZ011 - a day of the calendar, a year ahead
            body |= {"id": str(examples.POSTING), "posted_until": until.isoformat()}
        await self._post(f"{self._path}/postings", body, "posting")

    async def _dispute(self, _state: str | None) -> None:
        if self._review.until != Step.DISPUTED or await self._there("complaints"):
            self._stage.skip(1)
            return
        body = {
            "id": str(examples.COMPLAINT),
            "case_id": str(examples.CASE_POSTED),
            "received_on": "2026-11-16",
            "complaint": "Hộ có trâu, đề nghị xem lại",
        }
        await self._post(f"{self._path}/complaints", body, "complaint")

    async def _decide(self, _state: str | None) -> None:
        body = {"decision_number": f"215/QĐ-UBND-{OFFICE}", "decided_on": self._review.decided_on.isoformat()}
        await self._post(f"{self._path}/decision", body, "decision", login=_CHAIR)

    async def _cases(self, state: str) -> list[dict[str, Any]]:
        return [case async for case in self._api.pages(f"{self._path}/cases", {"state": state}, login=_OFFICER)]

    async def _there(self, noun: str) -> bool:
        return bool((await self._api.get(f"{self._path}/{noun}", login=_OFFICER))["items"])

    async def _post(self, path: str, body: dict[str, Any] | None, step: str, login: str = _OFFICER) -> None:
        answer = await self._api.post(path, body, login=login, key=f"review/{self._review.id}/{step}")
        self._stage.done(new=answer.is_new)
