"""kill -9 under load, then the books are audited: acknowledged exactly once, unknown settled by repeating the key."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from services.funds.campaigns.schemas import STANDING_FUND
from tests.running import Platform, eventually

CLIENTS = 8
PATH = "/v1/funds/donations"
_EACH = 100_000


@dataclass
class Load:
    """Donors who give as fast as they are answered; what they were told is kept.

    Every gift has a key of its own and, from `first` on, an amount of its own, so that it can be found again.
    """

    platform: Platform
    first: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @staticmethod
    def gift(key: str) -> dict[str, Any]:
        value = {"amount": int(key.removeprefix("gift-")), "currency": "VND"}
        return {"campaign_id": str(STANDING_FUND), "value": value, "received_on": "2024-01-15"}

    async def give(self, http: httpx2.AsyncClient, key: str) -> None:
        """Send one gift; an answer of 201 is a promise, everything else leaves it open."""
        try:
            answer = await http.post(PATH, json=self.gift(key), headers={"Idempotency-Key": key})
        except httpx2.HTTPError:
            self.unknown.add(key)
            return
        if answer.status_code == 201:
            self.acknowledged[key] = answer.json()["id"]
            self.unknown.discard(key)
        else:
            assert answer.status_code in {409, 429, 500, 502, 503, 504}, answer.text
            self.unknown.add(key)

    async def one_client(self, number: int) -> None:
        async with self.platform.client("treasurer") as http:
            amount = self.first + number * _EACH
            while not self.over.is_set():
                await self.give(http, f"gift-{amount:010}")
                amount += 1

    async def settle(self) -> None:
        """Repeat the key of everything that was not answered until it is."""
        async with self.platform.client("treasurer") as http:

            async def settled() -> bool:
                for key in list(self.unknown):
                    await self.give(http, key)
                return not self.unknown

            await eventually(settled, bool)


async def _audited(platform: Platform, load: Load) -> None:
    rows = await platform.sql(
        "funds",
        "select id::text, amount from donations where amount between $1 and $2",
        load.first,
        load.first + CLIENTS * _EACH,
    )
    kept = sorted((row["amount"], row["id"]) for row in rows)
    promised = sorted((int(key.removeprefix("gift-")), gift) for key, gift in load.acknowledged.items())
    assert kept == promised
    async with platform.client("auditor") as auditor:
        assert (await auditor.get("/v1/funds/audit")).json() == {"clean": True, "findings": []}
    [total] = await platform.sql("funds", "select sum(amount) as all from ledger_postings")
    assert total["all"] == 0


async def _terminate_backends(platform: Platform) -> None:
    await platform.sql(
        "funds", "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'funds' and state <> 'idle'"
    )


async def _crash_the_server(platform: Platform) -> None:
    """SIGKILL one backend: PostgreSQL ends all of them and recovers from its log."""
    [backend] = await platform.sql("funds", "select pid from pg_stat_activity where usename = 'funds' limit 1")
    os.kill(backend["pid"], signal.SIGKILL)


async def _kill_service(platform: Platform) -> None:
    platform.kill("funds")


async def _kill_gateway(platform: Platform) -> None:
    platform.kill("gateway")


@pytest.mark.parametrize(
    ("number", "fault"),
    list(enumerate([_kill_service, _terminate_backends, _crash_the_server, _kill_gateway], 1)),
    ids=["the service", "its backends", "the database server", "the gateway"],
)
async def test_no_acknowledged_gift_is_lost_or_doubled_when_something_dies(
    platform: Platform, number: int, fault: Callable[[Platform], Awaitable[None]]
) -> None:
    load = Load(platform, first=number * 1_000_000)
    clients = [asyncio.create_task(load.one_client(client)) for client in range(CLIENTS)]
    for _ in range(2):
        await _until_more(load, clients)
        await fault(platform)
    await _until_more(load, clients)
    load.over.set()
    await asyncio.gather(*clients)
    assert load.unknown or fault is _terminate_backends, "nothing was in flight: the fault hit nobody"
    await load.settle()
    await _audited(platform, load)


async def _until_more(load: Load, clients: list[asyncio.Task[None]]) -> None:
    enough = len(load.acknowledged) + 60

    async def given() -> int:
        for client in clients:
            if client.done():
                client.result()
        return len(load.acknowledged)

    await eventually(given, lambda count: count >= enough)
