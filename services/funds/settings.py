from kit import settings

MIGRATION_HEAD = "20261124_pledges"
"""The revision that this code was written for; a test holds it against the migrations."""


class Settings(settings.Settings):
    """The fund asks the registry who the households are; it cannot start without knowing where that is."""

    registry_url: str
    client_id: str = "service:funds"
