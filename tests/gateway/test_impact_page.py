"""The public account as people read it."""

import json
from typing import Any

import pytest

from gateway.impact_page import number
from kit.problems import Language
from tests.gateway.conftest import Asked, Front, Handler, OpenFront, StartService

ROWS: list[dict[str, Any]] = [
    {
        "row": "rate",
        "title": {"vi": "Tỷ lệ hộ nghèo", "en": "Poverty rate", "fr": "Taux"},
        "counts": "poor households <of all>",
        "value": 1286,
        "unit": "basis points",
        "area": None,
        "suppressed": False,
    },
    {
        "row": "rice_kg",
        "title": {"vi": "Gạo cứu đói", "en": "Rice against hunger", "fr": "Riz"},
        "counts": "rice",
        "value": 96700,
        "unit": "kg",
        "area": None,
        "suppressed": False,
    },
    {"row": "few", "title": {"vi": "Ít", "en": "Few", "fr": "Peu"}, "counts": "x", "value": None, "suppressed": True},
    {"row": "bare", "counts": "x", "value": 7, "unit": "goats"},
]


def gives(rows: list[dict[str, Any]]) -> Handler:
    async def answer(asked: Asked) -> None:
        await asked.answer(json.dumps({"rows": rows}).encode())

    return answer


async def show(gate: Front, query: str) -> str:
    async with gate.client.get(f"/impact{query}") as response:
        assert (response.status, response.headers["cache-control"]) == (200, "no-store")
        return await response.text()


async def test_figures_are_written_as_the_reader_writes_them(front: OpenFront, service: StartService) -> None:
    gate = await front(funds=await service(gives(ROWS)))
    english, vietnamese = await show(gate, "?lang=en"), await show(gate, "?lang=vi")
    assert "Rice against hunger" in english
    assert "96,700 kg" in english
    assert "12.86 %" in english
    assert "withheld, to protect households" in english
    assert "poor households &lt;of all&gt;" in english
    assert "7 goats" in english
    assert "Gạo cứu đói" in vietnamese
    assert "96.700 kg" in vietnamese
    assert "12,86 %" in vietnamese


async def test_a_period_is_chosen_and_kept_in_the_form(front: OpenFront, service: StartService) -> None:
    funds = await service(gives([]))
    gate = await front(funds=funds)
    page = await show(gate, "?from=2022-01-01&to=2022-12-31&lang=en")
    assert b"from=2022-01-01&to=2022-12-31" in funds.last.line
    assert 'name="from" value="2022-01-01"' in page
    assert 'href="/v1/impact?from=2022-01-01&amp;to=2022-12-31' in page


async def test_who_is_missing_is_named_even_if_all_are(front: OpenFront, nobody: str) -> None:
    gate = await front(funds=nobody, loans=nobody, retry_seconds=0)
    assert "Not available just now: The Fund, Loans" in await show(gate, "?lang=en")


async def test_a_wrong_day_is_a_problem(front: OpenFront, service: StartService) -> None:
    gate = await front(funds=await service(gives([])))
    async with gate.client.get("/impact?from=yesterday") as response:
        assert response.status == 422


@pytest.mark.parametrize(
    ("language", "text"), [("vi", "1.234.567,50"), ("en", "1,234,567.50"), ("fr", "1\u202f234\u202f567,50")]
)
def test_numbers(language: Language, text: str) -> None:
    assert number(1234567.5, language, 2) == text
