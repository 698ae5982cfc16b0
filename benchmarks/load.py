"""A client so small that it does not decide what is measured: kept-alive connections, one request after the other."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

Request = Callable[[], bytes]


def get(path: str, headers: Mapping[str, str]) -> bytes:
    return _head("GET", path, headers) + b"\r\n"


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    given = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    return _head("POST", path, given) + b"\r\n" + body


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n"


class _Connection(asyncio.Protocol):
    def __init__(self, count: int, request: Request) -> None:
        self.left = count
        self.request = request
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        transport.write(self.request())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            self.transport.close()
            self.done.set_exception(RuntimeError(self.buffer[:600].decode("utf-8", "replace")))
            return
        self.buffer = b""
        self.left -= 1
        if self.left:
            self.transport.write(self.request())
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server hung up"))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def rate(port: int, request: Request, *, connections: int, count: int) -> float:
    """Return requests per second over `count` requests. Errors: RuntimeError with the first answer that is no 2xx."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    running = [_Connection(count // connections, request) for _ in range(connections)]
    for connection in running:
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(connection.done for connection in running))
    return count / (time.perf_counter() - started)


@contextmanager
def process(
    command: list[str], port: int, environment: Mapping[str, str] | None = None, *, patience: float = 60
) -> Iterator[int]:
    """Run `command` until the block ends; yields its process id once it listens on `port`."""
    running = subprocess.Popen(command, env={**os.environ, **(environment or {})})
    try:
        deadline = time.monotonic() + patience
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"did not start: {' '.join(command)}")
            time.sleep(0.05)
        yield running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
