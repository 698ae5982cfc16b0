"""How the load goes on: so many requests at a time, a bar for each stage, a row of figures when it is over."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

WIDTH: Final = 16
"""Requests under way at a time in one stage: enough to keep two cores busy, few enough to keep answers quick."""

Item = TypeVar("Item")


@dataclass
class Stage:
    """One line of progress. `made` counts what came into being, `known` what was there before; `seconds` when over."""

    title: str
    _bar: Progress
    _task: TaskID
    made: int = 0
    known: int = 0
    seconds: float = 0.0

    def done(self, *, new: bool) -> None:
        """Count one step."""
        if new:
            self.made += 1
        else:
            self.known += 1
        self._bar.advance(self._task)

    def skip(self, steps: int) -> None:
        """Count steps that need no asking."""
        self.known += steps
        self._bar.advance(self._task, steps)


class Pace:
    """The stages of one run, shown as they go: `with Pace(console) as pace, pace.stage("…", steps) as stage`."""

    def __init__(self, console: Console) -> None:
        self.stages: list[Stage] = []
        self._bar = Progress(
            TextColumn("{task.description:<44}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @contextmanager
    def stage(self, title: str, steps: int) -> Iterator[Stage]:
        task = self._bar.add_task(title, total=steps)
        stage = Stage(title, self._bar, task)
        self.stages.append(stage)
        began = time.monotonic()
        try:
            yield stage
        finally:
            stage.seconds = time.monotonic() - began
            self._bar.stop_task(task)


async def every(items: Iterable[Item], work: Callable[[Item], Awaitable[None]], width: int = WIDTH) -> None:
    """Do `work` for each item, `width` at a time; the first failure ends the others."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(worker())
