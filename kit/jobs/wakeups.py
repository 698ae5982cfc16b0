"""PgQueuer, used for one thing: that an idle worker hears of new work at once, and one worker only.

A wake-up carries the id of a row in `jobs`. Losing one costs a moment, since workers also look for themselves.
Every name is pinned, because the library would otherwise read them from environment variables.
"""

from typing import Any, Final

from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver

ENTRYPOINT: Final = "job"
NAMES: Final = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("job_wakeups"),
    function="job_wakeups_changed",
    trigger="job_wakeups_changed",
    queue_table="job_wakeups",
    queue_table_log="job_wakeups_log",
    schedules_table="job_wakeups_schedules",
    statistics_table="job_wakeups_statistics",
    queue_status_type="job_wakeups_status",
    durability=Durability.volatile,
)


def queries(driver: Driver) -> Queries:
    return Queries(driver, QueryBuilderEnvironment(NAMES), QueryQueueBuilder(NAMES), QuerySchedulerBuilder(NAMES))


def manager(pool: Any) -> QueueManager:
    """Return PgQueuer's own loop over `pool`, which must be its alone: it keeps a connection to listen on."""
    return QueueManager(queries(AsyncpgPoolDriver(pool)), channel=NAMES.channel)
