"""The whole platform, started as a newcomer starts it, on a home and a port of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx2
import psutil
import pytest

from local import ports
from local.home import CHECKOUT, Home, State
from local.postgres import Cluster

Eventually = Callable[[Callable[[], object]], None]
PROGRAMS = {
    "issuer",
    *(name + kind for name in ("beneficiaries", "funds", "loans") for kind in ("", "-worker")),
    "gateway",
}


class Command:
    """The command `forthepoor` on one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", *words],
            cwd=CHECKOUT,
            env=os.environ | {"FORTHEPOOR_HOME": str(self.home.folder), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *words: str) -> str:
        """What it said; it must succeed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def state(self) -> State:
        state = self.home.state()
        assert state is not None
        return state

    def pid(self, name: str) -> int | None:
        return next(program.pid for program in self.state.programs if program.name == name)

    def everything_takes_requests(self) -> bool:
        return self.run("status").returncode == 0


@pytest.fixture(scope="module")
def forthepoor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command, with everything up."""
    command = Command(Home(tmp_path_factory.mktemp("platform") / "home"))
    command("up", "--detach", "--port", str(ports.pick()))
    yield command
    if command.home.in_use:
        command("down")
    Cluster(command.home.postgres).remove()


def test_status_names_every_program_and_its_address(forthepoor: Command) -> None:
    said = forthepoor("status")
    assert {program.name for program in forthepoor.state.programs} == PROGRAMS
    assert all(program.name in said for program in forthepoor.state.programs)
    assert forthepoor.state.gateway in said
    assert "postgres" in said


def test_a_token_from_the_command_opens_the_registry_through_the_gateway(forthepoor: Command) -> None:
    token = forthepoor("token", "--as", "district-admin").strip()
    url = f"{forthepoor.state.gateway}/v1/beneficiaries/areas"
    with httpx2.Client(trust_env=False) as client:
        assert client.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert client.get(url, headers={"Authorization": f"Bearer {token}x"}).status_code == 401


def test_a_second_up_leaves_the_first_alone(forthepoor: Command) -> None:
    before = forthepoor.state
    assert forthepoor("up") == f"already running at {before.gateway}\n"
    assert forthepoor.state == before


def test_migrating_again_while_it_runs_changes_nothing(forthepoor: Command) -> None:
    server = forthepoor.state.postgres
    assert "ftp_funds is at" in forthepoor("migrate")
    assert Cluster(forthepoor.home.postgres).pid == server


@pytest.mark.parametrize("name", ["funds", "funds-worker", "gateway", "issuer"])
def test_what_is_killed_comes_back(forthepoor: Command, eventually: Eventually, name: str) -> None:
    before = forthepoor.pid(name)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    eventually(lambda: forthepoor.pid(name) not in {None, before})
    eventually(forthepoor.everything_takes_requests)


def test_a_killed_database_server_comes_back_and_the_services_with_it(
    forthepoor: Command, eventually: Eventually
) -> None:
    cluster = Cluster(forthepoor.home.postgres)
    before = cluster.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    eventually(lambda: cluster.pid not in {None, before})
    eventually(forthepoor.everything_takes_requests)


def test_down_leaves_no_process_and_keeps_the_data(forthepoor: Command, eventually: Eventually) -> None:
    state = forthepoor.state
    pids = [state.manager, *(program.pid for program in state.programs), Cluster(forthepoor.home.postgres).pid]
    forthepoor("down")
    # A process that has ended is there until its parent has read how.
    eventually(lambda: not any(pid and psutil.pid_exists(pid) for pid in pids))
    assert not forthepoor.home.in_use
    forthepoor("migrate")
    assert not Cluster(forthepoor.home.postgres).running()


def test_nothing_survives_the_killing_of_the_manager_and_the_next_up_is_none_the_worse(
    forthepoor: Command, eventually: Eventually
) -> None:
    if not forthepoor.home.in_use:
        forthepoor("up", "--detach", "--port", str(ports.pick()))
    state = forthepoor.state
    pids = [*(program.pid for program in state.programs), Cluster(forthepoor.home.postgres).pid]
    os.kill(state.manager, signal.SIGKILL)
    eventually(lambda: not any(pid and psutil.pid_exists(pid) for pid in pids))
    forthepoor("up", "--detach", "--port", str(ports.pick()))
    assert forthepoor.everything_takes_requests()
