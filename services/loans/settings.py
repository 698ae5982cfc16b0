from typing import Final

from kit.settings import Settings as PlatformSettings

MIGRATION_HEAD: Final = "20261124_programmes"
"""The revision this code was written for; a test holds it against the revisions themselves."""


class Settings(PlatformSettings):
    """Environment of the loans service: REGISTRY_URL, CLIENT_ID and CLIENT_SECRET let it ask the registry."""

    registry_url: str | None = "http://127.0.0.1:8001"
    client_id: str | None = "service:loans"
    registry_patience_seconds: float = 4.0
