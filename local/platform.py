"""The whole platform on one machine, from its database to its door."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local import databases, ports
from local.home import CHECKOUT, Home, Say, State
from local.locks import HeldError, locked
from local.postgres import Cluster, ClusterError
from local.processes import Manager, Snapshot
from local.processes.running import end_leftover
from local.servers import Server, ServerElsewhere
from local.stages import GATEWAY, ISSUER, SERVICES, Addresses, stages
from migrations import runner

DOOR = 8000
"""The gateway's port unless somebody has it."""
_LOOK = 1.0
"""Seconds between two looks at the database server."""


class AlreadyRunningError(RuntimeError):
    """Another `up` holds this installation."""


class PortTakenError(RuntimeError):
    """The port that was asked for belongs to another program."""


@contextmanager
def database_server(home: Home) -> Iterator[Server]:
    """The server that DATABASE_URL names, or our own, started for the block unless it runs already."""
    if elsewhere := os.environ.get("DATABASE_URL"):
        yield ServerElsewhere(elsewhere, home.secrets)
        return
    with Cluster(home.postgres) as cluster:
        yield cluster


def prepare(server: Server, say: Say) -> None:
    """Databases, roles and tables of every service, as the code of today wants them."""
    databases.bootstrap(server, SERVICES)
    for service in SERVICES:
        runner.upgrade(service, server.url(f"ftp_{service}", f"{service}_owner"))
        say(f"database ftp_{service} is at {runner.head(service)}")


class Platform:
    """Runs everything in this process and its children until it is told to stop."""

    def __init__(self, home: Home, say: Say, *, port: int | None = None) -> None:
        """`port` is the gateway's: that one or none. Otherwise 8000, or the next free one."""
        self._home = home
        self._say = say
        self._port = port

    def run(self, started: Callable[[State], None]) -> None:
        """Calls `started` once everything takes requests; returns after SIGINT or SIGTERM, leaving nothing.

        Raises AlreadyRunningError, PortTakenError, ClusterError, StartFailedError.
        """
        self._home.create()
        # Until the loop below listens for it, SIGTERM unwinds this function as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with locked(self._home.lock, patience=1):
                self._run(started)
        except HeldError:
            raise AlreadyRunningError from None

    def _run(self, started: Callable[[State], None]) -> None:
        self._clear_leftovers()
        addresses = self._addresses()
        state = State(manager=os.getpid(), phase="starting", gateway=addresses[GATEWAY], issuer=addresses[ISSUER])
        self._home.write(state)
        try:
            with database_server(self._home) as server:
                self._say("PostgreSQL is ready")
                prepare(server, self._say)
                asyncio.run(self._serve(server, addresses, state, started))
        finally:
            self._home.forget()

    async def _serve(
        self, server: Server, addresses: Addresses, state: State, started: Callable[[State], None]
    ) -> None:
        until = asyncio.Event()
        loop = asyncio.get_running_loop()

        def told_to_stop() -> None:
            state.phase = "stopping"
            self._home.write(state)
            until.set()

        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sign, told_to_stop)

        def changed(programs: list[Snapshot]) -> None:
            state.programs = programs
            state.postgres = server.pid if isinstance(server, Cluster) else None
            self._home.write(state)

        def up() -> None:
            state.phase = "up"
            self._home.write(state)
            started(state)

        manager = Manager(
            stages(self._home, server, addresses),
            logs=self._home.logs,
            folder=CHECKOUT,
            say=self._say,
            changed=changed,
        )
        guard = asyncio.create_task(self._guard(server)) if isinstance(server, Cluster) else None
        try:
            await manager.run(until, started=up)
        finally:
            if guard is not None:
                guard.cancel()

    async def _guard(self, cluster: Cluster) -> None:
        """Starts the database server again when it dies."""
        while True:
            await asyncio.sleep(_LOOK)
            if cluster.pid is not None:
                continue
            self._say("PostgreSQL ended; starting it again")
            try:
                # In this thread, though it blocks: the server lives as long as the thread that started it.
                cluster.start()
            except ClusterError as error:
                self._say(str(error))

    def _clear_leftovers(self) -> None:
        """Ends what an `up` left that was killed on a system that cannot end children with their parent."""
        state = self._home.state()
        for program in state.programs if state else []:
            if program.pid and program.created and end_leftover(program.pid, program.created):
                self._say(f"ended {program.name}, left by an earlier run")

    def _addresses(self) -> Addresses:
        if self._port is not None and not ports.is_free(self._port):
            raise PortTakenError(f"Port {self._port} is taken by {ports.holder(self._port)}.")
        door = self._port or ports.next_free(DOOR)
        if self._port is None and door != DOOR:
            self._say(f"port {DOOR} is taken by {ports.holder(DOOR)}; using {door}")
        inner = ports.kept(self._home.folder / "ports.json", (ISSUER, *SERVICES), avoid=door)
        return Addresses(inner | {GATEWAY: door})
