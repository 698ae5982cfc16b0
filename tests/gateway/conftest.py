"""The gateway on a real socket, in front of services on real sockets, all in the test's own loop."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, DummyCookieJar
from uvicorn.server import ServerState

from gateway.app import Gateway
from gateway.server import GuardedProtocol, serve_config
from gateway.settings import Settings

PATIENCE = 60.0


async def until(condition: Callable[[], Any]) -> None:
    """Wait until it holds; the test fails if it never does."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


@dataclass
class Asked:
    """A request as a service received it, byte for byte."""

    line: bytes
    headers: list[tuple[bytes, bytes]]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def all(self, name: str) -> list[str]:
        return [value.decode() for key, value in self.headers if key.lower() == name.lower().encode()]

    def one(self, name: str) -> str | None:
        values = self.all(name)
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    async def chunk(self) -> bytes:
        """Return the next chunk of a chunked body, b"" for the last."""
        size = int((await self.reader.readuntil(b"\r\n")), 16)
        data = await self.reader.readexactly(size)
        await self.reader.readexactly(2)
        return data

    async def body(self) -> bytes:
        if self.all("transfer-encoding"):
            parts = []
            while part := await self.chunk():
                parts.append(part)
            return b"".join(parts)
        return await self.reader.readexactly(int(self.one("content-length") or 0))

    async def answer(self, body: bytes = b"{}", status: str = "200 OK", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
        await self.send("\r\n".join(lines).encode() + body)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Handler = Callable[[Asked], Awaitable[None]]


async def echo(asked: Asked) -> None:
    body = await asked.body()
    told = {"line": asked.line.decode("latin-1"), "body": body.decode("latin-1")}
    await asked.answer(json.dumps(told).encode(), "200 OK", "content-type: application/json")


@dataclass
class Service:
    """A service that does what `handler` says and remembers what it was asked."""

    handler: Handler = echo
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rows = head[:-4].split(b"\r\n")
                headers = [(row.partition(b":")[0], row.partition(b":")[2].strip()) for row in rows]
                asked = Asked(line, headers, reader, writer)
                self.asked.append(asked)
                await self.handler(asked)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    @property
    def last(self) -> Asked:
        return self.asked[-1]


@dataclass
class Raw:
    """A client that says exactly what it is told to."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> tuple[int, dict[str, str]]:
        async with asyncio.timeout(PATIENCE):
            line, *rows = (await self.reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
        return int(line.split()[1]), {row.partition(":")[0].lower(): row.partition(":")[2].strip() for row in rows}

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        status, headers = await self.head()
        async with asyncio.timeout(PATIENCE):
            return status, headers, await self.reader.readexactly(int(headers.get("content-length", "0")))

    async def rest(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read()


@dataclass
class Front:
    """A running gateway: `url`, a client of its own, and the application to look into."""

    gateway: Gateway
    port: int
    client: ClientSession
    _stack: AsyncExitStack

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def raw(self) -> Raw:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._stack.callback(writer.close)
        return Raw(reader, writer)

    async def metrics(self) -> str:
        async with self.client.get("/metrics") as response:
            return await response.text()


async def _open(stack: AsyncExitStack, settings: Settings) -> Front:
    gateway = Gateway(settings)
    config = serve_config(gateway, settings)
    config.load()
    state = ServerState()
    await gateway.start()
    stack.push_async_callback(gateway.stop)
    server = await asyncio.get_running_loop().create_server(
        lambda: GuardedProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    port: int = server.sockets[0].getsockname()[1]

    async def close() -> None:
        server.close()
        for connection in list(state.connections):
            connection.transport.close()
        for task in list(state.tasks):
            task.cancel()
        await asyncio.gather(*state.tasks, return_exceptions=True)

    stack.push_async_callback(close)
    client = await stack.enter_async_context(
        ClientSession(f"http://127.0.0.1:{port}", auto_decompress=False, cookie_jar=DummyCookieJar())
    )
    return Front(gateway, port, client, stack)


OpenFront = Callable[..., Awaitable[Front]]
StartService = Callable[..., Awaitable[Service]]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def service(stack: AsyncExitStack) -> StartService:
    """Services on demand: the fixture is a function that takes what one does when asked."""

    async def start(handler: Handler = echo, port: int = 0) -> Service:
        started = Service(handler)
        await started.start(port)
        stack.push_async_callback(started.stop)
        return started

    return start


@pytest.fixture
def front(stack: AsyncExitStack) -> OpenFront:
    """Gateways on demand: the fixture is a function.

    Keyword arguments are services (or addresses) by name; anything else becomes a setting.
    """

    async def open_front(**given: Any) -> Front:
        names = ("beneficiaries", "funds", "loans")
        upstreams = {
            name: place.url if isinstance(place := given.pop(name), Service) else place
            for name in names
            if name in given
        }
        settings = {"environment": "test", "issuer": "http://127.0.0.1:9", "upstreams": upstreams} | given
        return await _open(stack, Settings(**settings))

    return open_front


@pytest.fixture
async def funds(service: StartService) -> Service:
    return await service()


@pytest.fixture
async def nobody(stack: AsyncExitStack) -> str:
    """The address of a service that is not there: the port is held, but nobody listens."""
    held = stack.enter_context(socket.socket())
    held.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{held.getsockname()[1]}"
