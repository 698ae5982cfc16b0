from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.loans.programmes.models import programme_id
from tests.services.loans.conftest import days_ago

MILLION = 1_000_000
Lent = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def approved(bank: Any) -> Lent:
    """Give a function that brings an application up to its approval, a year and more ago unless told."""

    async def approve(
        programme: str = "poor", status: str = "poor", on: str = days_ago(400), **asked: Any
    ) -> dict[str, Any]:
        household = asked.pop("household_id", None) or bank.registry.household(status)
        body = {
            "household_id": str(household),
            "programme_id": str(programme_id(programme)),
            "amount": {"amount": 50 * MILLION, "currency": "VND"},
            "term_months": 24,
            "principal_every": 12,
            "purpose": "Two cows",
            "applied_on": on,
            **asked,
        }
        made = await bank.post("/applications", body)
        assert made.status_code == 201, made.text
        path = f"/applications/{made.json()['id']}/approval"
        answer = await bank.post(path, {"on": on}, "credit-officer-2")
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return approve


@pytest.fixture
def lent(bank: Any, approved: Lent) -> Lent:
    """Give a function that pays a loan out: 50 million at 6.6 % over 24 months, 400 days ago unless told."""

    async def lend(
        on: str = days_ago(400), *, expected: int = 201, disbursement: dict[str, Any] | None = None, **asked: Any
    ) -> dict[str, Any]:
        application = await approved(on=on, **asked)
        body = {"on": on, **(disbursement or {})}
        answer = await bank.post(f"/applications/{application['id']}/disbursement", body)
        assert answer.status_code == expected, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return lend


@pytest.fixture
def pay(bank: Any) -> Callable[..., Awaitable[Any]]:
    """Give a function that records a payment, and returns the answer."""

    async def paid(loan: dict[str, Any], on: str, amount: int, login: str = "credit-officer", **more: Any) -> Any:
        body = {"on": on, "amount": {"amount": amount, "currency": "VND"}, **more.pop("body", {})}
        return await bank.post(f"/loans/{loan['id']}/repayments", body, login, **more)

    return paid
