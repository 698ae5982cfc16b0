"""Run a service's revisions: `python -m migrations.runner funds` with MIGRATION_URL of the owner role, or from code."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

SERVICES = ("beneficiaries", "funds", "loans")
_HERE = Path(__file__).parent


def config(service: str) -> Config:
    """Return Alembic's configuration for one service's folder. Errors: ValueError for an unknown service."""
    if service not in SERVICES:
        raise ValueError(f"no migrations for {service!r}; there are {', '.join(SERVICES)}")
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.set_main_option("version_locations", str(_HERE / service))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return made


def head(service: str) -> str:
    """Return the revision that the code of today was written for."""
    found = ScriptDirectory.from_config(config(service)).get_current_head()
    if found is None:
        raise LookupError(f"{service} has no migrations")
    return found


def revisions(service: str) -> list[str]:
    """Return all revisions, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(config(service)).walk_revisions()][::-1]


async def run(service: str, url: str, target: str = "head", *, down: bool = False) -> None:
    """Bring the database at `url` (owner role) to `target`; only one process at a time does so."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        poolclass=pool.NullPool,
        connect_args={"server_settings": {"lock_timeout": "5s", "statement_timeout": "10min"}},
    )
    try:
        async with engine.connect() as connection:
            # Held by the session, so that two starters queue instead of both creating tables.
            await connection.execute(text("set lock_timeout = '2min'"))
            await connection.execute(text("select pg_advisory_lock(hashtext('migrations'))"))
            await connection.execute(text("set lock_timeout = '5s'"))
            await connection.commit()
            await connection.run_sync(_run, service, target, down)
            await connection.commit()
    finally:
        await engine.dispose()


def _run(connection: Connection, service: str, target: str, down: bool) -> None:  # noqa: FBT001
    made = config(service)
    made.attributes["connection"] = connection
    step: Any = command.downgrade if down else command.upgrade
    step(made, target)


def upgrade(service: str, url: str, target: str = "head") -> None:
    asyncio.run(run(service, url, target))


def downgrade(service: str, url: str, target: str) -> None:
    asyncio.run(run(service, url, target, down=True))


def main() -> None:
    for service in sys.argv[1:] or SERVICES:
        upgrade(service, os.environ["MIGRATION_URL"].format(service=service))
        sys.stdout.write(f"{service}: at {head(service)}\n")


if __name__ == "__main__":
    main()
