import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.processes.keeper import Keeper
from local.processes.program import Program


@dataclass(frozen=True)
class Snapshot:
    """One program as it is now; `pid` and `created` (seconds since 1970) are None between two runs."""

    name: str
    address: str | None
    ready_url: str | None
    pid: int | None
    created: float | None
    restarts: int


class Manager:
    """Keeps stages of programs running: a stage starts when the one before is ready, and ends before it.

    `logs` is the folder for `<name>.log`, `folder` the working directory; `say` takes sentences for people;
    `changed` is called with the new state whenever a program starts, becomes ready or ends.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[Program]],
        *,
        logs: Path,
        folder: Path,
        say: Callable[[str], None],
        changed: Callable[[list[Snapshot]], None] = lambda _: None,
        patience: float = 60.0,
        grace: float = 15.0,
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._patience = patience
        self._grace = grace
        self._changed = changed
        self._stages = [
            [Keeper(program, logs / f"{program.name}.log", folder, say=say, changed=self._report) for program in stage]
            for stage in stages
        ]

    async def run(self, until: asyncio.Event, *, started: Callable[[], None] = lambda: None) -> None:
        """Starts everything, calls `started`, and keeps it until the event; nothing is left on return.

        Raises StartFailedError if a program does not become ready.
        """
        starting = asyncio.create_task(self._start())
        told = asyncio.create_task(until.wait())
        try:
            await asyncio.wait((starting, told), return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                await starting
                started()
                await told
        finally:
            told.cancel()
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await self._stop()

    async def _start(self) -> None:
        try:
            for stage in self._stages:
                async with asyncio.TaskGroup() as group:
                    for keeper in stage:
                        group.create_task(keeper.start(self._patience))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _stop(self) -> None:
        for stage in reversed(self._stages):
            await asyncio.gather(*(keeper.stop(self._grace) for keeper in stage))

    def snapshots(self) -> list[Snapshot]:
        return [
            Snapshot(
                name=keeper.program.name,
                address=keeper.program.address,
                ready_url=keeper.program.ready_url,
                pid=keeper.running.pid if keeper.running else None,
                created=keeper.running.created if keeper.running else None,
                restarts=keeper.restarts,
            )
            for stage in self._stages
            for keeper in stage
        ]

    def _report(self) -> None:
        self._changed(self.snapshots())
