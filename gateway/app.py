"""The ASGI application: judges a request's shape, then answers it here or sends it on.

/v1/{service}/…      forwarded, byte for byte
everything else      a page or a document of the gateway's own: gateway/own.py
"""

from time import perf_counter

import structlog
from aiohttp import ClientSession
from uuid_utils import uuid7

from gateway.answers import Answer, Asked, language_in, problem_answer, send_answer
from gateway.asgi import Headers, Receive, Scope, Send
from gateway.callers import client_address
from gateway.errors import MethodUnknown, UpgradeRefused
from gateway.forward import Forwarder
from gateway.headers import Head, HeaderRules
from gateway.limits.rates import RateLimits
from gateway.metrics import Metrics
from gateway.own import OwnAddresses
from gateway.paths import check_target
from gateway.settings import Settings
from gateway.upstream import Upstream, open_session
from kit.problems import MethodNotAllowed, Problem, TooManyRequests, Unexpected, language_of

_log = structlog.get_logger("gateway")
_FORWARDED = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NEVER = frozenset({"TRACE", "CONNECT"})
_OWN = frozenset({"GET", "HEAD"})
_CLOSE = (b"connection", b"close")


def create_app(settings: Settings) -> "Gateway":
    return Gateway(settings)


class Gateway:
    """`drain()` turns readiness off and asks clients to leave; requests are still answered."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.draining = False
        self.upstreams = {name: Upstream(name, origin, settings) for name, origin in settings.upstreams.items()}
        self.metrics = Metrics(self.upstreams.values())
        self._by_segment = {name.encode(): upstream for name, upstream in self.upstreams.items()}
        self._headers = HeaderRules(settings)
        self._rates = RateLimits(settings)
        self._forward = Forwarder(settings, self.metrics)
        self._own = OwnAddresses(settings, self.upstreams, self.metrics, lambda: self.draining)
        self._session: ClientSession | None = None

    def drain(self) -> None:
        self.draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def start(self) -> None:
        """Open the pool of connections; inside the loop that will serve."""
        self._session = open_session(self.settings)
        for upstream in self.upstreams.values():
            upstream.session = self._session
        self._own.start(self._session)

    async def stop(self) -> None:
        self.drain()
        await self._own.stop()
        if self._session is not None:
            await self._session.close()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        more: Headers = [_CLOSE] if self.draining else []
        head: Head | None = None
        try:
            client = client_address(scope, self.settings.trusted_proxies)
            head = self._headers.read(scope["headers"], client)
            more.append((b"x-request-id", head.request_id.encode()))
            upstream = self._admit(scope, head, client, more)
            if upstream is not None:
                await self._forward(upstream, scope, receive, send, head, more)
                return
            answer = await self._own.answer(_asked(scope, head, client))
        except Problem as problem:
            answer = self._refusal(problem, scope, head, more)
        except Exception:  # noqa: BLE001 - the last door: logged with its trace, never shown
            _log.exception("answering failed", path=scope["path"])
            answer = self._refusal(Unexpected(), scope, head, more)
        await send_answer(scope, send, answer, more)
        method = scope["method"] if scope["method"] in _FORWARDED else "other"
        self.metrics.served("gateway", method, answer.status, perf_counter() - started)

    def _admit(self, scope: Scope, head: Head, client: str, more: Headers) -> Upstream | None:
        """Return the service to forward to, or None where the gateway itself answers; raise where nobody does."""
        method, path = scope["method"], scope["raw_path"]
        if head.upgrade:
            # The parser reads nothing more on this connection, whatever becomes of the request.
            more.append(_CLOSE)
            if head.upgrade.lower() == b"websocket":
                raise UpgradeRefused
        if method not in _FORWARDED:
            if method in _NEVER:
                raise MethodNotAllowed(headers={"allow": ", ".join(sorted(_FORWARDED))})
            raise MethodUnknown
        check_target(path, scope["query_string"], self.settings.max_target_bytes)
        upstream = None
        if path.startswith(b"/v1/") and (end := path.find(b"/", 4)) > 0:
            upstream = self._by_segment.get(path[4:end])
        if upstream is None and method not in _OWN:
            self._own.find(scope["path"])
            raise MethodNotAllowed(headers={"allow": "GET, HEAD"})
        if upstream is not None or not self._own.is_probe(scope["path"]):
            more += self._rates.admit(head.authorization, client)
        return upstream

    def _refusal(self, problem: Problem, scope: Scope, head: Head | None, more: Headers) -> Answer:
        if isinstance(problem, TooManyRequests):
            self.metrics.rate_limited.inc()
        if head is not None:
            return problem_answer(problem, language_of(head.accept_language.decode("latin-1")), head.request_id)
        request_id = str(uuid7())
        more.append((b"x-request-id", request_id.encode()))
        return problem_answer(problem, language_in(scope["headers"]), request_id)


def _asked(scope: Scope, head: Head, client: str) -> Asked:
    return Asked(
        scope["method"],
        scope["path"],
        scope["query_string"],
        dict(scope["headers"]),
        language_of(head.accept_language.decode("latin-1")),
        head.request_id,
        client,
        head.passing,
    )
