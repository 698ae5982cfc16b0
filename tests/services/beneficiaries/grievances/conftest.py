"""Grievances of one test: filed by anybody or taken in by an officer, and handled."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON

GRIEVANCES = "/v1/beneficiaries/grievances"
Key = Callable[[], dict[str, str]]
Take = Callable[..., Any]
Handle = Callable[..., Any]


def words(area_id: str = MAI_SON, **more: Any) -> dict[str, Any]:
    return {"area_id": area_id, "text": "Nhà tôi chưa có tên trong danh sách.", **more}


@pytest.fixture
async def nobody(registry: Service) -> httpx2.AsyncClient:
    """Somebody with a telephone, not signed in."""
    return await registry.signed_in(None)


@pytest.fixture
def take_in(admin: httpx2.AsyncClient, registry: Service, new_key: Key) -> Take:
    """Give a function that takes a grievance in as the administrator; returns the receipt with the row's id."""

    async def one(area_id: str = MAI_SON, **more: Any) -> dict[str, Any]:
        body = words(area_id, channel="in_person", **more)
        answer = await admin.post(f"{GRIEVANCES}/intake", json=body, headers=new_key())
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        [row] = await registry.sql("select id from grievances where code = $1", receipt["code"])
        return receipt | {"id": str(row["id"])}

    return one


@pytest.fixture
def handle(new_key: Key) -> Handle:
    """Give a function that makes one step and returns the answer to it."""

    async def step(client: httpx2.AsyncClient, grievance: str, what: str, **body: Any) -> httpx2.Response:
        answer: httpx2.Response = await client.post(f"{GRIEVANCES}/{grievance}/{what}", json=body, headers=new_key())
        return answer

    return step


async def answered(handle: Handle, client: httpx2.AsyncClient, grievance: str, officer: str) -> None:
    """Classify, assign and answer it as one officer."""
    for what, body in (
        ("classification", {"kind": "exclusion"}),
        ("assignment", {"officer": officer}),
        ("answer", {"outcome": "upheld", "text": "Hộ đã được đưa vào danh sách rà soát."}),
    ):
        step = await handle(client, grievance, what, **body)
        assert step.status_code == 200, step.text


async def follow(client: httpx2.AsyncClient, receipt: dict[str, Any]) -> dict[str, Any]:
    body = {"code": receipt["code"], "secret": receipt["secret"]}
    answer = await client.post(f"{GRIEVANCES}/following", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
