import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from local.processes.program import Program
from local.processes.running import Running

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a restart; doubled from death to death."""
_SETTLED = 60.0
"""Seconds of life after which a death counts as a first one again."""
_TRIES = 3
"""Deaths before the first readiness that make a start fail."""
_PAUSE = 0.1


class StartFailedError(RuntimeError):
    """A program did not become ready; the text carries the end of its log."""


class Keeper:
    """Keeps one program running until it is told to stop."""

    def __init__(
        self,
        program: Program,
        log: Path,
        folder: Path,
        *,
        say: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """`folder` is the program's working directory; `say` takes a sentence for people."""
        self.program = program
        self.log = log
        self.running: Running | None = None
        self.restarts = 0
        self._folder = folder
        self._say = say
        self._changed = changed
        self._ready = asyncio.Event()
        self._failed = asyncio.Event()
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, patience: float) -> None:
        """Ready on return. Raises StartFailedError after `patience` seconds, or when it keeps dying."""
        self._task = asyncio.create_task(self._keep(), name=self.program.name)
        outcomes = [asyncio.create_task(event.wait()) for event in (self._ready, self._failed)]
        try:
            await asyncio.wait(outcomes, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for outcome in outcomes:
                outcome.cancel()
        if not self._ready.is_set():
            why = "keeps ending" if self._failed.is_set() else f"was not ready after {patience:.0f} s"
            last = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise StartFailedError(f"{self.program.name} {why}; the end of {self.log}:\n{last}")

    async def stop(self, grace: float) -> None:
        """Ended on return: asked first, made to after `grace` seconds."""
        self._ending.set()
        if self.running is not None:
            await self.running.end(grace)
        if self._task is not None:
            await self._task
            self._task = None

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE
        was_ready = False
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                reason = _named(await self._run_once())
            except OSError as error:  # no more processes, no more memory, no more disk: tried again like a death
                reason = str(error)
            if self._ending.is_set():
                return
            was_ready = was_ready or self._ready.is_set()
            self._ready.clear()
            self.restarts += 1
            if not was_ready and self.restarts >= _TRIES:
                self._failed.set()
            pause = _FIRST_PAUSE if time.monotonic() - began > _SETTLED else pause
            self._say(f"{self.program.name} ended ({reason}); starting it again in {pause:g} s")
            await _unless(self._ending, pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _run_once(self) -> int:
        self.running = await Running.started(self.program, self.log, self._folder)
        self._changed()
        watch = asyncio.create_task(self._watch())
        try:
            if self._ending.is_set():  # told to stop while starting
                await self.running.end(0)
            return await self.running.ended()
        finally:
            watch.cancel()
            self.running = None
            self._changed()

    async def _watch(self) -> None:
        """Sets `ready` once the program answers, or has lived long enough to be believed."""
        url = self.program.ready_url
        if url is None:
            await asyncio.sleep(self.program.settles)
        else:
            async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
                while not await _answers(client, url):  # noqa: ASYNC110 -- it is another process that we wait for
                    await asyncio.sleep(_PAUSE)
        self._ready.set()
        self._changed()


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx2.HTTPError:
        return False


async def _unless(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def _named(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
