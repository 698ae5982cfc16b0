"""Households by the hundred, written past the API: what a count needs of them, and no more."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from kit.values.ids import new_id
from tests.conftest import Service

Stay = tuple[str, date, date | None]
Listed = tuple[str, date, date | None, str]


async def write(registry: Service, homes: Iterable[tuple[list[Stay], list[Listed]]]) -> list[UUID]:
    """Write households with the units they lived in and the statuses they had, all known since 2021; return their ids."""
    connection = await asyncpg.connect(registry.databases.cluster.url(registry.database))
    try:
        # Heads, names and search are not counted, so nothing keeps them here.
        await connection.execute("set session_replication_role = replica")
        return await _copy(connection, list(homes))
    finally:
        await connection.close()


async def _copy(connection: Any, homes: list[tuple[list[Stay], list[Listed]]]) -> list[UUID]:
    ids = [new_id() for _ in homes]
    since = "timestamptz '2021-01-01 00:00+00'"
    await connection.executemany(
        "insert into households (id, code, area_id, village, registered_on, names, version)"
        " values ($1, $1::uuid::text, $2, 'Bản Mé', $3, '', 1)",
        [(home, stays[-1][0], stays[0][1]) for home, (stays, _) in zip(ids, homes, strict=True)],
    )
    await connection.executemany(
        "insert into household_places (id, household_id, area_id, village, valid_from, valid_to, recorded_from)"
        f" values ($1, $2, $3, 'Bản Mé', $4, $5, {since})",
        [(new_id(), home, *stay) for home, (stays, _) in zip(ids, homes, strict=True) for stay in stays],
    )
    await connection.executemany(
        "insert into poverty_statuses (id, household_id, status, valid_from, valid_to, standard, decision_number,"
        f" decided_by, recorded_from) values ($1, $2, $3, $4, $5, $6, '1', 'x', {since})",
        [(new_id(), home, *listed) for home, (_, lists) in zip(ids, homes, strict=True) for listed in lists],
    )
    return ids
