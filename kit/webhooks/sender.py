"""Delivers events to endpoints: many at a time, few to each, and none of them in anybody's way."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Final

import aiohttp
import orjson
import prometheus_client
import structlog

from kit.crypto import CryptoError, Vault
from kit.jobs.connections import DATABASE_AWAY
from kit.jobs.job import told
from kit.outbox import envelope
from kit.webhooks import queue
from kit.webhooks.endpoints import secret_context
from kit.webhooks.fanout import fan_out
from kit.webhooks.guard import Guard
from kit.webhooks.problems import UnsafeEndpoint, UnusableSecret
from kit.webhooks.queue import Claim
from kit.webhooks.signatures import sign

_LARGEST_ANSWER: Final = 16 * 1024
_LONGEST_WAIT: Final = 24 * 3600
_GONE: Final = 410
_DIGITS: Final = 8

_log = structlog.get_logger("webhooks")
attempts_made = prometheus_client.Counter("webhook_attempts", "Attempts to deliver an event", ["outcome"])


class Sender:
    """Passes events on from the outbox and delivers them, until told to stop.

    Several workers may run one each: they share the work, and no event is passed on twice. Delivery is at
    least once: a receiver drops what it has seen, by `webhook-id`.

    most: messages on their way at once; most_each: of these, to one endpoint. answer_within: less than the lease
    of a delivery.
    """

    def __init__(
        self,
        pool: Any,
        vault: Vault,
        guard: Guard,
        *,
        most: int = 64,
        most_each: int = 8,
        answer_within: timedelta = timedelta(seconds=10),
        poll: timedelta = timedelta(milliseconds=250),
    ) -> None:
        self._pool = pool
        self._vault = vault
        self._guard = guard
        self._most = most
        self._most_each = most_each
        self._answer_within = aiohttp.ClientTimeout(total=answer_within.total_seconds())
        self._poll = poll
        self._in_flight: Counter[Any] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what is on its way: at most the timeout of one attempt."""
        async with AsyncExitStack() as stack:
            inside = await stack.enter_async_context(self._client(aiohttp.TCPConnector(limit=0)))
            checked = aiohttp.TCPConnector(limit=0, resolver=self._guard.resolver(), use_dns_cache=False)
            outside = await stack.enter_async_context(self._client(checked))
            stopped = asyncio.create_task(stop.wait())
            try:
                while not stop.is_set():
                    moved = await self._round(inside, outside)
                    if not moved:
                        await asyncio.wait(
                            {stopped, *self._tasks},
                            timeout=self._poll.total_seconds(),
                            return_when=asyncio.FIRST_COMPLETED,
                        )
            finally:
                stopped.cancel()
                if self._tasks:
                    await asyncio.wait(self._tasks)

    def _client(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._answer_within,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer must not become a large one
            trust_env=False,
            headers={"content-type": "application/cloudevents+json", "user-agent": "forthepoor-webhooks/1"},
        )

    async def _round(self, inside: aiohttp.ClientSession, outside: aiohttp.ClientSession) -> bool:
        """Return whether there may be more to do at once. A database that is away is waited for."""
        try:
            passed_on = await fan_out(self._pool)
            claims = await self._claim()
        except DATABASE_AWAY as error:
            _log.warning("webhooks.database_away", error=told(error))
            return False
        for claim in claims:
            self._start(claim, inside if claim.endpoint.internal else outside)
        return bool(passed_on or claims)

    async def _claim(self) -> list[Claim]:
        free = self._most - len(self._tasks)
        rooms = {}
        for endpoint in await queue.ready(self._pool) if free > 0 else []:
            room = min(endpoint.room(self._in_flight[endpoint.id], self._most_each), free)
            if room > 0:
                rooms[endpoint] = room
                free -= room
        return await queue.claim(self._pool, rooms) if rooms else []

    def _start(self, claim: Claim, client: aiohttp.ClientSession) -> None:
        self._in_flight[claim.endpoint.id] += 1
        task = asyncio.create_task(self._attempt(claim, client))
        self._tasks.add(task)
        task.add_done_callback(self._forgetting(claim))

    def _forgetting(self, claim: Claim) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._in_flight[claim.endpoint.id] -= 1
            if not task.cancelled() and (error := task.exception()):
                # The answer could not be written down: the lease ends, and it is tried again.
                _log.error("webhooks.not_settled", endpoint=str(claim.endpoint.id), error=told(error))

        return forget

    async def _attempt(self, claim: Claim, client: aiohttp.ClientSession) -> None:
        try:
            status, wait = await self._send(claim, client)
        except (
            aiohttp.ClientError,
            OSError,
            TimeoutError,
            UnsafeEndpoint,
            UnusableSecret,
            CryptoError,
        ) as error:
            await self._note_failure(claim, None, _told(error), timedelta(0))
            return
        if 200 <= status < 300:  # noqa: PLR2004 - success, as HTTP defines it
            attempts_made.labels("delivered").inc()
            await queue.delivered(self._pool, claim, status)
        elif status == _GONE:
            attempts_made.labels("gone").inc()
            _log.warning("webhooks.endpoint_gone", endpoint=str(claim.endpoint.id))
            await queue.gone(self._pool, claim)
        else:
            await self._note_failure(claim, status, f"answered {status}", wait)

    async def _send(self, claim: Claim, client: aiohttp.ClientSession) -> tuple[int, timedelta]:
        """Return the status, and how long the receiver asked us to wait."""
        endpoint = claim.endpoint
        secrets = self._vault.open(endpoint.secret, context=secret_context(endpoint.id)).split()
        body = orjson.dumps(envelope(claim.event))
        headers = sign(secrets, str(claim.event.id), int(time.time()), body)
        url = endpoint.url if endpoint.internal else self._guard.check(endpoint.url)
        async with client.post(url, data=body, headers=headers, allow_redirects=False) as response:
            # Enough to let the connection be used again; whoever sends more loses it.
            await response.content.read(_LARGEST_ANSWER)
            if not response.content.at_eof():
                response.close()
            return response.status, _asked_to_wait(response.headers.get("retry-after", ""))

    async def _note_failure(self, claim: Claim, status: int | None, error: str, wait: timedelta) -> None:
        last = await queue.failed(self._pool, claim, status=status, error=error, wait_at_least=wait)
        attempts_made.labels("dead" if last else "failed").inc()
        level = _log.error if last else _log.info
        level("webhooks.failed", endpoint=str(claim.endpoint.id), attempt=claim.attempt, error=error, last=last)


def _asked_to_wait(retry_after: str) -> timedelta:
    """`Retry-After` in seconds, a day at most; its other form, a date, is not worth its parser."""
    plain = retry_after.isascii() and retry_after.isdigit() and len(retry_after) <= _DIGITS
    seconds = int(retry_after) if plain else 0
    return timedelta(seconds=min(seconds, _LONGEST_WAIT))


def _told(error: Exception) -> str:
    """What the partner's own log may say: never an address of ours."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, UnsafeEndpoint):
        return "address not allowed"
    if isinstance(error, UnusableSecret | CryptoError):
        return "signing secret cannot be used"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "certificate not accepted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection"
    return "connection broke"
