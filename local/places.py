"""Places outside every home, for what root's account without rights must reach."""

import os
import secrets
import shutil
from pathlib import Path

_FORGETFUL = "forgetful-"
_ORIGIN = ".origin"


def open_place() -> Path:
    """A folder of ours that everybody may walk to. Root only."""
    place = Path("/var/lib/forthepoor")
    if not os.access(place.parent, os.W_OK):
        place = Path("/var/tmp/forthepoor")  # noqa: S108 -- made by root, and only where /var/lib is read-only
    place.mkdir(mode=0o755, exist_ok=True)
    if place.stat().st_uid != 0:
        raise PermissionError(f"{place} belongs to somebody else")
    return place


def new_data_place(origin: Path, *, durable: bool) -> Path:
    """A path in the open place for the data of the cluster in `origin`; what tests left there goes first."""
    place = open_place()
    forget_orphans(place)
    data = place / f"{'data-' if durable else _FORGETFUL}{secrets.token_hex(8)}"
    if not durable:
        data.with_suffix(_ORIGIN).write_text(str(origin))
    return data


def forget_orphans(place: Path) -> None:
    """Removes forgetful data whose origin is gone: nobody cleaned up after a test."""
    for note in place.glob(f"{_FORGETFUL}*{_ORIGIN}"):
        if _is_orphan(note):
            remove_data(note.with_suffix(""))


def _is_orphan(note: Path) -> bool:
    try:
        return not Path(note.read_text()).exists()
    except FileNotFoundError:  # another start or stop was quicker
        return False


def remove_data(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.with_suffix(_ORIGIN).unlink(missing_ok=True)
