"""Key rotation of the registry: `python -m services.beneficiaries.rotation`, while the service is up.

1. Add the new key to ENCRYPTION_KEYS of every process, the old one staying ENCRYPTION_KEY_ID; restart one by one.
2. Make the new key ENCRYPTION_KEY_ID of every process; restart one by one.
3. Run this in that same environment, until it ends with 0: nothing is left under the old key.
4. Take the old key out of ENCRYPTION_KEYS.

It ends with 1 where something is left: a process seals under the old key still, or a key is missing. It may be stopped
at any moment and run again. INDEX_KEY is not rotated by it: the keyed indexes hold one key, and people's numbers are
unique by them.
"""

import asyncio
import sys

from kit.crypto import Vault
from kit.database import Database
from kit.telemetry import configure_logs, logger
from services.beneficiaries.rotation.resealing import rotate
from services.beneficiaries.settings import Settings


async def main() -> int:
    """Return 0 if nothing is left under another key than the current one, else 1."""
    settings = Settings()
    configure_logs("beneficiaries-rotation", settings.log_level)
    database = Database(settings.database_url.get_secret_value(), pool=1, application="beneficiaries-rotation")
    try:
        progress = await rotate(database, Vault.from_settings(settings), settings.encryption_key_id)
    finally:
        await database.close()
    for one in progress:
        logger().info(
            "rotation.column", column=one.column, resealed=one.resealed, left=one.left, unreadable=one.unreadable
        )
    return 1 if any(one.left for one in progress) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
