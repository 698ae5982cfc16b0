from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from services.beneficiaries.review_terms.schemas import TermsIn

TERMS = "/v1/beneficiaries/review-terms"
Key = Callable[[], dict[str, str]]
YEARLY = TermsIn.model_config["json_schema_extra"]["examples"][0]  # type: ignore[index]


async def test_terms_are_data_and_say_how_sure_they_are(officer: httpx2.AsyncClient) -> None:
    found = {one["kind"]: one for one in (await officer.get(TERMS)).json()["items"]}
    yearly, regular = found["yearly"], found["regular"]
    assert [yearly[name] for name in ("opens_month", "opens_day", "closes_month", "closes_day")] == [9, 1, 12, 14]
    assert (regular["opens_day"], regular["decide_within_days"]) == (15, 15)
    assert {one["agreement_percent"] for one in found.values()} == {50}
    assert {one["confidence"] for one in found.values()} == {"open"}


async def test_terms_are_superseded_by_the_keeper_of_reference_data_only(
    officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    body = YEARLY | {"posting_days": 7}
    assert (await officer.post(TERMS, json=body, headers=new_key())).status_code == 403
    answer = await admin.post(TERMS, json=body, headers=new_key())
    assert answer.status_code == 201, answer.text
    seen = [(one["version"], one["posting_days"], one["recorded_to"] is None) for one in answer.json()["items"]]
    assert seen == [(2, 7, True), (1, 3, False), (1, 3, True)]


@pytest.mark.parametrize(
    "change",
    [
        {"closes_month": 8},
        {"opens_month": None},
        {"decide_within_days": 10},
        {"agreement_percent": 0},
        {"opens_day": 31},
    ],
)
async def test_terms_that_make_no_period_are_refused(
    admin: httpx2.AsyncClient, new_key: Key, change: dict[str, Any]
) -> None:
    assert (await admin.post(TERMS, json=YEARLY | change, headers=new_key())).status_code == 422
