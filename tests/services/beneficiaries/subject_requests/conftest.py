"""People of one test who ask about their data."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from tests.services.beneficiaries.conftest import CO_NOI, Register, member

REQUESTS = "/v1/beneficiaries/subject-requests"
ASKING = {"asked_by": "person", "evidence": "Came to the office with the identity card"}
Key = Callable[[], dict[str, str]]
Ask = Callable[..., Awaitable[dict[str, Any]]]
Step = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
async def home(register: Register) -> dict[str, Any]:
    made: dict[str, Any] = await register(
        CO_NOI,
        member(identity_number="014184000123", phone="+84987654321"),
        member("Cà Văn Minh", "other_relative", "1980-05-20"),
        registered_on="2015-01-01",
    )
    return made


@pytest.fixture
def ask(officer: httpx2.AsyncClient, new_key: Key) -> Ask:
    """Give a function that takes a request in, and by default acknowledges it."""

    async def one(person: str, kind: str, *, acknowledged: bool = True, **more: Any) -> dict[str, Any]:
        body = {"person_id": person, "kind": kind, **ASKING, **more}
        answer = await officer.post(REQUESTS, json=body, headers=new_key())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        if acknowledged:
            step = await officer.post(f"{REQUESTS}/{made['id']}/acknowledgement", json={}, headers=new_key())
            assert step.status_code == 200, step.text
        return made

    return one


@pytest.fixture
def step(new_key: Key) -> Step:
    """Give a function that makes one step of a request as a client."""

    async def one(client: httpx2.AsyncClient, made: dict[str, Any], what: str, **body: Any) -> httpx2.Response:
        return await client.post(f"{REQUESTS}/{made['id']}/{what}", json=body, headers=new_key())

    return one
