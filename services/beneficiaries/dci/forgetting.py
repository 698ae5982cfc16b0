"""What the exchange does not keep for ever."""

from typing import Final

from sqlalchemy import text

from kit.database import Database
from services.beneficiaries.dci.admission import KEPT_FOR
from services.beneficiaries.dci.responding import SCOPE

_MESSAGES: Final = text("delete from dci_messages where received_at < now() - cast(:kept as interval)")
_USAGE: Final = text("delete from dci_usage where day < vietnam_today() - 90")
_NOTICES: Final = text("delete from dci_notices where settled_at < now() - interval '90 days'")


async def forget(database: Database) -> None:
    """Forget message ids that are older than any message that is still taken, counts and settled notices."""
    async with database.transaction(SCOPE) as session:
        await session.execute(_MESSAGES, {"kept": KEPT_FOR})
        await session.execute(_USAGE)
        await session.execute(_NOTICES)
