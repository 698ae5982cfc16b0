"""The same events to be pulled: nothing is skipped, whatever order transactions commit in.

Rows are ordered by the transaction that wrote them, and reading stops before the oldest transaction still
running. A row that commits late therefore lies ahead of every cursor handed out, never behind one.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox.events import Event
from kit.outbox.patterns import matches
from kit.problems import BadCursor

_START: Final = UUID(int=0)

# The horizon and the rows come from one statement, hence from one snapshot.
_READ = text(
    f"""
    select horizon.tx::text as horizon, e.*
    from (select pg_snapshot_xmin(pg_current_snapshot()) as tx) as horizon
    left join lateral (
        select tx::text as written_by, id, type, source, subject, data, occurred_at, bank, area
        from outbox_events
        where (tx, id) > (cast(cast(:tx as text) as xid8), cast(:id as uuid)) and tx < horizon.tx
          and {matches("type", "cast(:types as text[])")}
        order by outbox_events.tx, outbox_events.id
        limit :limit
    ) as e on true
    order by cast(e.written_by as xid8), e.id
    """  # noqa: S608 - no input in it
)


@dataclass(frozen=True)
class Feed:
    """One page. `cursor` is always there: on an empty page it is where to ask again later."""

    events: list[Event]
    cursor: str
    has_more: bool


async def feed(session: AsyncSession, cursor: str | None, limit: int, types: Sequence[str] | None = None) -> Feed:
    """Read at most `limit` events after `cursor` (None: from the first), within the session's row scope.

    types: exact event types or prefixes such as ``loan.*``; none for all. Errors: BadCursor.
    """
    tx, last = _read(cursor) if cursor else (0, _START)
    rows = (
        await session.execute(_READ, {"tx": str(tx), "id": last, "types": list(types or ()), "limit": limit + 1})
    ).all()
    found = [row for row in rows if row.id is not None][:limit]
    if len(rows) > limit:
        edge = found[-1]
        return Feed([Event.of(row) for row in found], _write(int(edge.written_by), edge.id), has_more=True)
    # Everything below the horizon has been read, wanted or not: the next read starts there.
    return Feed([Event.of(row) for row in found], _write(int(rows[0].horizon), _START), has_more=False)


def _write(tx: int, last: UUID) -> str:
    return base64.urlsafe_b64encode(tx.to_bytes(8, "big") + last.bytes).decode()


def _read(cursor: str) -> tuple[int, UUID]:
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadCursor from error
    if len(raw) != 24:  # noqa: PLR2004 - a transaction id and a UUID
        raise BadCursor
    return int.from_bytes(raw[:8], "big"), UUID(bytes=raw[8:])
