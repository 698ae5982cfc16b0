"""The platform's databases and roles in a cluster; every function may be repeated.

Per service: database `ftp_<service>`, its owner `<service>_owner` (runs the migrations) and the runtime role
`<service>`, which owns nothing and cannot step around row-level security. Nobody else may connect.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from local.servers import Server

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
_ROLE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION INHERIT"


def bootstrap(cluster: Server, services: Iterable[str], passwords: Mapping[str, str] | None = None) -> None:
    """Makes databases, roles and extensions of the services.

    `passwords` by role name, for those roles whose password is chosen elsewhere; the cluster keeps them and
    makes the others, so `cluster.url("ftp_funds", "funds")` works afterwards.
    """
    asyncio.run(bootstrap_async(cluster, services, passwords))


async def bootstrap_async(cluster: Server, services: Iterable[str], passwords: Mapping[str, str] | None = None) -> None:
    for role, password in (passwords or {}).items():
        cluster.remember(role, password)
    async with _connected(cluster, "postgres") as administrator:
        for service in services:
            for role in (f"{service}_owner", service):
                await _ensure_role(administrator, role, cluster.password(role))
            database = f"ftp_{service}"
            if not await administrator.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
                await _run(administrator, "CREATE DATABASE %I OWNER %I", database, f"{service}_owner")
            await _close_to_others(administrator, database, (f"{service}_owner", service))
            await _furnish(cluster, service)


def create_from_template(cluster: Server, template: str, name: str) -> None:
    """Copies a database nobody is connected to, with its owner and its right to connect."""
    asyncio.run(create_from_template_async(cluster, template, name))


async def create_from_template_async(cluster: Server, template: str, name: str) -> None:
    async with _connected(cluster, "postgres") as administrator:
        owner = await administrator.fetchval(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", template
        )
        guests = await administrator.fetch(
            "SELECT DISTINCT pg_get_userbyid(a.grantee) AS role FROM pg_database, aclexplode(datacl) AS a"
            " WHERE datname = $1 AND a.grantee <> 0 AND a.privilege_type = 'CONNECT'",
            template,
        )
        # Copied through the log: for databases of some megabytes quicker than two checkpoints.
        copy = "CREATE DATABASE %I TEMPLATE %I OWNER %I STRATEGY WAL_LOG"
        await _run(administrator, copy, name, template, owner)
        await _close_to_others(administrator, name, [guest["role"] for guest in guests])


def drop(cluster: Server, name: str) -> None:
    """Drops the database if it exists, ending the connections to it."""
    asyncio.run(drop_async(cluster, name))


async def drop_async(cluster: Server, name: str) -> None:
    async with _connected(cluster, "postgres") as administrator:
        await _run(administrator, "DROP DATABASE IF EXISTS %I WITH (FORCE)", name)


@asynccontextmanager
async def _connected(cluster: Server, database: str) -> AsyncIterator[Any]:
    """A superuser's connection in autocommit; asyncpg has no type information, hence Any."""
    connection = await asyncpg.connect(cluster.url(database))
    try:
        yield connection
    finally:
        await connection.close()


async def _run(connection: Any, statement: str, *names: str) -> None:
    """Runs a definition, which takes no bind parameters: PostgreSQL quotes names (%I) and values (%L)."""
    quoted = await connection.fetchval("SELECT format($1::text, VARIADIC $2::text[])", statement, names)
    await connection.execute(quoted)


async def _ensure_role(administrator: Any, role: str, password: str) -> None:
    exists = await administrator.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    await _run(administrator, f"{verb} ROLE %I {_ROLE} PASSWORD %L", role, password)


async def _close_to_others(administrator: Any, database: str, guests: Iterable[str]) -> None:
    await _run(administrator, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)
    for guest in guests:
        await _run(administrator, "GRANT CONNECT ON DATABASE %I TO %I", database, guest)


async def _furnish(cluster: Server, service: str) -> None:
    async with _connected(cluster, f"ftp_{service}") as connection:
        for extension in EXTENSIONS:
            await _run(connection, "CREATE EXTENSION IF NOT EXISTS %I SCHEMA public", extension)
        await _run(connection, "ALTER SCHEMA public OWNER TO %I", f"{service}_owner")
        await _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        await _run(connection, "GRANT USAGE ON SCHEMA public TO %I", service)
