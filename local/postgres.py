"""A PostgreSQL cluster of our own: TCP on the loopback address, scram passwords, nothing else open.

A cluster's folder holds `port`, `passwords.json` (mode 600), `postgres.log`, and `data`, PostgreSQL's own
folder. When root's unprivileged account cannot reach that, `place` names where it lies instead.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from local import binaries, ports
from local.leash import leashed
from local.locks import locked
from local.passwords import Passwords
from local.places import new_data_place, remove_data
from local.ports import LOOPBACK
from local.postmaster import FORGETFUL, SETTINGS, Postmaster, environment, forget_stranger

_PATIENCE = 60.0
"""Seconds for a start (recovery after a crash included) and for a gentle stop."""
_PAUSE = 0.02
_LOCALE_OF_ITS_OWN = 17
"""From this version on PostgreSQL brings its own Unicode rules."""


class ClusterError(RuntimeError):
    """PostgreSQL did not start; the text carries the end of its log."""


class Cluster:
    """One PostgreSQL cluster, kept in `data_dir` between runs.

    `port` None picks a free one and keeps it; a port asked for is used or refused. `durable=False` trades
    safety against a crash of the machine for speed: tests only.

    `start` attaches to a server that already runs on the folder. The context manager stops only what it
    started; `stop` stops it in any case. The server ends by itself when the process that started it is gone.
    """

    def __init__(self, data_dir: Path, *, port: int | None = None, durable: bool = True) -> None:
        self._dir = data_dir.absolute()
        self._wanted_port = port
        self._durable = durable
        self._account = binaries.unprivileged_account()
        self._passwords = Passwords(self._dir / "passwords.json")
        self._child: subprocess.Popen[bytes] | None = None
        self.log = self._dir / "postgres.log"

    def start(self) -> None:
        """Ready for connections on return. Raises ClusterError, PostgresMissingError."""
        self._dir.mkdir(parents=True, exist_ok=True)
        with locked(self._dir / "lock"):
            self._create()
            if not self._attach():
                self._bury()
                self._launch()

    def stop(self) -> None:
        """Ends the server, gently first: open transactions are rolled back, data is flushed."""
        postmaster = Postmaster.found(self._data)
        if postmaster is not None:
            for sign, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                if postmaster.end(sign, patience):
                    break
        if self._child is not None:
            self._child.wait()
            self._child = None

    def remove(self) -> None:
        """Stops the server and deletes everything it ever stored."""
        self.stop()
        remove_data(self._data)
        shutil.rmtree(self._dir, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self.stop()

    def running(self) -> bool:
        """Whether a server runs on this folder and takes connections."""
        postmaster = Postmaster.found(self._data)
        return postmaster is not None and postmaster.status == "ready"

    @property
    def pid(self) -> int | None:
        """The server's process id, None when nothing runs."""
        postmaster = Postmaster.found(self._data)
        return postmaster.pid if postmaster else None

    @property
    def port(self) -> int:
        """The TCP port on the loopback address; FileNotFoundError before the first start."""
        return int((self._dir / "port").read_text())

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """`postgresql://user:password@127.0.0.1:port/database`, with the password kept for the role."""
        login = f"{quote(user)}:{quote(self.password(user), safe='')}"
        return f"postgresql://{login}@{LOOPBACK}:{self.port}/{quote(database)}"

    def password(self, role: str) -> str:
        """The role's password, made at first asking and kept."""
        return self._passwords[role]

    def remember(self, role: str, password: str) -> None:
        """Keeps a password chosen elsewhere, so that `url` knows it."""
        self._passwords[role] = password

    @property
    def _data(self) -> Path:
        """PostgreSQL's own folder; elsewhere only if it had to be, and then for good."""
        place = self._dir / "place"
        return Path(place.read_text()) if place.exists() else self._dir / "data"

    def _create(self) -> None:
        """Runs `initdb` beside the final place: an interrupted one leaves nothing that looks finished."""
        programs = binaries.programs_for(self._account)
        version = binaries.major_version(programs)
        if self._data.exists():
            self._check_version(version)
            return
        if self._account is not None and not self._account.reaches(self._data):
            (self._dir / "place").write_text(str(new_data_place(self._dir, durable=self._durable)))
        draft = self._data.with_name(f"{self._data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password_file = self._data.with_name(f"{self._data.name}.password")
        password_file.touch(mode=0o600)
        password_file.write_text(self.password("postgres"))
        if self._account is not None:
            for path in (draft, password_file):
                os.chown(path, *self._account.ids)
        try:
            self._initdb(programs, version, draft, password_file)
            draft.rename(self._data)
        finally:
            password_file.unlink()
            shutil.rmtree(draft, ignore_errors=True)

    def _initdb(self, programs: Path, version: int, data: Path, password_file: Path) -> None:
        command = [str(programs / "initdb"), "--pgdata", str(data), "--encoding", "UTF8"]
        command += ["--username", "postgres", "--auth", "scram-sha-256", "--pwfile", str(password_file)]
        if version >= _LOCALE_OF_ITS_OWN:  # the same order and case rules on every machine
            command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        else:
            command += ["--locale", "C.UTF-8"]
        if not self._durable:
            command += ["--no-sync"]
        result = subprocess.run(
            self._leashed(command), cwd="/", env=environment(), capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise ClusterError(f"PostgreSQL could not create {data}:\n{result.stderr or result.stdout}")

    def _check_version(self, ours: int) -> None:
        made = int((self._data / "PG_VERSION").read_text())
        if made != ours:
            raise ClusterError(
                f"The data in {self._data} was written by PostgreSQL {made}, the programs here are {ours}. "
                "Use pg_upgrade, or dump and load."
            )

    def _attach(self) -> bool:
        """Waits for a server that is starting; sees one out that is stopping. Whether one is ready."""
        deadline = time.monotonic() + _PATIENCE
        while (postmaster := Postmaster.found(self._data)) is not None:
            if postmaster.status == "ready":
                return True
            if time.monotonic() > deadline:
                raise ClusterError(f"A server on {self._data} is still {postmaster.status}, after a minute.")
            time.sleep(_PAUSE)
        return False

    def _bury(self) -> None:
        """Waits for the end of a server of ours that died: a killed one lets go of its memory before it is gone."""
        if self._child is None:
            return
        try:
            self._child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            raise ClusterError(f"Process {self._child.pid} lost its folder {self._data} and still runs.") from None
        self._child = None

    def _launch(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            forget_stranger(self._data)
            self._choose_port()
            child = self._spawn()
            while child.poll() is None:
                postmaster = Postmaster.found(self._data)
                if postmaster is not None and postmaster.pid == child.pid and postmaster.status == "ready":
                    self._child = child
                    return
                if time.monotonic() > deadline:
                    child.kill()
                time.sleep(_PAUSE)
            said = self.log.read_text(errors="replace")[-2000:]
            # After kill -9 of a server its backends need a moment to notice.
            if "still in use" not in said or time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not start (its log is {self.log}):\n{said}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | {"port": str(self.port)} | ({} if self._durable else FORGETFUL)
        command = [str(binaries.programs_for(self._account) / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.log.touch(mode=0o600)  # it quotes statements, and they hold people's data
        with self.log.open("wb") as log:
            return subprocess.Popen(
                self._leashed(command),
                cwd="/",
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _leashed(self, command: list[str]) -> list[str]:
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        return leashed(command, ending=signal.SIGINT, account=self._account.ids if self._account else None)

    def _choose_port(self) -> None:
        kept = self._dir / "port"
        if self._wanted_port is None:
            port = ports.pick(*([self.port] if kept.exists() else []))
        elif ports.is_free(self._wanted_port):
            port = self._wanted_port
        else:
            raise ClusterError(f"Port {self._wanted_port} is taken by another program.")
        kept.write_text(str(port))
