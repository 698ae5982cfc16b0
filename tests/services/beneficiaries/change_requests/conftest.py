"""Change requests of one test: proposed by one person, decided by another."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON, Register, member

REQUESTS = "/v1/beneficiaries/change-requests"
KINDS = "/v1/beneficiaries/change-request-kinds"
ATTACHMENTS = "/v1/beneficiaries/change-request-attachments"
SINCE = "2025-08-01"
Key = Callable[[], dict[str, str]]
Family = Callable[..., Any]
Propose = Callable[..., Any]
Step = Callable[..., Any]


@pytest.fixture
async def chair(registry: Service) -> httpx2.AsyncClient:
    """The chairperson of Mai Sơn commune."""
    return await registry.signed_in("commune-chair:04105")


@pytest.fixture
async def second(registry: Service) -> httpx2.AsyncClient:
    """The second officer of Mai Sơn commune."""
    return await registry.signed_in("commune-officer-2:04105")


@pytest.fixture
async def treasurer(registry: Service) -> httpx2.AsyncClient:
    return await registry.signed_in("treasurer")


@pytest.fixture
def family(register: Register) -> Family:
    """Give a function that registers a woman, her husband and two grown children, since August 2025."""

    async def one(area_id: str = MAI_SON) -> dict[str, Any]:
        made: dict[str, Any] = await register(
            area_id,
            member("Lò Thị Đôi", "head", "1960-01-01"),
            member("Cà Văn Tám", "spouse", "1958-01-01", sex="male"),
            member("Cà Văn Năm", "child", "1985-01-01", sex="male"),
            member("Cà Thị Sáu", "child", "1988-01-01"),
            registered_on=SINCE,
        )
        return made

    return one


@pytest.fixture
def propose(new_key: Key) -> Propose:
    """Give a function that proposes a change and returns the request."""

    async def one(client: httpx2.AsyncClient, kind: str, home: str, payload: Any, **more: Any) -> dict[str, Any]:
        body = {"kind": kind, "household_id": home, "payload": payload, "reason": "Thấy khi đến thăm nhà", **more}
        answer = await client.post(REQUESTS, json=body, headers=new_key())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return one


@pytest.fixture
def step(new_key: Key) -> Step:
    """Give a function that makes one step of a request and returns the answer."""

    async def one(client: httpx2.AsyncClient, request: dict[str, Any], what: str, **body: Any) -> httpx2.Response:
        if what in {"rejection", "return", "resubmission"}:
            body = {"reason": "Cần xem lại", **body}
        sent = None if what == "withdrawal" else body
        answer: httpx2.Response = await client.post(f"{REQUESTS}/{request['id']}/{what}", json=sent, headers=new_key())
        return answer

    return one


def people(home: dict[str, Any]) -> list[str]:
    return [str(one["person_id"]) for one in home["members"]]


def refused(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
