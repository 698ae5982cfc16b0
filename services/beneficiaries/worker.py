"""The registry's background process: `python -m services.beneficiaries.worker`.

It sends the registry's events, answers other registries, hands grievances up that nobody answered in time, and takes
files of households in, and makes exports.
"""

import asyncio
from functools import partial

from kit.crypto import Vault
from kit.database import Database
from kit.files import Files
from kit.jobs import Handler, Periodic, every, service_worker
from services.beneficiaries.change_requests import expiry as change_requests_expiry
from services.beneficiaries.dci import background
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.posting import Courier
from services.beneficiaries.exports import making
from services.beneficiaries.exports.making import Maker
from services.beneficiaries.grievances import escalation
from services.beneficiaries.imports import expiry, running
from services.beneficiaries.settings import Settings


def handlers(database: Database, files: Files, vault: Vault, settings: Settings) -> dict[str, Handler]:
    maker = Maker(database, files, vault)
    return {
        running.JOB: running.Runner(database, files, vault, settings),
        making.JOB: maker.make,
        making.EXPIRY: maker.expire,
    }


def periodic(database: Database, files: Files) -> list[Periodic]:
    return [
        every(escalation.EVERY_SECONDS, "beneficiaries.grievances.escalate", partial(escalation.run, database)),
        every(expiry.EVERY_SECONDS, "beneficiaries.imports.expire", partial(expiry.run, database, files)),
        every(
            change_requests_expiry.EVERY_SECONDS,
            "beneficiaries.change_requests.expire",
            partial(change_requests_expiry.run, database),
        ),
    ]


async def main() -> None:
    settings = Settings()
    desk = Desk.of(settings)
    vault = Vault.from_settings(settings)
    files = Files.from_settings(settings, vault)
    database = Database(
        settings.database_url.get_secret_value(), pool=settings.database_pool, application="beneficiaries-worker"
    )
    try:
        async with Courier(desk.guard) as post:
            exchange = (database, desk, post)
            await service_worker.run(
                "beneficiaries",
                settings,
                {**background.handlers(*exchange), **handlers(database, files, vault, settings)},
                [*periodic(database, files), *background.periodic(*exchange)],
            )
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
