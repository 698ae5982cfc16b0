import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port of the loopback address now."""
    return _bound(port) is not None


def pick(*wishes: int) -> int:
    """The first wish that is free, otherwise any free port."""
    return next(port for port in map(_bound, (*wishes, 0)) if port is not None)


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])
