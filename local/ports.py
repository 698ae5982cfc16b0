import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

LOOPBACK = "127.0.0.1"

_OURS: Final = range(20_000, 32_000)
"""Below those that systems lend to outgoing connections (Linux from 32768, others from 49152): between our choice and
the start of our server, seconds later, nobody is given one of these by chance.
"""


def is_free(port: int) -> bool:
    """Whether a server could listen on the port of the loopback address now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def pick(*wishes: int) -> int:
    """The first wish that is free, otherwise a free port of ours."""
    return next(port for port in chain(wishes, _drawn()) if is_free(port))


def next_free(port: int) -> int:
    """The port itself, or the next free one above it, or one of ours."""
    return pick(*range(port, min(port + 100, 1 << 16)))


def holder(port: int) -> str:
    """Who listens on the port, as far as we may know: `nginx (process 123)`."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("inet"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program"


def kept(path: Path, names: tuple[str, ...], *, avoid: int) -> dict[str, int]:
    """A port for each name, all different and not `avoid`: last time's while free. Kept in the file."""
    before: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    chosen: dict[str, int] = {}
    for name in names:
        port = pick(*([before[name]] if name in before else []))
        while port in {avoid, *chosen.values()}:
            port = pick()
        chosen[name] = port
    path.write_text(json.dumps(chosen))
    return chosen


def _drawn() -> Iterator[int]:
    while True:
        yield secrets.choice(_OURS)
