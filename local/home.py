import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from local.locks import is_held
from local.passwords import Passwords
from local.processes import Snapshot

CHECKOUT = Path(__file__).resolve().parent.parent
"""Where the packages of the platform lie, and so where its programs are started."""


class State(BaseModel):
    """What `up` tells the other commands, kept while it runs."""

    manager: int
    phase: Literal["starting", "up", "stopping"]
    gateway: str
    issuer: str
    postgres: int | None = None
    programs: list[Snapshot] = []


class Home:
    """The folder of one installation: secrets, data, logs, and the state while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.logs = self.folder / "logs"
        self.postgres = self.folder / "postgres"
        self.issuer = self.folder / "issuer"
        self.lock = self.folder / "lock"
        self._state = self.folder / "state.json"

    @classmethod
    def of_this_checkout(cls) -> "Home":
        """FORTHEPOOR_HOME, or `.local` in the checkout, or the user's data folder if installed."""
        if chosen := os.environ.get("FORTHEPOOR_HOME"):
            return cls(Path(chosen))
        if (CHECKOUT / "pyproject.toml").exists():
            return cls(CHECKOUT / ".local")
        return cls(Path.home() / ".local" / "share" / "forthepoor")

    def create(self) -> None:
        for folder in (self.folder, self.logs, self.issuer):
            folder.mkdir(parents=True, exist_ok=True)
        # Others may walk through, to the database's own folder, when root has given that to another account.
        self.folder.chmod(0o711)
        self.logs.chmod(0o700)
        self.issuer.chmod(0o700)

    @property
    def secrets(self) -> Passwords:
        return Passwords(self.folder / "secrets.json")

    @property
    def in_use(self) -> bool:
        """Whether an `up` runs on this folder."""
        return is_held(self.lock)

    def state(self) -> State | None:
        """As last written: by the `up` that runs, or by one that was killed."""
        try:
            return State.model_validate_json(self._state.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, state: State) -> None:
        draft = self._state.with_suffix(".draft")
        draft.write_text(state.model_dump_json(indent=1))
        draft.replace(self._state)

    def forget(self) -> None:
        self._state.unlink(missing_ok=True)


Say = Callable[[str], None]
"""Takes a sentence for people."""
