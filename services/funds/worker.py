"""The fund's background process: `python -m services.funds.worker`.

It delivers the fund's events, and folds the newest postings into the books' roll-up, so that a balance costs the same
however long the journal grows.
"""

import asyncio
from functools import partial
from typing import Final

from kit import ledger
from kit.database import Database, RowScope
from kit.jobs import Job, Periodic, every, service_worker
from services.funds.settings import Settings

_ROLL_UP_SECONDS: Final = 5
_WORKER: Final = RowScope.everything("worker:funds")


async def roll_up(database: Database, _: Job) -> None:
    async with database.transaction(_WORKER) as session:
        await ledger.roll_up(session)


def periodic(database: Database) -> list[Periodic]:
    return [every(_ROLL_UP_SECONDS, "funds.roll_up", partial(roll_up, database))]


async def main() -> None:
    settings = Settings()
    database = Database(settings.database_url.get_secret_value(), pool=2, application="funds-worker")
    try:
        await service_worker.run("funds", settings, periodic=periodic(database))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
