"""Background work of the loans service: `python -m services.loans.worker`."""

import asyncio
from uuid import UUID

from kit import ledger
from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.jobs import Handler, Job, Periodic, every, service_worker
from services.loans.applications.actions import VERIFY_JOB
from services.loans.applications.waiting import Waiting
from services.loans.clients.registry import Registry
from services.loans.settings import Settings

_SWEEP_EVERY = 30
_ROLL_UP_EVERY = 5


def handlers(waiting: Waiting) -> dict[str, Handler]:
    """Return what is done for each job that a request leaves behind."""

    async def verify(job: Job) -> None:
        await waiting.verify(UUID(job.payload["application_id"]))

    return {VERIFY_JOB: verify}


def periodic(waiting: Waiting, database: Database) -> list[Periodic]:
    async def sweep(_: Job) -> None:
        await waiting.sweep()

    async def roll_up(_: Job) -> None:
        async with database.transaction(RowScope.everything("ledger")) as session:
            await ledger.roll_up(session)

    return [
        every(_SWEEP_EVERY, "loans.application.sweep", sweep),
        every(_ROLL_UP_EVERY, "loans.ledger.roll_up", roll_up),
    ]


async def run(settings: Settings) -> None:
    database = Database(
        settings.database_url.get_secret_value(), pool=settings.database_pool, application="loans-worker"
    )
    registry = Registry.of(settings, None)
    waiting = Waiting(database, registry, Vault.from_settings(settings))
    try:
        await service_worker.run("loans", settings, handlers(waiting), periodic(waiting, database))
    finally:
        await registry.close()
        await database.close()


if __name__ == "__main__":
    asyncio.run(run(Settings()))
