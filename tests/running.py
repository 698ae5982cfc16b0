"""The whole platform as real processes, for tests: `forthepoor up` on a home, a port and a database of its own.

A test takes the fixture `platform` for what it is and where (`gateway`, `sql`, `kill`, `without`), and `signed_in` for
clients of its gateway: `treasurer = await signed_in("treasurer")`.
"""

import os
import signal
import subprocess
import sys
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import asyncpg
import httpx2
import pytest

from local import ports
from local.home import CHECKOUT, Home, State
from local.leash import leashed
from local.postgres import Cluster
from local.tokens import Signer
from tests.patience import PATIENCE

_PAUSE = 0.05
Answer = TypeVar("Answer")


class Platform:
    """Everything that `forthepoor up` starts, on a cluster that forgets."""

    def __init__(self, home: Home, cluster: Cluster, manager: subprocess.Popen[bytes]) -> None:
        self.home = home
        self.cluster = cluster
        self._manager = manager

    @classmethod
    @contextmanager
    def started(cls, folder: Path, *, durable: bool = False) -> Iterator[Self]:
        """Give a platform that takes requests; nothing of it is left afterwards.

        `durable` where the database server itself is killed: what it acknowledged must then be on disk.
        """
        home = Home(folder / "home")
        home.create()
        with Cluster(folder / "postgres", durable=durable) as cluster:
            platform = cls(home, cluster, _start(home, cluster))
            try:
                until(lambda: platform.is_up)
                yield platform
            finally:
                platform.stop()
        cluster.remove()

    @property
    def state(self) -> State:
        state = self.home.state()
        assert state is not None, self.said
        return state

    @property
    def said(self) -> str:
        return (self.home.logs / "forthepoor.log").read_text(errors="replace")

    @property
    def is_up(self) -> bool:
        assert self._manager.poll() is None, self.said
        state = self.home.state()
        return state is not None and state.phase == "up"

    @property
    def gateway(self) -> str:
        return self.state.gateway

    @property
    def issuer(self) -> str:
        return self.state.issuer

    def client(self, login: str | None = None, language: str = "en") -> httpx2.AsyncClient:
        """Return a client of the gateway that calls as `login`, or as nobody; a bank proves its key each time."""
        auth = None if login is None else _SignedIn(Signer(self.home, self.issuer, login))
        headers = {"Accept-Language": language}
        return httpx2.AsyncClient(base_url=self.gateway, auth=auth, headers=headers, timeout=30, trust_env=False)

    async def sql(self, service: str, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement as the superuser, past row scope: what a test needs to look behind the API."""
        connection = await asyncpg.connect(self.cluster.url(f"ftp_{service}"))
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    def pid(self, name: str) -> int | None:
        """Process of a program (`funds`, `funds-worker`, `gateway`, `issuer`); None between two runs."""
        return next(program.pid for program in self.state.programs if program.name == name)

    def kill(self, name: str) -> None:
        """Kill -9; the manager starts it again."""
        pid = self.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def is_ready(self, name: str) -> bool:
        """Whether the program takes requests (or, where it has no door, runs)."""
        program = next(program for program in self.state.programs if program.name == name)
        if program.ready_url is None or program.pid is None:
            return program.pid is not None
        try:
            return httpx2.get(program.ready_url, timeout=3, trust_env=False).is_success
        except httpx2.HTTPError:
            return False

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Keep a program dead inside the block, with the manager held still; it takes requests again afterwards."""
        self._manager.send_signal(signal.SIGSTOP)
        before = self.pid(name)
        try:
            self.kill(name)
            yield
        finally:
            self._manager.send_signal(signal.SIGCONT)
            until(lambda: self.pid(name) not in {before, None} and self.is_ready(name))

    def stop(self) -> None:
        self._manager.terminate()
        self._manager.wait(PATIENCE)


class _SignedIn(httpx2.Auth):
    def __init__(self, signer: Signer) -> None:
        self._signer, self._token = signer, signer.token()

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers.update(self._signer.headers(self._token, request.method, str(request.url)))
        yield request


def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return once the condition holds; fail after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(_PAUSE)


async def eventually(
    ask: Callable[[], Awaitable[Answer]], holds: Callable[[Answer], object], patience: float = PATIENCE
) -> Answer:
    """Return the first answer for which `holds`; fail after `patience` seconds with the last one."""
    deadline = time.monotonic() + patience
    while not holds(answer := await ask()):
        assert time.monotonic() < deadline, f"it did not come about in time; the last answer: {answer!r}"
        await sleep(_PAUSE)
    return answer


def _start(home: Home, cluster: Cluster) -> subprocess.Popen[bytes]:
    """Run `up` on a leash: whatever happens to the tests, it does not outlive them."""
    command = [sys.executable, "-m", "local", "up", "--port", str(ports.pick())]
    told = {"FORTHEPOOR_HOME": str(home.folder), "DATABASE_URL": cluster.url(), "COLUMNS": "200"}
    with (home.logs / "forthepoor.log").open("wb") as log:
        return subprocess.Popen(
            leashed(command, ending=signal.SIGTERM),
            cwd=CHECKOUT,
            env=os.environ | told,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The whole platform, started once for each folder of tests that imports this."""
    with Platform.started(tmp_path_factory.mktemp("platform")) as running:
        yield running
