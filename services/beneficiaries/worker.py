"""The registry's background process: `python -m services.beneficiaries.worker`.

It sends the registry's events, answers other registries, and hands grievances up that nobody answered in time.
"""

import asyncio
from functools import partial

from kit.database import Database
from kit.jobs import Periodic, every, service_worker
from services.beneficiaries.dci import background
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.posting import Courier
from services.beneficiaries.grievances import escalation
from services.beneficiaries.settings import Settings


def periodic(database: Database) -> list[Periodic]:
    return [every(escalation.EVERY_SECONDS, "beneficiaries.grievances.escalate", partial(escalation.run, database))]


async def main() -> None:
    settings = Settings()
    desk = Desk.of(settings)
    database = Database(
        settings.database_url.get_secret_value(), pool=settings.database_pool, application="beneficiaries-worker"
    )
    try:
        async with Courier(desk.guard) as post:
            exchange = (database, desk, post)
            await service_worker.run(
                "beneficiaries",
                settings,
                background.handlers(*exchange),
                [*periodic(database), *background.periodic(*exchange)],
            )
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
