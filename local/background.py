"""The platform as a process of its own, and how the other commands reach it."""

import os
import signal
import subprocess
import sys
import time

import psutil  # type: ignore[import-untyped]

from local.home import CHECKOUT, Home, State

_PAUSE = 0.1
_LONGEST_START = 300.0
"""Seconds; the first start on a slow machine creates the cluster and runs every migration."""
_LONGEST_STOP = 90.0


class NotStartedError(RuntimeError):
    """The platform ended before it took requests; the text is what it said."""


class NotRunningError(RuntimeError):
    """There is no platform to ask."""


def start(home: Home, port: int | None) -> State:
    """Starts `up` in the background; returns once everything takes requests. Raises NotStartedError."""
    home.create()
    log = home.logs / "forthepoor.log"
    command = [sys.executable, "-m", "local", "up", *(["--port", str(port)] if port else [])]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=os.environ | {"FORTHEPOOR_HOME": str(home.folder), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        state = _awaited(home, process)
    except KeyboardInterrupt:  # nobody waits for it any more
        _ended(process)
        raise
    if state is None:
        _ended(process)
        raise NotStartedError(log.read_text(errors="replace").strip())
    # It goes on without us; told apart from a child that was forgotten.
    process.returncode = 0
    return state


def _awaited(home: Home, process: subprocess.Popen[bytes]) -> State | None:
    """The state once everything takes requests; None if the process ended or took too long."""
    deadline = time.monotonic() + _LONGEST_START
    while process.poll() is None and time.monotonic() < deadline:
        state = home.state()
        if state is not None and state.phase == "up" and state.manager == process.pid:
            return state
        time.sleep(_PAUSE)
    return None


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def current(home: Home) -> State:
    """The platform that runs now. Raises NotRunningError."""
    state = home.state() if home.in_use else None
    if state is None:
        raise NotRunningError
    return state


def stop(home: Home) -> None:
    """Ended on return, with everything it started. Raises NotRunningError."""
    manager = psutil.Process(current(home).manager)
    manager.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _LONGEST_STOP
    while home.in_use:
        if time.monotonic() > deadline:
            manager.kill()  # its children go with it
        time.sleep(_PAUSE)
    # The lock goes a moment before its holder does.
    while time.monotonic() < deadline and _lives(manager):
        time.sleep(_PAUSE)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
