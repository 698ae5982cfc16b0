"""A registry of one test, its callers, and households to put in."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2
import pytest

from kit.webhooks import new_secret
from tests.conftest import Service, StartService

HOUSEHOLDS = "/v1/beneficiaries/households"
SECRETS = {"funds": new_secret(), "loans": new_secret()}


def area(code: str, valid_from: str = "2025-07-01") -> str:
    """Return the id of a unit's version."""
    return str(uuid5(NAMESPACE_URL, f"forthepoor/area/{code}/{valid_from}"))


MAI_SON = area("04105")
HAT_LOT_TOWNSHIP = area("04105", "1900-01-01")
CO_NOI = area("04138", "1900-01-01")
CHIENG_SUNG = area("04108")


def member(name: str = "Lò Thị Đôi", relation: str = "head", born: str = "1984-03-02", **more: Any) -> dict[str, Any]:
    return {
        "full_name": name,
        "sex": "female",
        "birth_date": born,
        "ethnicity": "03",
        "relation": relation,
        **more,
    }


def household(area_id: str = MAI_SON, *members: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"area_id": area_id, "village": "Bản Mé", "members": list(members) or [member()], **more}


@pytest.fixture
async def registry(start: StartService) -> Service:
    service: Service = await start("beneficiaries", inbox_secrets=SECRETS)
    return service


@pytest.fixture
async def admin(registry: Service) -> httpx2.AsyncClient:
    return await registry.signed_in("district-admin")


@pytest.fixture
async def officer(registry: Service) -> httpx2.AsyncClient:
    """The officer of Mai Sơn commune."""
    return await registry.signed_in("commune-officer:04105")


@pytest.fixture
async def stranger(registry: Service) -> httpx2.AsyncClient:
    """The officer of another commune, Chiềng Sung."""
    return await registry.signed_in("commune-officer:04108")


Register = Callable[..., Any]


@pytest.fixture
async def register(admin: httpx2.AsyncClient, new_key: Callable[[], dict[str, str]]) -> Register:
    """Give a function that registers a household as the administrator and returns it."""

    async def one(area_id: str = MAI_SON, *members: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await admin.post(HOUSEHOLDS, json=household(area_id, *members, **more), headers=new_key())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        UUID(made["id"])
        return made

    return one
