"""A database of its own for each test, with the outbox and jobs parts installed as in a service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from local.postgres import Cluster
from migrations.parts import jobs_v1, outbox_v1
from tests.conftest import Databases
from tests.patience import PATIENCE

ROLE = "parts"
OWNER = "parts_owner"


def installed(connection: Connection) -> None:
    op = Operations(MigrationContext.configure(connection))
    outbox_v1.upgrade(op, ROLE)
    jobs_v1.upgrade(op, ROLE)


def removed(connection: Connection) -> None:
    op = Operations(MigrationContext.configure(connection))
    jobs_v1.downgrade(op)
    outbox_v1.downgrade(op)


def engine_of(url: str) -> AsyncEngine:
    return create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))


class NotSoFastError(Exception):
    pass


async def until(condition: Callable[[], Awaitable[object]], *, seconds: float = PATIENCE) -> None:
    """Wait for `condition` to hold; TimeoutError at the deadline."""
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Place:
    """One database, as the runtime role, as the owner of the tables and as superuser."""

    url: str
    owner_url: str
    admin_url: str
    engine: AsyncEngine

    async def undone(self, work: Callable[[AsyncSession], Awaitable[object]]) -> None:
        """Do `work` in a transaction that then fails."""
        with suppress(NotSoFastError):
            async with self.transaction() as session:
                await work(session)
                raise NotSoFastError

    @asynccontextmanager
    async def transaction(self, reach: str = "all", bank: str = "", area: str = "") -> AsyncIterator[AsyncSession]:
        scope = text(
            "select set_config('app.reach', :reach, true), set_config('app.bank', :bank, true),"
            " set_config('app.area', :area, true)"
        )
        async with AsyncSession(self.engine) as session, session.begin():
            await session.execute(scope, {"reach": reach, "bank": bank, "area": area})
            yield session

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement as superuser: what a test sees or arranges, past every policy."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


async def _administer(cluster: Cluster, *statements: str, database: str = "postgres") -> None:
    connection = await asyncpg.connect(cluster.url(database))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _make_template(cluster: Cluster) -> None:
    for role in (ROLE, OWNER):
        await _administer(cluster, f"create role {role} login password '{cluster.password(role)}'")
    await _administer(cluster, f"create database parts_template owner {OWNER}")
    await _administer(cluster, f"alter schema public owner to {OWNER}", database="parts_template")
    engine = engine_of(cluster.url("parts_template", OWNER))
    async with engine.begin() as connection:
        await connection.run_sync(installed)
    await engine.dispose()


@pytest.fixture(scope="session")
def messaging_template(databases: Databases) -> str:
    # Each folder's conftest imports this fixture, which makes it one of its own there.
    if ROLE not in databases.built:
        asyncio.run(_make_template(databases.cluster))
        databases.built.add(ROLE)
    return "parts_template"


@pytest.fixture
async def place(cluster: Cluster, messaging_template: str) -> AsyncIterator[Place]:
    name = f"t_{uuid4().hex}"
    await _administer(cluster, f"create database {name} template {messaging_template} owner {OWNER}")
    url = cluster.url(name, ROLE)
    engine = engine_of(url)
    try:
        yield Place(url, cluster.url(name, OWNER), cluster.url(name), engine)
    finally:
        await engine.dispose()
        await _administer(cluster, f"drop database {name} with (force)")
