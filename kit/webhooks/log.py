"""What became of each event, and sending again what was missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http.pages import Keyset, ListQuery
from kit.outbox.patterns import matches
from kit.webhooks.problems import EndpointNotFound

DeliveryState = Literal["pending", "failed", "delivered", "dead"]

_log: Final = Table(
    "webhook_deliveries",
    MetaData(),
    Column("endpoint_id", Uuid),
    Column("event_id", Uuid),
    Column("state", Text),
    Column("attempt", Integer),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("last_attempt_at", DateTime(timezone=True)),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("delivered_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True)),
)
# Event ids are UUIDv7: their order is that of time.
_newest_first: Final = Keyset(columns=[_log.c.event_id], kinds=[UUID], descending=True)

_EXISTS: Final = text("select internal from webhook_endpoints where id = :endpoint_id")
_REPLAY: Final = text(
    f"""
    insert into webhook_deliveries (endpoint_id, event_id)
    select endpoint.id, event.id
    from webhook_endpoints as endpoint
    join outbox_events as event on endpoint.internal or endpoint.bank = event.bank
    where endpoint.id = :endpoint_id
      and case when cast(:since as timestamptz) is null then event.id = any(cast(:event_ids as uuid[]))
          else event.occurred_at >= :since and {matches("event.type", "endpoint.types")} end
    on conflict (endpoint_id, event_id) do update
    set state = 'pending', attempt = 0, next_attempt_at = now(), last_error = null, last_status = null,
        delivered_at = null
    """  # noqa: S608 - no input in it
)


class DeliveryQuery(ListQuery):
    """The log of one endpoint, newest event first."""

    state: DeliveryState | None = None


class Delivery(BaseModel):
    """One event on its way to one endpoint. `failed` is tried again at `next_attempt_at`, `dead` is not."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    event_id: UUID
    state: DeliveryState
    attempt: int
    next_attempt_at: datetime
    last_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime


async def deliveries(
    session: AsyncSession, endpoint_id: UUID, query: DeliveryQuery
) -> tuple[list[Delivery], str | None]:
    """Return a page of the log and its next cursor. Errors: EndpointNotFound, BadCursor."""
    await _see(session, endpoint_id)
    statement = select(*(column for column in _log.c if column is not _log.c.endpoint_id)).where(
        _log.c.endpoint_id == endpoint_id
    )
    if query.state is not None:
        statement = statement.where(_log.c.state == query.state)
    rows, cursor = await _newest_first.rows(session, statement, query, lambda row: (str(row.event_id),))
    return [Delivery.model_validate(row) for row in rows], cursor


async def replay(
    session: AsyncSession,
    endpoint_id: UUID,
    *,
    since: datetime | None = None,
    event_ids: Sequence[UUID] | None = None,
) -> int:
    """Send again: all its events since then, or those named; return how many.

    All attempts are there anew, also for what was delivered before. An event of another bank is passed over
    in silence. Errors: EndpointNotFound; ValueError unless exactly one of `since` and `event_ids` is given.
    """
    if (since is None) == (event_ids is None):
        raise ValueError("replay takes either since or event_ids")
    await _see(session, endpoint_id)
    asked: dict[str, Any] = {"endpoint_id": endpoint_id, "since": since, "event_ids": list(event_ids or ())}
    result = await session.execute(_REPLAY, asked)
    return int(getattr(result, "rowcount", 0))


async def _see(session: AsyncSession, endpoint_id: UUID) -> None:
    if (await session.execute(_EXISTS, {"endpoint_id": endpoint_id})).one_or_none() is None:
        raise EndpointNotFound
