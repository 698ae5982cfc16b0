"""Requests of the households that the caller may see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.review_requests.schemas import Request, RequestQuery

_REQUESTS = table("review_requests", column("id", Uuid), column("household_id", Uuid), column("state", Text))
_BY_ID = Keyset((_REQUESTS.c.id,), (UUID,))
_SHOWN = text(
    "select id, household_id, received_on, wish, state, campaign_id as review_id from review_requests"
    " where id = any(:ids) order by id"
)


async def shown(session: AsyncSession, ids: list[UUID]) -> list[Request]:
    rows = await session.execute(_SHOWN, {"ids": ids})
    return [Request(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


async def page(session: AsyncSession, query: RequestQuery) -> tuple[list[Request], str | None]:
    """Return requests in the order in which they were recorded, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = select(_REQUESTS.c.id)
    for place, value in ((_REQUESTS.c.state, query.state), (_REQUESTS.c.household_id, query.household_id)):
        if value is not None:
            wanted = wanted.where(place == value)
    rows, following = await _BY_ID.rows(session, wanted, query, lambda row: [row.id])
    return await shown(session, [row.id for row in rows]), following
