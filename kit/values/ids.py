"""Row identities."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a UUIDv7: ordered by time, so that indexes stay local; may equally be made by a phone offline."""
    return uuid_utils.compat.uuid7()
