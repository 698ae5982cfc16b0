"""`poverty.models.decide` for all households of a review at once: a fixed number of statements, on both clocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# In the order of their ids, as everybody locks several households.
_LOCK = text(
    "select h.id from households h join review_cases c on c.household_id = h.id where c.campaign_id = :id"
    " order by h.id for update of h"
)
# After the locks: a clock of the transaction's start would let an earlier starter rewrite the past.
_MOMENT = text(
    "select greatest(clock_timestamp(), (select max(s.recorded_from) + interval '1 microsecond'"
    " from poverty_statuses s join review_cases c on c.household_id = s.household_id where c.campaign_id = :id))"
)
_MOVED = text(
    "update review_cases c set state = 'decided', outcome = 'moved', version = c.version + 1, changed_at = now()"
    " where c.campaign_id = :id and not exists (select from households h where h.id = c.household_id"
    "  and h.dissolved_on is null)"
)
_SAME = "s.valid_from = :day and s.status = c.class and s.standard = :standard and s.decision_number = :number"
_SUPERSEDE = text(
    "update poverty_statuses s set recorded_to = :moment from review_cases c"  # noqa: S608 - of constants
    " where c.campaign_id = :id and c.state = 'agreed' and s.household_id = c.household_id and s.recorded_to is null"
    f" and s.valid_from <= :day and (s.valid_to is null or s.valid_to > :day) and not ({_SAME})"
)
# What held before is known from now on to end on the day; the decision lasts until what was known to follow.
_DECIDE = text(
    f"""
    with ended as (
        select s.* from poverty_statuses s join review_cases c on c.household_id = s.household_id
        where c.campaign_id = :id and c.state = 'agreed' and s.recorded_to = :moment
    )
    insert into poverty_statuses (id, household_id, status, valid_from, valid_to, standard, decision_number, decided_by,
        recorded_from)
    select uuid_now(), e.household_id, e.status, e.valid_from, cast(:day as date), e.standard, e.decision_number,
        e.decided_by, cast(:moment as timestamptz)
    from ended e where e.valid_from < :day
    union all
    select uuid_now(), c.household_id, c.class, cast(:day as date),
        case when e.id is null then later.day else e.valid_to end, :standard, :number, :by,
        cast(:moment as timestamptz)
    from review_cases c
    left join ended e on e.household_id = c.household_id
    left join lateral (select min(s.valid_from) as day from poverty_statuses s
        where s.household_id = c.household_id and s.recorded_to is null and s.valid_from > :day) later on true
    where c.campaign_id = :id and c.state = 'agreed' and not exists (select from poverty_statuses s
        where s.household_id = c.household_id and s.recorded_to is null and {_SAME})
    returning id, household_id, valid_from
    """  # noqa: S608 - of constants
)
_OUTCOMES = text(
    "update review_cases c set state = 'decided', version = c.version + 1, changed_at = now(),"
    " outcome = case when c.class <> 'none' then 'certificate'"
    "  when c.origin = 'request' and c.status_before = 'none' then 'refusal' else 'left' end"
    " where c.campaign_id = :id and c.state = 'agreed'"
)
_REQUESTS = text("update review_requests set state = 'answered' where campaign_id = :id")


async def lock(session: AsyncSession, review_id: UUID) -> datetime:
    """Lock the households of a review, and return a time after everything recorded of them."""
    await session.execute(_LOCK, {"id": review_id})
    moment: datetime = (await session.execute(_MOMENT, {"id": review_id})).scalar_one()
    return moment


async def leave_out_who_is_gone(session: AsyncSession, review_id: UUID) -> None:
    """End the review of households that live in another commune now, or are dissolved: nothing is decided of them."""
    await session.execute(_MOVED, {"id": review_id})


async def write(session: AsyncSession, review_id: UUID, decision: Mapping[str, Any]) -> list[tuple[UUID, UUID]]:
    """Write the status of every household agreed to; return (household, id of its status).

    decision: `day` first day of the statuses, `standard`, `number`, `by`, `moment` of record. A household that has the
    same decision already keeps it.
    """
    row = {**decision, "id": review_id}
    await session.execute(_SUPERSEDE, {name: row[name] for name in ("id", "day", "standard", "number", "moment")})
    made = (await session.execute(_DECIDE, row)).all()
    return [(status.household_id, status.id) for status in made if status.valid_from == decision["day"]]


async def close(session: AsyncSession, review_id: UUID) -> None:
    """Say of each household what came of it, and answer the requests."""
    await session.execute(_OUTCOMES, {"id": review_id})
    await session.execute(_REQUESTS, {"id": review_id})
