import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from local.home import CHECKOUT
from local.leash import leashed
from local.postgres import Cluster, ClusterError

Eventually = Callable[[Callable[[], object]], None]

_OWNER = """
import sys
from pathlib import Path
from local.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.start()
print(cluster.pid, flush=True)
sys.stdin.read()
cluster.stop()
"""


def ask(url: str, statement: str) -> Any:
    async def answer() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(answer())


def test_data_stays_between_two_runs(new_cluster: Cluster) -> None:
    with new_cluster:
        ask(new_cluster.url(), "CREATE TABLE kept AS SELECT 'Mai Sơn' AS place")
    assert not new_cluster.running()
    with new_cluster:
        assert ask(new_cluster.url(), "SELECT place FROM kept") == "Mai Sơn"


def test_the_port_stays_between_two_runs_unless_somebody_took_it(new_cluster: Cluster) -> None:
    with new_cluster:
        first = new_cluster.port
    with new_cluster:
        assert new_cluster.port == first
    with socket.create_server(("127.0.0.1", first)), new_cluster:
        assert new_cluster.port != first
        assert ask(new_cluster.url(), "SELECT 1") == 1


def test_a_port_that_was_asked_for_is_refused_when_somebody_has_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        cluster = Cluster(tmp_path / "cluster", port=other.getsockname()[1], durable=False)
        try:
            with pytest.raises(ClusterError, match="taken by another program"):
                cluster.start()
        finally:
            cluster.remove()


def test_nobody_enters_without_the_password(new_cluster: Cluster) -> None:
    with new_cluster:
        wrong = new_cluster.url().replace(new_cluster.password("postgres"), "guessed")
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(wrong, "SELECT 1")


def test_passwords_are_for_the_eyes_of_their_owner_only(new_cluster: Cluster, tmp_path: Path) -> None:
    with new_cluster:
        assert (tmp_path / "cluster" / "passwords.json").stat().st_mode & 0o777 == 0o600
        assert new_cluster.password("postgres") not in " ".join(psutil.Process(new_cluster.pid).cmdline())


def test_case_and_order_follow_unicode_without_the_machine_s_locale(new_cluster: Cluster) -> None:
    with new_cluster:
        assert ask(new_cluster.url(), "SELECT lower('ĐÓI NGHÈO')") == "đói nghèo"


def test_a_second_start_attaches_and_its_end_leaves_the_first_alone(new_cluster: Cluster, tmp_path: Path) -> None:
    with new_cluster:
        with Cluster(tmp_path / "cluster", durable=False) as second:
            assert second.pid == new_cluster.pid
        assert new_cluster.running()


def test_what_was_committed_survives_the_killing_of_the_server(tmp_path: Path, eventually: Eventually) -> None:
    cluster = Cluster(tmp_path / "cluster")
    try:
        cluster.start()
        ask(cluster.url(), "CREATE TABLE kept AS SELECT 1 AS one")
        assert cluster.pid is not None
        os.kill(cluster.pid, signal.SIGKILL)
        eventually(lambda: cluster.pid is None)
        cluster.start()
        assert ask(cluster.url(), "SELECT one FROM kept") == 1
    finally:
        cluster.remove()


def test_a_pid_file_whose_number_another_program_got_is_no_obstacle(new_cluster: Cluster) -> None:
    with new_cluster:
        pid_file = new_cluster._data / "postmaster.pid"
        left = pid_file.read_text().splitlines()
    identity = new_cluster._account.ids if new_cluster._account else None
    with subprocess.Popen(leashed(["sleep", "600"], account=identity)) as stranger:
        try:
            pid_file.write_text("\n".join([str(stranger.pid), *left[1:], ""]))
            if identity:
                os.chown(pid_file, *identity)
            assert not new_cluster.running()
            with new_cluster:
                assert ask(new_cluster.url(), "SELECT 1") == 1
        finally:
            stranger.kill()


def test_the_server_ends_when_the_process_that_started_it_is_killed(
    new_cluster: Cluster, tmp_path: Path, eventually: Eventually
) -> None:
    command = [sys.executable, "-c", _OWNER, str(tmp_path / "cluster")]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        server = int(owner.stdout.readline())
        owner.kill()
    eventually(lambda: not psutil.pid_exists(server))
    with new_cluster:
        assert ask(new_cluster.url(), "SELECT 1") == 1


def test_a_user_without_rights_and_with_an_empty_home_can_run_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-c", _OWNER, str(home / "cluster")]
    if os.geteuid() == 0:
        os.chown(home, 65534, 65534)
        # This Python and the checkout may lie below root's closed home: reading stays allowed, no more.
        rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *rights, *command]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        input=b"",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert int(done.stdout) > 0
    assert (home / "cluster" / "data").stat().st_uid == home.stat().st_uid
    assert not (home / "cluster" / "data" / "postmaster.pid").exists()


def test_no_shared_memory_of_the_machine_is_used(new_cluster: Cluster) -> None:
    shared = Path("/dev/shm")  # noqa: S108 -- looked at, not written to
    before = set(shared.glob("PostgreSQL.*"))
    with new_cluster:
        assert ask(new_cluster.url(), "SHOW dynamic_shared_memory_type") == "mmap"
        assert set(shared.glob("PostgreSQL.*")) <= before
