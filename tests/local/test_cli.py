import os
import subprocess
import sys
from pathlib import Path

from local.home import CHECKOUT, Home, State
from local.locks import locked


def forthepoor(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *words],
        cwd=CHECKOUT,
        env=os.environ | {"FORTHEPOOR_HOME": str(home.folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def home_in(folder: Path) -> Home:
    home = Home(folder / "home")
    home.create()
    return home


def test_a_second_up_says_where_the_first_one_is_and_leaves_it_alone(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    state = State(manager=os.getpid(), phase="up", gateway="http://127.0.0.1:8000", issuer="http://127.0.0.1:1")
    with locked(home.lock):
        home.write(state)
        for words in (["up"], ["up", "--detach"]):
            second = forthepoor(home, *words)
            assert (second.returncode, second.stdout) == (0, "already running at http://127.0.0.1:8000\n")
        assert home.state() == state


def test_commands_say_when_nothing_runs(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    assert forthepoor(home, "status").returncode == 1
    token = forthepoor(home, "token", "--as", "treasurer")
    assert (token.returncode, token.stdout) == (1, "")
    assert "forthepoor up" in token.stderr
    down = forthepoor(home, "down")
    assert (down.returncode, down.stdout) == (0, "nothing runs\n")


def test_the_state_of_an_up_that_was_killed_counts_as_nothing_running(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    home.write(State(manager=1, phase="up", gateway="http://127.0.0.1:8000", issuer="http://127.0.0.1:1"))
    assert forthepoor(home, "down").stdout == "nothing runs\n"


def test_the_commands_are_listed(tmp_path: Path) -> None:
    said = forthepoor(home_in(tmp_path), "--help").stdout
    assert all(command in said for command in ("up", "demo", "migrate", "status", "token", "down"))
