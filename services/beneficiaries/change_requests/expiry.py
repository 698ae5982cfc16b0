"""What was returned to its proposer and is never answered ends by itself; the worker calls it again and again."""

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.database import Database, RowScope
from kit.jobs import Job
from kit.values.dates import today

EVERY_SECONDS: Final = 3600
_WORKER: Final = "worker:beneficiaries"
_BATCH: Final = 500
SCOPE: Final = RowScope.everything(_WORKER)

# A worker that dies in between leaves nothing half done; two at once take different rows.
_EXPIRE: Final = text(
    """
    with late as (
        select id from change_requests where state = 'returned' and due_on < :day
        order by due_on limit :batch for update skip locked
    ), ended as (
        update change_requests r set state = 'expired', version = r.version + 1
        from late where r.id = late.id returning r.id, r.kind, r.household_id, r.proposed_by
    ), stepped as (
        insert into change_request_steps (request_id, number, step, made_by)
        select e.id, (select coalesce(max(s.number), 0) + 1 from change_request_steps s where s.request_id = e.id),
            'expired', :worker
        from ended e
    ), audited as (
        insert into audit_log (actor, client, on_behalf_of, action, subject_type, subject_id, change, request_id)
        select :worker, :worker, e.proposed_by, 'change_request.expired', 'change_request', e.id,
            jsonb_build_object('kind', e.kind, 'household_id', e.household_id), ''
        from ended e
    )
    select count(*) from ended
    """
)


async def expire(session: AsyncSession, day: date) -> int:
    """End at most a batch of what should have been answered before `day`, and return how many there were."""
    ended: int = (await session.execute(_EXPIRE, {"day": day, "batch": _BATCH, "worker": _WORKER})).scalar_one()
    return ended


async def run(database: Database, _: Job) -> None:
    """End all of it, in transactions of a batch each."""
    ended = _BATCH
    while ended == _BATCH:
        async with database.transaction(SCOPE) as session:
            ended = await expire(session, today())
