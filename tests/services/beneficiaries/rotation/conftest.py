"""A registry whose processes know two keys, and seal under the old one."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kit.crypto import Vault
from kit.database import Database
from tests.conftest import Service, StartService

KEYS = {"old": b"o" * 32, "new": b"n" * 32, "index": b"i" * 32}


def vault(current: str) -> Vault:
    return Vault({"old": KEYS["old"], "new": KEYS["new"]}, current, KEYS["index"])


def settings(current: str, *known: str) -> dict[str, Any]:
    """Return what a process is told that knows these keys and seals under one of them."""
    return {
        "encryption_keys": {name: base64.b64encode(KEYS[name]).decode() for name in known},
        "encryption_key_id": current,
        "index_key": base64.b64encode(KEYS["index"]).decode(),
    }


@pytest.fixture
async def registry(start: StartService) -> Service:
    service: Service = await start("beneficiaries", **settings("old", "old", "new"))
    return service


@pytest.fixture
async def database(registry: Service) -> AsyncIterator[Database]:
    """The database as the rotation reaches it: as the runtime role."""
    found = Database(registry.runtime_url, pool=1)
    yield found
    await found.close()
