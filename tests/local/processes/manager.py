"""Runs a manager with two programs until it is killed; prints their process ids once they are ready."""

import asyncio
import sys
from pathlib import Path

from local.processes import Manager, Program

logs = Path(sys.argv[1])
sleeper = (sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)")
manager = Manager(
    [[Program("one", sleeper)], [Program("two", sleeper)]],
    logs=logs,
    folder=logs,
    say=print,
)


def started() -> None:
    sys.stdout.write(" ".join(str(one.pid) for one in manager.snapshots()) + "\n")
    sys.stdout.flush()


asyncio.run(manager.run(asyncio.Event(), started=started))
