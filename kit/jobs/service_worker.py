"""The background process of a service: its jobs, and its events on their way out."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog

from kit.crypto import Vault
from kit.jobs.connections import DATABASE_AWAY, worker_pool
from kit.jobs.job import Handler, Job, Periodic, every, told
from kit.jobs.running import wait_for
from kit.jobs.worker import Worker
from kit.settings import Settings
from kit.telemetry import configure_logs
from kit.webhooks import Guard, endpoints
from kit.webhooks.sender import Sender

_log = structlog.get_logger("worker")
_AGAIN: Final = timedelta(seconds=1)
_TIDY_EVERY: Final = 3600


async def run(
    service: str,
    settings: Settings,
    handlers: Mapping[str, Handler] | None = None,
    periodic: Sequence[Periodic] = (),
) -> None:
    """Work until SIGTERM or SIGINT; a second signal is not needed, the end takes half a minute at most.

    Several may run at once. What a handler needs, its `Database` above all, it is bound to by its service:

        database = Database(settings.database_url.get_secret_value())
        asyncio.run(service_worker.run("loans", settings, {"loans.close_day": partial(close_day, database)}))
    """
    configure_logs(service, settings.log_level)
    stop = asyncio.Event()
    with _stopping_on_signals(stop):
        await work(service, settings, stop, handlers, periodic)


async def work(
    service: str,
    settings: Settings,
    stop: asyncio.Event,
    handlers: Mapping[str, Handler] | None = None,
    periodic: Sequence[Periodic] = (),
) -> None:
    """The same, until `stop`: for one process that does more than this."""
    url = settings.database_url.get_secret_value()
    vault = Vault.from_settings(settings)
    guard = Guard(allow_loopback=settings.environment != "production")
    pool = await _prepared(service, url, settings, vault, stop)
    if pool is None:
        return
    _log.info("worker.started", service=service)
    tidy = every(_TIDY_EVERY, "webhooks.tidy", _tidying(pool, vault))
    forget = every(_TIDY_EVERY, "requests.forget", forgetting(pool))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(Sender(pool, vault, guard).run(stop))
            group.create_task(Worker(url, handlers or {}, periodic=[*periodic, tidy, forget]).run(stop))
    finally:
        await pool.close()
        _log.info("worker.stopped", service=service)


async def _prepared(service: str, url: str, settings: Settings, vault: Vault, stop: asyncio.Event) -> Any:
    """Return a pool once the database is there with its tables, our own services made endpoints; None on `stop`."""
    pool = None
    while not stop.is_set():
        try:
            if pool is None:
                pool = await worker_pool(url, size=6, application=f"{service}-worker")
            await endpoints.upsert_own(pool, vault, settings.event_targets)
        except DATABASE_AWAY as error:
            _log.warning("worker.waits_for_database", error=told(error))
            await wait_for(stop, _AGAIN)
        else:
            return pool
    if pool is not None:
        await pool.close()
    return None


def _tidying(pool: Any, vault: Vault) -> Handler:
    async def tidy(_: Job) -> None:
        await endpoints.reseal(pool, vault)
        await pool.execute(
            "delete from webhook_deliveries where state = 'delivered' and delivered_at < now() - interval '90 days'"
        )

    return tidy


def forgetting(pool: Any) -> Handler:
    """Forget answers to keys older than seven days, and proofs that could not be used again anyway."""

    async def forget(_: Job) -> None:
        await pool.execute("delete from idempotency_keys where recorded_at < now() - interval '7 days'")
        await pool.execute("delete from dpop_proofs where expires_at < now()")

    return forget


@contextlib.contextmanager
def _stopping_on_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for each in signals:
        loop.add_signal_handler(each, stop.set)
    try:
        yield
    finally:
        for each in signals:
            loop.remove_signal_handler(each)
