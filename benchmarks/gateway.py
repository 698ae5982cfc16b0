"""CPU seconds that a proxy spends on one forwarded request: the gateway, nginx, and FastAPI with httpx2.

    python -m benchmarks.gateway

All three stand in front of the same tiny upstream and get the same load: 8 kept-alive connections on the loopback, one
request after the other on each, the headers of a mobile app, an answer of 2 kB. Counted is what the kernel says the
proxy's process consumed (`utime` + `stime`), so the client and the upstream may cost what they like. The middle of
three rounds is reported. Bounds: at most 12 × nginx, at most a quarter of httpx2.

nginx comes from the system's packages (Debian: `apt-get install nginx-light`); where it is absent its line says so.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.load import process
from local import ports

CONNECTIONS, WARM_UP, ROUNDS = 8, 400, 3
_PATIENCE = 30.0
REQUESTS = {"nginx": 24_000, "gateway": 12_000, "httpx2": 3_000}
MOST_NGINX, MOST_HTTPX = 12.0, 0.25
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = (
    b'{"items":['
    + b",".join(b'{"id":"%036d","name":"H\xe1\xbb\x99 %04d","persons":4}' % (i, i) for i in range(30))
    + b"]}"
)
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: Tue, 01 Jul 2025 00:00:00 GMT\r\n"
    b'etag: "7"\r\ncontent-length: %d\r\n\r\n' % len(_PAGE)
) + _PAGE
_REQUEST = (
    b"GET /v1/funds/campaigns?limit=20&sort=-opened_on HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"User-Agent: ForThePoor/1.4 (Android 14)\r\nAccept: application/json\r\nAccept-Language: vi-VN,vi;q=0.9\r\n"
    b"Accept-Encoding: identity\r\nAuthorization: Bearer " + b"e" * 700 + b"\r\n\r\n"
)
_NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000; client_max_body_size 1m;
  limit_req_zone $http_authorization zone=callers:8m rate=1000000r/s;
  upstream funds {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location /v1/funds/ {{
      limit_req zone=callers burst=1000 nodelay;
      proxy_pass http://funds; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Request-Id $request_id; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Actor ""; add_header X-Request-Id $request_id;
    }}
  }}
}}
"""


class _Upstream(asyncio.Protocol):
    """Answers every request with the same page; so little of HTTP that it costs next to nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self.kept = b""

    def data_received(self, data: bytes) -> None:
        *whole, self.kept = (self.kept + data).split(b"\r\n\r\n")
        self.transport.write(_ANSWER * len(whole))


async def _serve_upstream(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Upstream, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def _serve_httpx(port: int, upstream: int) -> None:
    """Run the proxy that one writes in ten minutes: a catch-all route that streams through an AsyncClient."""
    import httpx2
    import uvicorn
    from fastapi import FastAPI, Request
    from fastapi.responses import StreamingResponse
    from starlette.background import BackgroundTask

    app = FastAPI()
    client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{upstream}")

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def forward(request: Request, path: str) -> StreamingResponse:
        headers = [pair for pair in request.headers.raw if pair[0] != b"host"]
        asked = client.build_request(
            request.method,
            httpx2.URL(path=f"/{path}", query=request.url.query.encode()),
            headers=headers,
            content=request.stream() if request.method != "GET" else None,
        )
        answer = await client.send(asked, stream=True)
        return StreamingResponse(
            answer.aiter_raw(), answer.status_code, dict(answer.headers), background=BackgroundTask(answer.aclose)
        )

    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


class _Caller(asyncio.Protocol):
    """Sends `count` requests, each after the answer to the one before; `done` fails if an answer is not the page."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.buffer = bytearray()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self.transport.write(_REQUEST)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.buffer.endswith(_PAGE) and not self.buffer.endswith(b"\r\n0\r\n\r\n"):
            return
        if not self.buffer.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(bytes(self.buffer[:200]).decode("latin-1")))
            self.transport.close()
            return
        self.buffer.clear()
        self.left -= 1
        if self.left:
            self.transport.write(_REQUEST)
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the proxy hung up"))


async def _load(port: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    callers = [_Caller(count // CONNECTIONS) for _ in range(CONNECTIONS)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(caller.done for caller in callers))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _commands(upstream: int, folder: Path) -> dict[str, tuple[list[str], int, dict[str, str]]]:
    """Return command, port and environment of each proxy that can run here."""
    port_of = {name: ports.pick() for name in REQUESTS}
    itself = [sys.executable, "-m", "benchmarks.gateway"]
    rows: dict[str, tuple[list[str], int, dict[str, str]]] = {}
    if nginx := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        config = folder / "nginx.conf"
        config.write_text(_NGINX.format(folder=folder, port=port_of["nginx"], upstream=upstream), encoding="ascii")
        rows["nginx"] = ([nginx, "-c", str(config), "-p", str(folder)], port_of["nginx"], {})
    # Its rate limit counts and tells, but refuses nobody here.
    unlimited = {f"{name}RATE_{part}": "1000000" for name in ("", "ADDRESS_") for part in ("PER_SECOND", "BURST")}
    environment = {
        "PORT": str(port_of["gateway"]),
        "UPSTREAMS": f'{{"funds":"http://127.0.0.1:{upstream}"}}',
        **unlimited,
    }
    rows["gateway"] = ([sys.executable, "-m", "gateway"], port_of["gateway"], environment)
    proxy = [*itself, "--serve", "httpx", "--port", str(port_of["httpx2"]), "--upstream", str(upstream)]
    rows["httpx2"] = (proxy, port_of["httpx2"], {})
    return rows


def run() -> list[dict[str, Any]]:
    """Return a row for each proxy: `proxy`, `microseconds` of CPU a request, and the ratios where there is a bound."""
    upstream = ports.pick()
    serve = [sys.executable, "-m", "benchmarks.gateway", "--serve", "upstream", "--port", str(upstream)]
    costs: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, process(serve, upstream, patience=_PATIENCE):
        for name, (command, port, environment) in _commands(upstream, Path(folder)).items():
            with process(command, port, environment, patience=_PATIENCE) as pid:
                asyncio.run(_load(port, WARM_UP))
                rounds: list[float] = []
                for _ in range(ROUNDS):
                    before = _cpu(pid)
                    asyncio.run(_load(port, REQUESTS[name]))
                    rounds.append((_cpu(pid) - before) / REQUESTS[name] * 1e6)
                costs[name] = statistics.median(rounds)
    return [_row(name, costs) for name in REQUESTS]


def _row(name: str, costs: Mapping[str, float]) -> dict[str, Any]:
    if name not in costs:
        return {"proxy": name, "microseconds": None, "note": "not installed; Debian: apt-get install nginx-light"}
    row: dict[str, Any] = {"proxy": name, "microseconds": round(costs[name], 1)}
    if name == "gateway":
        if "nginx" in costs:
            row["to_nginx"] = round(costs[name] / costs["nginx"], 2)
            row["to_nginx_passes"] = row["to_nginx"] <= MOST_NGINX
        row["to_httpx2"] = round(costs[name] / costs["httpx2"], 3)
        row["to_httpx2_passes"] = row["to_httpx2"] <= MOST_HTTPX
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of the gateway for each forwarded request")
    parser.add_argument("--serve", choices=["upstream", "httpx"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--upstream", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve == "upstream":
        asyncio.run(_serve_upstream(arguments.port))
    elif arguments.serve == "httpx":
        _serve_httpx(arguments.port, arguments.upstream)
    else:
        _print(run())


def _print(rows: list[dict[str, Any]]) -> None:
    print("CPU for each forwarded request")
    for row in rows:
        cost = row.get("note") or f"{row['microseconds']:>8.1f} µs"
        print(f"  {row['proxy']:<10} {cost}")
    for row in rows:
        for peer, bound in (("nginx", f"at most {MOST_NGINX:g}"), ("httpx2", f"at most {MOST_HTTPX:g}")):
            if f"to_{peer}" in row:
                verdict = "PASS" if row[f"to_{peer}_passes"] else "MISS"
                print(f"  gateway / {peer:<7} {row[f'to_{peer}']:>7.2f}  ({bound})  {verdict}")


if __name__ == "__main__":
    main()
