"""A key rotation under load: people read and write all the while, and afterwards every number is right."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import pytest

from kit.database import Database
from services.beneficiaries.app import Settings, create_app
from services.beneficiaries.rotation.resealing import rotate
from tests.conftest import GATEWAY, ISSUER, Service
from tests.running import eventually
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.rotation.conftest import settings, vault

_HOUSEHOLDS, _MEMBERS = 12, 5
Another = Callable[..., Awaitable[Service]]


@pytest.fixture
async def another(registry: Service) -> AsyncIterator[Another]:
    """Give a function that starts one more process of the same registry, told of other keys."""
    async with AsyncExitStack() as stack:

        async def one(current: str, *known: str) -> Service:
            told: dict[str, Any] = {
                "environment": "test",
                "database_url": registry.runtime_url,
                "issuer": ISSUER,
                "jwks": registry.keys.jwks(),
                "public_url": GATEWAY,
                "database_pool": 4,
            }
            app = create_app(Settings(**told, **settings(current, *known)))
            await stack.enter_async_context(app.router.lifespan_context(app))
            return replace(registry, app=app)

        yield one


@dataclass
class Load:
    """Households whose telephones change again and again; what was acknowledged last is what must be read."""

    phones: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    written: int = 0
    read: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, http: httpx2.AsyncClient, mine: list[str]) -> None:
        """Change the telephones of one's own households, one after another."""
        while not self.over.is_set():
            for home in mine:
                person = self.members[home][self.written % _MEMBERS]
                phone = f"+8498{self.written:07}"
                body = {"members": {"change": [{"person_id": person, "phone": phone}]}}
                headers = {"If-Match": f'"{self.versions[home]}"'}
                answer = await http.patch(f"{HOUSEHOLDS}/{home}", json=body, headers=headers)
                assert answer.status_code == 200, answer.text
                self.versions[home] += 1
                self.phones[person] = phone
                self.written += 1

    async def look(self, http: httpx2.AsyncClient) -> None:
        """Ask for identity numbers in full: they never change, and are always right."""
        while not self.over.is_set():
            for home in self.members:
                assert await unmasked(http, home, "identity_number") == [self.numbers[p] for p in self.members[home]]
                self.read += 1

    async def more(self) -> None:
        """Return once both readers and writers got further."""
        written, read = self.written, self.read

        async def further() -> bool:
            return self.written > written + 5 and self.read > read + 5

        await eventually(further, bool)


async def unmasked(http: httpx2.AsyncClient, home: str, what: str) -> list[str]:
    body = {"reason": "Compare with the identity card"}
    answer = await http.post(f"{HOUSEHOLDS}/{home}/unmaskings", json=body)
    assert answer.status_code == 200, answer.text
    return [shown[what] for shown in answer.json()["members"]]


async def filled(register: Register) -> Load:
    load, serial = Load(), iter(range(1000))
    for _ in range(_HOUSEHOLDS):
        relations = ["head", *["other_relative"] * (_MEMBERS - 1)]
        told = [
            member(relation=relation, identity_number=f"0141840{serial_number:05}", phone=f"+8497{serial_number:07}")
            for relation, serial_number in zip(relations, serial, strict=False)
        ]
        home = await register(MAI_SON, *told)
        load.versions[home["id"]] = 1
        load.members[home["id"]] = [shown["person_id"] for shown in home["members"]]
    return load


async def test_a_key_rotation_under_load(
    registry: Service, register: Register, admin: httpx2.AsyncClient, database: Database, another: Another
) -> None:
    load = await filled(register)
    for home, people in load.members.items():
        load.numbers |= zip(people, await unmasked(admin, home, "identity_number"), strict=True)
        load.phones |= zip(people, await unmasked(admin, home, "phone"), strict=True)
    homes = list(load.members)
    told = await another("new", "old", "new")
    late, new = [await process.signed_in("district-admin") for process in (registry, told)]
    not_told_yet = Load(members=load.members, versions=load.versions, phones=load.phones, numbers=load.numbers)
    tasks = [
        asyncio.create_task(not_told_yet.write(late, homes[:4])),
        asyncio.create_task(not_told_yet.look(late)),
        asyncio.create_task(load.write(new, homes[4:8])),
        asyncio.create_task(load.write(new, homes[8:])),
        asyncio.create_task(load.look(new)),
    ]
    await load.more()
    # Meanwhile one process seals under the old key still: what it writes is found again, or reported as left.
    first = await rotate(database, vault("new"), "new", batch=7)
    assert sum(one.resealed for one in first) >= _HOUSEHOLDS * _MEMBERS
    await load.more()
    not_told_yet.over.set()
    await asyncio.gather(*tasks[:2])
    second = await rotate(database, vault("new"), "new", batch=7)
    await load.more()
    load.over.set()
    await asyncio.gather(*tasks[2:])
    third = await rotate(database, vault("new"), "new", batch=7)
    assert sum(one.left + one.unreadable for one in (*second, *third)) == 0
    assert not_told_yet.written
    assert not_told_yet.read
    without_the_old = await another("new", "new")
    reader = await without_the_old.signed_in("district-admin")
    for home, people in load.members.items():
        assert await unmasked(reader, home, "phone") == [load.phones[person] for person in people]
        assert await unmasked(reader, home, "identity_number") == [load.numbers[person] for person in people]
