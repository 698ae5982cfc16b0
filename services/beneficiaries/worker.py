"""The registry's background process: `python -m services.beneficiaries.worker`.

It sends the registry's events, and hands grievances up that nobody answered in time.
"""

import asyncio
from functools import partial

from kit.database import Database
from kit.jobs import Periodic, every, service_worker
from services.beneficiaries.grievances import escalation
from services.beneficiaries.settings import Settings


def periodic(database: Database) -> list[Periodic]:
    return [every(escalation.EVERY_SECONDS, "beneficiaries.grievances.escalate", partial(escalation.run, database))]


async def main() -> None:
    settings = Settings()
    database = Database(settings.database_url.get_secret_value(), pool=2, application="beneficiaries-worker")
    try:
        await service_worker.run("beneficiaries", settings, periodic=periodic(database))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
