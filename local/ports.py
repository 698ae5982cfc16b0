import json
import socket
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port of the loopback address now."""
    return _bound(port) is not None


def pick(*wishes: int) -> int:
    """The first wish that is free, otherwise any free port."""
    return next(port for port in map(_bound, (*wishes, 0)) if port is not None)


def next_free(port: int) -> int:
    """The port itself, or the next free one above it, or any."""
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
        port = pick(before.get(name, 0))
        while port in {avoid, *chosen.values()}:
            port = pick()
        chosen[name] = port
    path.write_text(json.dumps(chosen))
    return chosen


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])
