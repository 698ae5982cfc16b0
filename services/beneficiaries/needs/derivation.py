"""Needs that follow from deprivations: what the last decided review found of a household, raised in one statement."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import outbox
from kit.identity import Actor
from kit.telemetry import request_id
from services.beneficiaries.households import queries as households
from services.beneficiaries.needs import schemas
from services.beneficiaries.needs.errors import ReviewNotDecided

_DECIDED: Final = text("select 1 from review_campaigns where id = :campaign and state = 'decided'")
# In order, so that two at once wait for each other instead of one failing on the other's rows.
_LOCK: Final = text(
    "select h.id from households h join review_cases c on c.household_id = h.id"
    " where c.campaign_id = :campaign order by h.id for update of h"
)
# A need that was met after the review looked is not raised again by it: only the next review can.
_RAISE: Final = text(
    """
    with latest as (
        select distinct on (c.household_id) c.household_id, c.campaign_id, f.id as form_id, f.scored_on
        from review_cases c
        join review_campaigns k on k.id = c.campaign_id
        join review_forms f on f.case_id = c.id and f.superseded_at is null
        where c.state = 'decided' and (cast(:household as uuid) is null or c.household_id = :household)
          and (cast(:campaign as uuid) is null
               or c.household_id in (select o.household_id from review_cases o where o.campaign_id = :campaign))
        order by c.household_id, k.decided_at desc
    ), found as (
        select l.household_id, n.code as kind, l.scored_on, array_agg(d.indicator order by d.indicator) as indicators
        from latest l
        join review_form_deprivations d on d.form_id = l.form_id
        join need_kinds n on n.active and d.indicator = any (n.indicators)
        where cast(:campaign as uuid) is null or l.campaign_id = :campaign
        group by l.household_id, n.code, l.scored_on
    ), raised as (
        insert into needs (id, household_id, kind, origin, indicators, raised_on, raised_by)
        select uuid_now(), f.household_id, f.kind, 'review', f.indicators, f.scored_on, :by
        from found f
        where not exists (
            select from needs n where n.household_id = f.household_id and n.kind = f.kind
              and (n.closed_on is null or n.closed_on > f.scored_on))
        returning id, household_id, kind, raised_on, indicators
    ), audited as (
        insert into audit_log (actor, client, action, subject_type, subject_id, change, request_id)
        select :by, :client, 'need.raised', 'need', r.id, jsonb_build_object('household_id', r.household_id,
            'kind', r.kind, 'raised_on', r.raised_on, 'indicators', r.indicators), :request
        from raised r
    )
    select id, household_id, kind, raised_on from raised order by household_id, kind
    """
)


async def derive(session: AsyncSession, given: schemas.DerivationIn, *, by: Actor) -> schemas.Derived:
    """Raise what the last decided review found, of one household or of all that a review decided on.

    A need of that kind that is open already stays as it is. Errors: HouseholdNotFound, ReviewNotDecided.
    """
    if given.household_id is not None:
        await households.locked(session, given.household_id)
    else:
        await _lock_all(session, given.review_id)
    asked = {
        "household": given.household_id,
        "campaign": given.review_id,
        "by": by.subject,
        "client": by.client_id,
        "request": request_id.get(),
    }
    rows = (await session.execute(_RAISE, asked)).all()
    told = [
        (
            str(row.id),
            {
                "need_id": str(row.id),
                "household_id": str(row.household_id),
                "kind": row.kind,
                "raised_on": str(row.raised_on),
            },
        )
        for row in rows
    ]
    if told:
        await outbox.add_all(session, "need.raised", told)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    return schemas.Derived(
        raised=len(rows), kinds=[schemas.DerivedKind(kind=kind, needs=counts[kind]) for kind in sorted(counts)]
    )


async def _lock_all(session: AsyncSession, review_id: UUID | None) -> None:
    if await session.scalar(_DECIDED, {"campaign": review_id}) is None:
        raise ReviewNotDecided
    await session.execute(_LOCK, {"campaign": review_id})
