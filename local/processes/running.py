"""One run of a program: a process with a session of its own, on a leash."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

import psutil  # type: ignore[import-untyped]

from local.leash import leashed
from local.processes.program import Program

_LOG_LIMIT = 20 << 20
"""Bytes; a longer log is set aside when its program starts again."""


class Running:
    """A started program, in a session of its own: Ctrl-C reaches the manager only, who ends it in turn."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.created = created(process.pid)

    @classmethod
    async def started(cls, program: Program, log: Path, folder: Path) -> Self:
        """Starts the program in `folder`, its output appended to `log`."""
        with _opened(log) as output:
            # SIGKILL: if we are killed, nobody is left who could follow a polite request up.
            process = await asyncio.create_subprocess_exec(
                *leashed(program.command, ending=signal.SIGKILL),
                cwd=folder,
                env=os.environ | program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(process)

    async def ended(self) -> int:
        """The exit status, once there is one; nothing of the program's session is left then."""
        status = await self._process.wait()
        self._signal(signal.SIGKILL)
        return status

    async def end(self, grace: float) -> None:
        """Asks the program to end, and insists after `grace` seconds."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.ended(), grace)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.ended()

    def _signal(self, sign: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, sign)


def _opened(log: Path) -> BinaryIO:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log.open("ab")


def created(pid: int) -> float | None:
    """When the process began, in seconds since 1970, which tells it from a later one; None if gone."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def end_leftover(pid: int, began: float) -> bool:
    """Kills the session of a process left by an earlier run, unless its id is another process's now."""
    if created(pid) != began:
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
        psutil.Process(pid).wait(5)
        return True
    return False
