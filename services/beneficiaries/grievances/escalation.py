"""What is overdue goes to the district by itself, a batch in one statement; the worker calls it again and again."""

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import outbox
from kit.database import Database, RowScope
from kit.jobs import Job
from kit.values.dates import today

EVERY_SECONDS: Final = 900
_WORKER: Final = "worker:beneficiaries"
_BATCH: Final = 500

# A worker that dies in between leaves nothing half done; two at once take different rows.
_ESCALATE: Final = text(
    """
    with late as (
        select id, due_on from grievances
        where level = 'commune' and state <> 'answered' and due_on < :day
        order by due_on limit :batch for update skip locked
    ), moved as (
        update grievances g set level = 'district', escalated_on = :day, version = g.version + 1
        from late where g.id = late.id returning g.id, g.state, late.due_on
    ), stepped as (
        insert into grievance_steps (grievance_id, number, step, happened_on, made_by, facts)
        select m.id, (select coalesce(max(s.number), 0) + 1 from grievance_steps s where s.grievance_id = m.id),
            'escalated', :day, :worker, jsonb_build_object('because', 'overdue', 'due_on', m.due_on)
        from moved m
    ), audited as (
        insert into audit_log (actor, client, action, subject_type, subject_id, change, request_id)
        select :worker, :worker, 'grievance.escalated', 'grievance', m.id,
            jsonb_build_object('because', 'overdue', 'due_on', m.due_on), ''
        from moved m
    )
    select id, state from moved order by id
    """
)
_FORGET: Final = text("delete from grievance_visits where hour < now() - interval '1 day'")


async def escalate_overdue(session: AsyncSession, day: date) -> int:
    """Hand up at most a batch of what was due before `day`, and return how many there were."""
    rows = (await session.execute(_ESCALATE, {"day": day, "batch": _BATCH, "worker": _WORKER})).all()
    told = [(str(row.id), {"grievance_id": str(row.id), "state": row.state, "level": "district"}) for row in rows]
    if told:
        await outbox.add_all(session, "grievance.escalated", told)
    return len(rows)


async def run(database: Database, _: Job) -> None:
    """Hand up all that is overdue today, in transactions of a batch each, and forget old visits."""
    moved = _BATCH
    while moved == _BATCH:
        async with database.transaction(RowScope.everything(_WORKER)) as session:
            moved = await escalate_overdue(session, today())
    async with database.transaction(RowScope.everything(_WORKER)) as session:
        await session.execute(_FORGET)
