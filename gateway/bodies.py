"""A request's body on its way through, and the timer that watches over the request."""

import asyncio
from collections.abc import AsyncIterator

from gateway.asgi import Receive
from kit.problems import Problem, TooLarge

_LOOK_AFTER = 1.0  # seconds until a waiting request first looks whether its client is still there


class ClientGone(Exception):  # noqa: N818 - nobody's error
    """The client closed its connection; nobody is there to be answered."""


class Body:
    """The bytes a client sends, counted against `limit`; iterating it streams them on as they come."""

    __slots__ = ("_first", "_limit", "_receive", "_seen", "complete", "refusal", "started")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._first = b""
        self._seen = 0
        self.started = False
        self.complete = True
        self.refusal: Problem | ClientGone | None = None

    async def open(self, length: int | None) -> "bytes | Body":
        """Return the whole body where one message held it, else this object to iterate; TooLarge before reading."""
        if length is not None and length > self._limit:
            raise TooLarge
        self.complete = False
        self._first = await self._next()
        return self._first if self.complete else self

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.refusal = ClientGone()
            raise self.refusal
        chunk: bytes = message.get("body", b"")
        self._seen += len(chunk)
        if self._seen > self._limit:
            self.refusal = TooLarge()
            raise self.refusal
        self.complete = not message.get("more_body", False)
        return chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.started = True
        yield self._first
        self._first = b""
        while not self.complete:
            if chunk := await self._next():
                yield chunk


class Watch:
    """One timer for a request: it ends the request at its deadline, or when its client went away.

    Both cancel the task that made this object; `expired` or `gone` then say why. A client is listened to only while its
    body is complete, because until then the body's own reader notices.
    """

    __slots__ = (
        "_body",
        "_deadline",
        "_handle",
        "_listener",
        "_loop",
        "_receive",
        "_task",
        "expired",
        "gone",
    )

    def __init__(self, seconds: float, body: Body, receive: Receive) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a request is answered inside a task")
        self._task, self._body, self._receive = task, body, receive
        self._loop = task.get_loop()
        self._deadline = self._loop.time() + seconds
        self._listener: asyncio.Task[None] | None = None
        self.expired = self.gone = False
        self._handle = self._loop.call_later(min(_LOOK_AFTER, seconds), self._tick)

    def _tick(self) -> None:
        left = self._deadline - self._loop.time()
        if left <= 0:
            self.expired = True
            self._task.cancel()
            return
        self.listen()
        self._handle = self._loop.call_later(min(_LOOK_AFTER, left), self._tick)

    def listen(self) -> None:
        """Start to notice that the client hangs up."""
        if self._listener is None and self._body.complete:
            self._listener = self._loop.create_task(self._listen())

    async def _listen(self) -> None:
        message = await self._receive()
        while message["type"] != "http.disconnect":
            message = await self._receive()
        self.gone = True
        self._task.cancel()

    def stop(self) -> None:
        self._handle.cancel()
        if self._listener is not None:
            self._listener.cancel()

    def caused(self) -> bool:
        """Say whether the CancelledError just caught was this watch's, and take it back."""
        return (self.expired or self.gone) and self._task.uncancel() == 0
