"""From the outbox to one row for each endpoint and event."""

from typing import Any, Final

from kit.outbox.patterns import matches

# Asked several times a second by idle workers: they lock and write nothing. Two statements, because only against
# parameters does the planner compare the pair by the index.
_MARK: Final = "select tx::text as tx, event_id from webhook_watermark"
_NEWS: Final = """
    select exists (
        select from outbox_events
        where (tx, id) > ($1::text::xid8, $2::uuid) and tx < pg_snapshot_xmin(pg_current_snapshot())
    )
"""

# Whoever holds the row is the one who passes events on.
# It moves in the same transaction: a crash repeats nothing.
_LOCK: Final = f"{_MARK} for update skip locked"

_PASS_ON: Final = f"""
    with batch as materialized (
        select tx, id, type, bank
        from outbox_events
        where (tx, id) > ($1::text::xid8, $2::uuid) and tx < pg_snapshot_xmin(pg_current_snapshot())
        order by tx, id
        limit $3
    ), made as (
        insert into webhook_deliveries (endpoint_id, event_id)
        select endpoint.id, batch.id
        from batch
        join webhook_endpoints as endpoint
          on endpoint.state <> 'disabled'
         and (endpoint.internal or endpoint.bank = batch.bank)
         and {matches("batch.type", "endpoint.types")}
        on conflict do nothing
    )
    update webhook_watermark set tx = last.tx, event_id = last.id
    from (select tx, id from batch order by tx desc, id desc limit 1) as last
    returning (select count(*) from batch) as events
"""  # noqa: S608 - no input in it


async def fan_out(pool: Any, batch: int = 500) -> int:
    """Make the deliveries of the next `batch` events; return how many events were passed on.

    0 also when another worker is at it. The connections of `pool` have reach `all`.
    """
    async with pool.acquire() as connection:
        mark = await connection.fetchrow(_MARK)
        if not await connection.fetchval(_NEWS, mark["tx"], mark["event_id"]):
            return 0
        return await _pass_on(connection, batch)


async def _pass_on(connection: Any, batch: int) -> int:
    async with connection.transaction():
        mark = await connection.fetchrow(_LOCK)
        if mark is None:
            return 0
        # A statement of its own: its snapshot is taken after the lock, so it sees what the last holder did.
        events = await connection.fetchval(_PASS_ON, mark["tx"], mark["event_id"], batch)
    return int(events or 0)
