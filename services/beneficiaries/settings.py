"""The environment of this service; all of it is shared, `INBOX_SECRETS` names who may push events to us."""

from typing import Final

from kit import settings
from kit.tables import Limits

MIGRATION_HEAD: Final = "20261124_parents"
"""The newest revision this code was written for; a test holds it against the migrations."""

__all__ = ["MIGRATION_HEAD", "Settings"]


class Settings(settings.Settings):
    """Beside what is shared: how many grievances may come from one address in an hour, and looks at answers.

    A whole village may share one address of a mobile network. DCI_SENDER_ID: our name in messages to other registries.
    """

    grievance_filings_per_hour: int = 30
    grievance_looks_per_hour: int = 120
    dci_sender_id: str = "registry.forthepoor"

    # Files of households: bytes and rows of one, rows read and households written in one transaction, how many such
    # transactions at once, and for how many days its report, or an export, can be fetched.
    import_max_bytes: int = 64 << 20
    import_max_rows: int = 500_000
    import_max_unfolded_bytes: int = 1 << 30
    import_batch: int = 2_000
    import_households_at_once: int = 1_000
    import_lanes: int = 2
    import_days: int = 30
    export_days: int = 7
    # A scanned record of a village meeting.
    minutes_max_bytes: int = 15 << 20

    # One file that comes with a change request.
    attachment_max_bytes: int = 8 << 20

    @property
    def table_limits(self) -> Limits:
        return Limits(rows=self.import_max_rows, unfolded=self.import_max_unfolded_bytes)
