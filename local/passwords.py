import json
import secrets
from pathlib import Path

from local.locks import locked


class Passwords:
    """Secrets by name in one file of mode 600, each made at first asking and kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = path.with_suffix(".lock")

    def __getitem__(self, name: str) -> str:
        with locked(self._lock):
            kept = self._read()
            if name not in kept:
                kept[name] = secrets.token_urlsafe(32)
                self._write(kept)
            return kept[name]

    def __setitem__(self, name: str, secret: str) -> None:
        with locked(self._lock):
            self._write(self._read() | {name: secret})

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _write(self, secrets_by_name: dict[str, str]) -> None:
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(secrets_by_name))
        draft.replace(self._path)
