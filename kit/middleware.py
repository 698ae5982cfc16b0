"""The outermost layer of a service: request id, body limit, metrics, and the last catch."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.problems import Malformed, Problem, TooLarge, Unexpected
from kit.problems.responses import response_of
from kit.telemetry import logger, request_id
from kit.values.ids import new_id

_OWN_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)


class Edge:
    """Raw ASGI: costs microseconds where a BaseHTTPMiddleware costs hundreds."""

    def __init__(
        self, app: ASGIApp, *, registry: CollectorRegistry, max_body: int, larger: Mapping[str, int] | None = None
    ) -> None:
        """`larger`: bytes that a body may have at exactly these paths, where `max_body` is too little."""
        self.app = app
        self.max_body = max_body
        self.larger = larger or {}
        self.requests = Counter("http_requests", "Requests answered", ["method", "route", "status"], registry=registry)
        self.seconds = Histogram(
            "http_request_seconds",
            "Time to the answer's first byte",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = dict(scope["headers"]).get(b"x-request-id", b"")
        current = own.decode() if _OWN_ID.fullmatch(own) else str(new_id())
        token = request_id.set(current)
        started = time.perf_counter()
        status = received = 0
        most = self.larger.get(scope["path"], self.max_body)

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                # The framework lets its own kind of error through while it reads a body, and no other.
                raise HTTPException(413)
            return message

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", current.encode())]
            await send(message)

        try:
            refusal = self._at_the_door(scope)
            if refusal is not None:
                await response_of(refusal, Request(scope))(scope, receive, answered)
            else:
                await self._inner(scope, counted, answered, lambda: status)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            self.requests.labels(scope["method"], route, str(status)).inc()
            self.seconds.labels(route).observe(time.perf_counter() - started)
            request_id.reset(token)

    def _at_the_door(self, scope: Scope) -> Problem | None:
        if "\0" in scope["path"]:
            return Malformed()
        return TooLarge() if _declared(scope) > self.larger.get(scope["path"], self.max_body) else None

    async def _inner(self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception:
            route = getattr(scope.get("route"), "path", "unknown")
            logger().exception("unexpected error", method=scope["method"], route=route)
            if status():
                raise
            await response_of(Unexpected(), Request(scope))(scope, receive, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
