"""The process around the application: uvicorn, with limits that only the protocol can keep, and a patient end."""

import asyncio
import signal
from types import FrameType
from typing import Any

import structlog
from uuid_utils import uuid7
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway.answers import language_in
from gateway.app import Gateway
from gateway.settings import Settings
from kit.problems import HeadersTooLarge, Malformed, Problem, render

_log = structlog.get_logger("gateway")
# Beyond the limits of the application, which can still name them one by one, nothing is kept in memory at all.
_SLACK = 4


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's parser keeps headers of any size for as long as they come; this one ends both, and answers in problems.

    Also, the fields after a chunked body (trailers) do not become headers: they arrive when the headers were judged.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings: Settings = self.app.settings
        self._most = _SLACK * (settings.max_header_bytes + settings.max_target_bytes)
        self._seconds = settings.header_seconds
        self._in_head = True
        self._head_bytes = 0
        self._slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._slow is None:
                self._expect_head()
        super().data_received(data)
        if self._in_head and self._head_bytes > self._most and not self.transport.is_closing():
            self._refuse(HeadersTooLarge())

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_clock()
        super().on_headers_complete()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True
        self._head_bytes = 0

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - a problem says it in three languages
        self._refuse(Malformed())

    def _expect_head(self) -> None:
        self._slow = self.loop.call_later(self._seconds, self._too_slow)

    def _stop_clock(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        self._slow = None
        if not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer and hang up; where an answer is under way, only hang up."""
        if self.cycle is not None and not self.cycle.response_started:
            # The application was asked already; for it, the client is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            language, request_id = language_in(self.headers or []), str(uuid7())
            body = render(problem, language, request_id)
            head = (
                f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
                f"content-language: {language}\r\nx-request-id: {request_id}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(STATUS_LINE[int(problem.status)] + head.encode() + body)
        self.transport.close()


class PatientServer(Server):
    """On the first signal it says "not ready" for a while, and still serves; then it takes nothing new and drains.

    So that a balancer has time to send its requests elsewhere. A second signal shortens the wait.
    """

    def __init__(self, config: Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        seconds = self._gateway.settings.drain_seconds
        if self._gateway.draining or not seconds or self._loop is None:
            self._gateway.drain()
            super().handle_exit(sig, frame)
            return
        self._gateway.drain()
        _log.info("draining", signal=signal.Signals(sig).name, seconds=seconds)
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, super().handle_exit, sig, frame)


def serve_config(gateway: Gateway, settings: Settings) -> Config:
    """Return how uvicorn runs it: what the defaults would add (headers, logs, trust in proxies) is left out."""
    return Config(
        gateway,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        interface="asgi3",
        lifespan="on",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


def run(settings: Settings) -> None:
    gateway = Gateway(settings)
    PatientServer(serve_config(gateway, settings), gateway).run()
