"""The environment of this service; all of it is shared, `INBOX_SECRETS` names who may push events to us."""

from typing import Final

from kit import settings

MIGRATION_HEAD: Final = "20261124_places_ahead"
"""The newest revision this code was written for; a test holds it against the migrations."""

__all__ = ["MIGRATION_HEAD", "Settings"]


class Settings(settings.Settings):
    """Beside what is shared: how many grievances may come from one address in an hour, and looks at answers.

    A whole village may share one address of a mobile network. DCI_SENDER_ID: our name in messages to other registries.
    """

    grievance_filings_per_hour: int = 30
    grievance_looks_per_hour: int = 120
    dci_sender_id: str = "registry.forthepoor"
