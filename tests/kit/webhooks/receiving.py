"""Receivers on the loopback address that remember what they got and answer as the test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from aiohttp import web

from kit import outbox
from kit.crypto import Vault
from kit.jobs.connections import worker_pool
from kit.settings import EventTarget
from kit.webhooks import Guard, endpoints, new_secret, verify
from kit.webhooks.sender import Sender
from tests.kit.outbox.database import Place

VAULT = Vault({"k": b"k" * 32}, "k", b"i" * 32)
DEVELOPMENT = Guard(allow_loopback=True)
SECRET = new_secret()
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def ok(_: web.Request) -> web.Response:
    return web.Response(status=204)


def status(code: int, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=code, headers=headers)

    return answer


@dataclass
class Receiver:
    """Checks each signature before it remembers: what is in `got` was signed."""

    answer: Answer = ok
    secret: str = SECRET
    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        return [event["subject"] for event in self.got]

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        message_id = verify(self.secret, dict(request.headers), body)
        event = orjson.loads(body)
        assert message_id == event["id"]
        self.got.append(event)
        return await self.answer(request)


@asynccontextmanager
async def receiver(answer: Answer = ok, secret: str = SECRET) -> AsyncIterator[Receiver]:
    taking = Receiver(answer, secret)
    app = web.Application()
    app.router.add_post("/hook", taking.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    taking.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield taking
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sending(place: Place, *own: Receiver, guard: Guard = DEVELOPMENT, **options: Any) -> AsyncIterator[Sender]:
    """Run a sender over the test's database, with `own` as our own services."""
    pool = await worker_pool(place.url)
    targets = [EventTarget(url=target.url, secret=target.secret) for target in own]
    await endpoints.upsert_own(pool, VAULT, targets)
    sender = Sender(pool, VAULT, guard, **({"poll": timedelta(milliseconds=20)} | options))
    stop = asyncio.Event()
    task = asyncio.create_task(sender.run(stop))
    try:
        yield sender
    finally:
        stop.set()
        await task
        await pool.close()


async def write(place: Place, *subjects: str, bank: str = "", event_type: str = "loans.loan.disbursed") -> None:
    async with place.transaction() as session:
        for subject in subjects:
            await outbox.add(session, event_type, subject, {}, scope={"bank": bank} if bank else None)


async def register(place: Place, url: str, bank: str = "agribank", types: tuple[str, ...] = ()) -> UUID:
    """Register a bank's endpoint with the common secret."""
    async with place.transaction("bank", bank=bank) as session:
        made, _ = await endpoints.register(session, VAULT, DEVELOPMENT, url=url, bank=bank, types=types, secret=SECRET)
    return made.id


async def rows(place: Place, subject: str | None = None) -> list[dict[str, Any]]:
    found = await place.sql(
        "select d.*, e.subject, e.tx from webhook_deliveries d join outbox_events e on e.id = d.event_id"
        " where $1::text is null or e.subject = $1 order by e.tx, e.id, d.endpoint_id",
        subject,
    )
    return [dict(row) for row in found]


async def make_due(place: Place) -> None:
    """Let the time until the next attempt, and every rest, be over."""
    await place.sql("update webhook_deliveries set next_attempt_at = now()")
    await place.sql("update webhook_endpoints set open_until = null")


def unreachable_url() -> str:
    return f"http://127.0.0.1:1/{uuid4()}"
