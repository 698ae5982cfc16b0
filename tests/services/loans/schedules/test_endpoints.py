from typing import Any

import pytest

QUOTE = {
    "principal": {"amount": 50_000_000, "currency": "VND"},
    "annual_rate": "6.6",
    "disbursed_on": "2024-01-15",
    "installments": 36,
    "principal_every": 12,
}


async def quote(bank: Any, **changes: Any) -> Any:
    http = await bank.as_(None)
    return await http.post("/v1/loans/quotes", json={**QUOTE, **changes})


async def test_anybody_gets_a_quote_that_explains_its_interest(bank: Any) -> None:
    answer = await quote(bank)
    assert answer.status_code == 200
    body = answer.json()
    assert len(body["rows"]) == 36
    first = body["rows"][0]
    assert (first["from"], first["due_on"], first["days"]) == ("2024-01-15", "2024-02-15", 31)
    assert first["interest"] == {"amount": 280_274, "currency": "VND"}
    assert first["explanation"] == [
        {
            "from": "2024-01-15",
            "to": "2024-02-15",
            "days": 31,
            "balance": {"amount": 50_000_000, "currency": "VND"},
            "annual_rate": "6.6",
            "interest": {"amount": 280_274, "currency": "VND"},
        }
    ]
    assert body["totals"]["principal"]["amount"] == 50_000_000
    assert body["totals"]["interest"]["amount"] == sum(row["interest"]["amount"] for row in body["rows"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"principal": {"amount": 0, "currency": "VND"}}, "/principal/amount"),
        ({"principal": {"amount": 10**15 + 1, "currency": "VND"}}, "/principal/amount"),
        ({"principal": {"amount": 1.5, "currency": "VND"}}, "/principal/amount"),
        ({"principal": {"amount": 1, "currency": "USD"}}, "/principal/currency"),
        ({"annual_rate": 6.6}, "/annual_rate"),
        ({"annual_rate": "-1"}, "/annual_rate"),
        ({"annual_rate": "6.6000001"}, "/annual_rate"),
        ({"annual_rate": "1e3"}, "/annual_rate"),
        ({"disbursed_on": "1800-01-01"}, "/disbursed_on"),
        ({"disbursed_on": "2024-02-30"}, "/disbursed_on"),
        ({"installments": 0}, "/installments"),
        ({"installments": 601}, "/installments"),
        ({"principal_every": 5}, "/principal_every"),
        ({"month_end": "next_day"}, "/month_end"),
        ({"events": []}, "/events"),
    ],
)
async def test_bad_terms_are_refused_by_name(bank: Any, changes: Any, pointer: str) -> None:
    answer = await quote(bank, **changes)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_the_largest_loan_over_the_longest_term_is_still_a_number(bank: Any) -> None:
    answer = await quote(
        bank,
        principal={"amount": 10**15, "currency": "VND"},
        annual_rate="999.999999",
        installments=600,
        disbursed_on="2200-12-31",
    )
    assert answer.status_code == 200


async def test_a_quote_asks_the_database_nothing(bank: Any) -> None:
    with bank.statements() as seen:
        assert (await quote(bank)).status_code == 200
    assert seen == []
