"""The environment of this service; all of it is shared, `INBOX_SECRETS` names who may push events to us."""

from typing import Final

from kit.settings import Settings

MIGRATION_HEAD: Final = "20261124_difficulty"
"""The newest revision this code was written for; a test holds it against the migrations."""

__all__ = ["MIGRATION_HEAD", "Settings"]
