"""One service behind the gateway: where it is, its connections, its places and its breaker."""

import asyncio
from http import HTTPStatus

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientOSError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from multidict import CIMultiDict
from yarl import URL

from gateway.bodies import Body
from gateway.limits.breaker import Breaker
from gateway.limits.slots import Slots
from gateway.settings import Settings
from kit.problems import BadGateway, Problem, Unavailable

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NO_ANSWER = (ClientError, OSError, TimeoutError, ValueError)
_NOT_CONNECTED = (ClientConnectorError, ConnectionTimeoutError)
_LOST = (ServerDisconnectedError, ClientOSError)
_AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


def open_session(settings: Settings) -> ClientSession:
    """Return the client for all services; it keeps no cookies, follows nothing, decodes nothing, retries nothing.

    Its connections rest for less time than a service keeps them (uvicorn: 5 s), so that a request is not written into
    a connection that is being closed.
    """
    session = ClientSession(
        connector=TCPConnector(
            limit=0,
            keepalive_timeout=settings.upstream_keep_alive_seconds,
            ttl_dns_cache=10,
            use_dns_cache=True,
        ),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_AUTO_HEADERS,
        timeout=ClientTimeout(total=None, sock_connect=settings.connect_seconds),
        trust_env=False,
        max_field_size=settings.max_header_bytes,
    )
    # aiohttp repeats every method that HTTP calls idempotent, PUT and DELETE included; the rule here is narrower.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch
    return session


class Upstream:
    """A row of the routing table. `opened` gives the session, which exists only inside a running loop."""

    def __init__(self, name: str, origin: str, settings: Settings) -> None:
        self.name = name
        self.origin = origin.rstrip("/")
        self.slots = Slots(settings.upstream_concurrency, settings.upstream_queue, settings.upstream_queue_seconds)
        self.breaker = Breaker(settings.breaker_failures, settings.breaker_open_seconds)
        self.session: ClientSession | None = None
        self._retry_seconds = settings.retry_seconds

    async def call(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        data: "bytes | Body | None" = None,
        *,
        repeatable: bool = False,
    ) -> ClientResponse:
        """Return the answer's head; BadGateway or Unavailable where there is none. The caller holds a place.

        At most one repetition: of a request that never left (no connection) where it is safe or carries an
        Idempotency-Key; of a safe request without body whose connection was lost before an answer.
        """
        if wait := self.breaker.admit():
            raise Unavailable(headers={"retry-after": str(wait)})
        try:
            response = await self._once(method, target, headers, data, repeatable=repeatable)
        except Problem:
            self._failed_unless_client(data)
            raise
        except BaseException:
            self.breaker.unknown()
            raise
        self.breaker.succeeded()
        return response

    def _failed_unless_client(self, data: "bytes | Body | None") -> None:
        if isinstance(data, Body) and data.refusal is not None:
            self.breaker.unknown()
        else:
            self.breaker.failed()

    async def _once(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        data: "bytes | Body | None",
        *,
        repeatable: bool,
    ) -> ClientResponse:
        try:
            return await self._send(method, target, headers, data)
        except _NOT_CONNECTED as error:
            if method not in SAFE_METHODS and not repeatable:
                raise BadGateway from error
        except _LOST as error:
            if method not in SAFE_METHODS or isinstance(data, Body):
                raise BadGateway from error
        except NO_ANSWER as error:
            raise BadGateway from error
        await asyncio.sleep(self._retry_seconds)
        try:
            return await self._send(method, target, headers, data)
        except NO_ANSWER as error:
            raise BadGateway from error

    async def _send(
        self, method: str, target: str, headers: CIMultiDict[str], data: "bytes | Body | None"
    ) -> ClientResponse:
        if self.session is None:
            raise RuntimeError("the gateway is not started")
        url = URL(self.origin + target, encoded=True)
        response = await self.session.request(method, url, headers=headers, data=data, allow_redirects=False)
        if not HTTPStatus.OK <= response.status < 600:  # noqa: PLR2004 - the last class of statuses
            response.close()
            raise BadGateway
        return response


async def read_whole(response: ClientResponse, most: int) -> bytes:
    """Return an answer's body; ClientPayloadError where it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            response.close()
            raise ClientPayloadError(f"more than {most} bytes")
    return bytes(body)
