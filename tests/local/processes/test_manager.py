import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psutil
import pytest

from local import ports
from local.home import CHECKOUT
from local.processes import Manager, Program, StartFailedError
from local.processes.running import created

HERE = Path(__file__).parent
Eventually = Callable[[Callable[[], object]], None]


async def patiently(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


def server(name: str, **environment: str) -> Program:
    port = ports.pick()
    return Program(
        name,
        (sys.executable, str(HERE / "server.py")),
        {"PORT": str(port), **environment},
        f"http://127.0.0.1:{port}",
    )


class Managed:
    """A manager run in the background of a test."""

    def __init__(self, logs: Path, *stages: list[Program], grace: float = 15.0) -> None:
        self.said: list[str] = []
        self.logs = logs
        self.manager = Manager(stages, logs=logs, folder=logs, say=self.said.append, grace=grace)
        self._up = asyncio.Event()
        self._until = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.manager.run(self._until, started=self._up.set))
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait((self.task, up), return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def end(self) -> None:
        self._until.set()
        await self.task

    def pid(self, name: str) -> int | None:
        return next(one.pid for one in self.manager.snapshots() if one.name == name)

    async def came_back(self, name: str, before: int) -> int:
        """The program's new process id."""
        await patiently(lambda: self.pid(name) not in {None, before})
        now = self.pid(name)
        assert now is not None
        return now


async def test_a_stage_starts_when_the_one_before_answers(tmp_path: Path) -> None:
    first = server("first")
    second = server("second", ASK=f"{first.address}/readyz")
    async with Managed(tmp_path, [first], [second]):
        assert (tmp_path / "second.log").read_text() == "asked: 200\n"


async def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    async with Managed(tmp_path, [server("one"), server("other")]) as managed:
        before, untouched = managed.pid("one"), managed.pid("other")
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await managed.came_back("one", before)
        assert managed.pid("other") == untouched
        assert managed.said == ["one ended (signal 9); starting it again in 0.5 s"]
        assert [one.restarts for one in managed.manager.snapshots()] == [1, 0]


async def test_everything_is_gone_after_the_end(tmp_path: Path) -> None:
    async with Managed(tmp_path, [server("one")], [server("two"), Program("worker", ("sleep", "600"))]) as managed:
        pids = [one.pid for one in managed.manager.snapshots()]
        assert all(pid and psutil.pid_exists(pid) for pid in pids)
        await managed.end()
        assert not any(pid and psutil.pid_exists(pid) for pid in pids)
        assert managed.said == []


async def test_a_program_deaf_to_the_polite_request_is_killed_after_the_grace(tmp_path: Path) -> None:
    async with Managed(tmp_path, [server("deaf", IGNORE_TERM="1")], grace=0.1) as managed:
        pid = managed.pid("deaf")
        assert pid is not None
        await managed.end()
        assert not psutil.pid_exists(pid)


async def test_the_children_of_a_program_end_with_it(tmp_path: Path) -> None:
    shell = Program("shell", ("sh", "-c", "sleep 600 & echo $!; wait"))
    async with Managed(tmp_path, [shell], [server("other")]) as managed:
        await patiently((tmp_path / "shell.log").read_text)
        child = int((tmp_path / "shell.log").read_text())
        await managed.end()
        await patiently(lambda: created(child) is None or psutil.Process(child).status() == "zombie")


async def test_a_start_that_cannot_succeed_is_given_up_with_the_end_of_the_log(tmp_path: Path) -> None:
    healthy = server("healthy")
    broken = Program("broken", (sys.executable, "-c", "raise SystemExit('no settings')"), address="http://127.0.0.1:9")
    managed = Managed(tmp_path, [healthy], [broken])
    async with managed:
        with pytest.raises(StartFailedError, match=r"broken keeps ending.*(?s:.)*no settings"):
            await managed.task
        assert managed.pid("healthy") is None
        managed.task = asyncio.create_task(asyncio.sleep(0))


async def test_a_worker_that_ends_at_once_never_counts_as_started(tmp_path: Path) -> None:
    worker = Program("worker", (sys.executable, "-c", "raise SystemExit('no queue')"), settles=60)
    managed = Managed(tmp_path, [worker])
    async with managed:
        with pytest.raises(StartFailedError, match=r"worker keeps ending(?s:.)*no queue"):
            await managed.task
        managed.task = asyncio.create_task(asyncio.sleep(0))


async def test_a_stop_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    never = Program("never", ("sleep", "600"), address="http://127.0.0.1:9")
    manager = Manager([[never]], logs=tmp_path, folder=tmp_path, say=print)
    until = asyncio.Event()
    running = asyncio.create_task(manager.run(until))
    await patiently(lambda: manager.snapshots()[0].pid)
    pid = manager.snapshots()[0].pid
    until.set()
    await running
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_no_program_survives_the_killing_of_its_manager(tmp_path: Path, eventually: Eventually) -> None:
    command = [sys.executable, str(HERE / "manager.py"), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as manager:
        assert manager.stdout is not None
        pids = [int(word) for word in manager.stdout.readline().split()]
        assert len(pids) == 2
        assert all(psutil.pid_exists(pid) for pid in pids)
        manager.kill()
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in pids))
