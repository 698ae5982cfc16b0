import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.05


class HeldError(RuntimeError):
    """Another process holds the lock."""


@contextmanager
def locked(path: Path, *, patience: float | None = None) -> Iterator[None]:
    """Holds the lock file for the block. The kernel lets go when the process ends, however it ends.

    Waits for as long as it takes, or raises HeldError after `patience` seconds.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if patience is None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        else:
            _take(handle, path, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now."""
    try:
        with locked(path, patience=0):
            return False
    except FileNotFoundError:
        return False
    except HeldError:
        return True


def _take(handle: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise HeldError(str(path)) from None
            time.sleep(_PAUSE)
        else:
            return
