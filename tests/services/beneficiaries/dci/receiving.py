"""A partner's own server, and our worker beside it: what a test needs to see answers come in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from kit.database import Database
from kit.jobs import Worker
from services.beneficiaries.dci.background import handlers, periodic
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.posting import Courier
from tests.conftest import Service

PATIENCE = 60.0
"""Seconds after which what ought to come has failed to; never a measure of speed."""


@dataclass
class Receiver:
    """Takes what is posted, after refusing as many as `refusals` says."""

    url: str = ""
    refusals: int = 0
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.refusals:
            self.refusals -= 1
            return web.json_response({}, status=503)
        self.seen.append((request.path, body))
        self._news.set()
        return web.json_response({"message": {"ack_status": "ACK"}})

    async def next(self, path: str) -> dict[str, Any]:
        """Return what was posted there first and has not been given out, once it comes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for place, (seen, body) in enumerate(self.seen):
                    if seen == path:
                        del self.seen[place]
                        return body
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    """Run the worker's jobs of the exchange inside the block."""
    desk = Desk.of(service.app.state.settings)
    database = Database(service.runtime_url, pool=4, application="worker-of-a-test")
    stop = asyncio.Event()
    async with Courier(desk.guard) as post:
        worker = Worker(
            service.runtime_url,
            handlers(database, desk, post),
            periodic=periodic(database, desk, post),
            poll=timedelta(milliseconds=100),
        )
        running = asyncio.create_task(worker.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running
            await database.close()


async def until(service: Service, statement: str, wanted: Any) -> None:
    """Wait until a query gives `wanted` as its only value."""
    async with asyncio.timeout(PATIENCE):
        while True:
            [row] = await service.sql(statement)
            if row[0] == wanted:
                return
            await asyncio.sleep(0.05)
