"""The server process of a data folder, told from a stranger who was given the same process id later."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from local.ports import LOOPBACK

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    # Shared memory in the data folder, not of the machine: kill -9 leaves nothing in /dev/shm.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "jit": "off",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""For tests: quicker, and not safe against a crash of the machine."""
_STATUS_LINE = 7


@dataclass(frozen=True)
class Postmaster:
    """A live server process; `status` is PostgreSQL's own word: starting, ready, stopping."""

    pid: int
    status: str

    @classmethod
    def found(cls, data: Path) -> "Postmaster | None":
        """The server that runs on `data`; None if there is none but a leftover `postmaster.pid`."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        if not _serves(pid, data):
            return None
        return cls(pid, lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else "starting")

    def end(self, sign: signal.Signals, patience: float) -> bool:
        """Sends the signal and waits up to `patience` seconds; True once the process is gone."""
        try:
            process = psutil.Process(self.pid)
            process.send_signal(sign)
            process.wait(patience)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            return False
        return True


def forget_stranger(data: Path) -> None:
    """Removes a leftover `postmaster.pid` whose process id now belongs to some other program.

    PostgreSQL clears the file itself when nobody has the id, but refuses to start when somebody does, as
    happens in containers, where ids are small and come again.
    """
    if Postmaster.found(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """Ours without PGPORT, PGDATA and their like, which mean another server; messages in English."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _serves(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
