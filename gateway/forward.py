"""A request's way to a service and its answer's way back, both as they come, nothing gathered."""

import asyncio
from time import perf_counter

import structlog
from aiohttp import ClientError, ClientResponse

from gateway.answers import problem_answer, send_answer
from gateway.asgi import Headers, Receive, Scope, Send
from gateway.bodies import Body, ClientGone, Watch
from gateway.errors import BodyTooSlow
from gateway.headers import Head, answer_headers
from gateway.metrics import Metrics
from gateway.settings import Settings
from gateway.upstream import Upstream
from kit.problems import BadGateway, GatewayTimeout, Problem, Unavailable, Unexpected, language_of

_log = structlog.get_logger("gateway")
_SERVER_ERROR = 500
_CLIENT_CLOSED = 499  # nginx's name for it in logs and metrics; never sent


class Forwarder:
    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings, self._metrics = settings, metrics

    async def __call__(
        self, upstream: Upstream, scope: Scope, receive: Receive, send: Send, head: Head, more: Headers
    ) -> None:
        """Forward; refusals and failures are answered as problems, or by cutting the connection once bytes went out."""
        started = perf_counter()
        size, seconds = self._settings.limits_of(scope["raw_path"])
        body = Body(receive, size)
        watch = Watch(seconds, body, receive)
        relay = Relay(scope, send, watch, body, more)
        problem: Problem | None = None
        try:
            await self._carry(upstream, scope, head, relay)
        except Problem as refused:
            problem = self._whose(refused, body, relay)
        except ClientGone:
            relay.status = _CLIENT_CLOSED
        except asyncio.CancelledError:
            if not watch.caused():
                raise
            problem = None if watch.gone else self._too_late(upstream, relay, body)
        except Exception:  # noqa: BLE001 - the last door: logged with its trace, never shown
            _log.exception("forwarding failed", upstream=upstream.name, request_id=head.request_id)
            problem = Unexpected()
        finally:
            watch.stop()
        if problem is not None:
            await self._refuse(problem, upstream, scope, send, head, relay)
        elif watch.gone:
            relay.status = _CLIENT_CLOSED
        self._metrics.served(upstream.name, scope["method"], relay.status, perf_counter() - started)

    async def _carry(self, upstream: Upstream, scope: Scope, head: Head, relay: "Relay") -> None:
        body = relay.body
        data = await body.open(head.length) if head.length or head.chunked else None
        slots = upstream.slots
        if not slots.take() and not await slots.wait():
            raise Unavailable(headers={"retry-after": "1"})
        try:
            query = scope["query_string"]
            target = scope["raw_path"] + b"?" + query if query else scope["raw_path"]
            response = await upstream.call(
                scope["method"], target.decode("ascii"), head.passing, data, repeatable=head.repeatable
            )
            try:
                await relay(response)
            finally:
                # An answer that came before the body had gone must not leave a half-used connection in the pool.
                if body.complete and relay.whole:
                    response.release()
                else:
                    response.close()
        finally:
            slots.release()

    @staticmethod
    def _whose(refused: Problem, body: Body, relay: "Relay") -> Problem | None:
        """Return what to answer where a request failed: its body's fault comes first; None if nobody is there."""
        if isinstance(body.refusal, ClientGone):
            relay.status = _CLIENT_CLOSED
            return None
        return refused if body.refusal is None else body.refusal

    @staticmethod
    def _too_late(upstream: Upstream, relay: "Relay", body: Body) -> Problem:
        if not body.complete:
            return BodyTooSlow()
        if not relay.status:
            upstream.breaker.failed()
        return GatewayTimeout()

    async def _refuse(
        self, problem: Problem, upstream: Upstream, scope: Scope, send: Send, head: Head, relay: "Relay"
    ) -> None:
        if relay.status:
            # The status is out: the only honest way left is to end the connection before the body ends.
            _log.warning("answer cut short", upstream=upstream.name, request_id=head.request_id, code=problem.slug())
            return
        relay.status = int(problem.status)
        if relay.status >= _SERVER_ERROR:
            cause = problem.__cause__
            _log.warning(
                "not forwarded",
                upstream=upstream.name,
                request_id=head.request_id,
                code=problem.slug(),
                cause=None if cause is None else f"{type(cause).__name__}: {cause}",
            )
        language = language_of(head.accept_language.decode("latin-1"))
        await send_answer(scope, send, problem_answer(problem, language, head.request_id), relay.more)


class Relay:
    """Passes one answer on; `status` is 0 until its head went out, `whole` says that all of it did."""

    __slots__ = ("_scope", "_send", "_watch", "body", "more", "status", "whole")

    def __init__(self, scope: Scope, send: Send, watch: Watch, body: Body, more: Headers) -> None:
        self._scope, self._send, self._watch, self.body, self.more = scope, send, watch, body, more
        self.status = 0
        self.whole = False

    async def __call__(self, response: ClientResponse) -> None:
        status = response.status
        headers = answer_headers(response.raw_headers, status, *self.more)
        content, send = response.content, self._send
        self.status = status
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if content.is_eof() and content.exception() is None:
            self.whole = True
            await send({"type": "http.response.body", "body": content.read_nowait()})
            return
        self._watch.listen()
        try:
            while not content.at_eof():
                chunk = await content.readany()
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except ClientError as error:
            raise BadGateway from error
        self.whole = True
        await send({"type": "http.response.body", "body": b""})
