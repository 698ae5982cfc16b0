"""What a review does to all its households at once: a fixed number of statements whatever their number."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# The households of the commune and of the units it was made from, with their status on the day of the list; a regular
# review takes only those that asked in writing. Who asked has the id of the request, which a client may have chosen,
# unless a review that was cancelled used it up. The units are found once: asked for beside each household, 40,000 of
# them took minutes.
_DRAW = text(
    """
    with review as materialized (
        select r.id, r.kind, r.list_on, units_within(r.area_id, r.list_on) as units
        from review_campaigns r where r.id = :id
    )
    insert into review_cases (id, campaign_id, household_id, request_id, origin, village, status_before, state)
    select case when q.id is null or q.listed_before then uuid_now() else q.id end, r.id, h.id, q.id,
           case when r.kind = 'yearly' and s.status is not null then 'list' else 'request' end, h.village,
           coalesce(s.status, 'none'), 'scoring'
    from review r
    join households h on h.area_id = any (r.units) and h.dissolved_on is null
    left join poverty_statuses s on s.household_id = h.id and s.recorded_to is null and s.status <> 'none'
        and s.valid_from <= r.list_on and (s.valid_to is null or s.valid_to > r.list_on)
    left join review_requests q on q.household_id = h.id and q.state = 'open'
    where (r.kind = 'yearly' and s.status is not null and h.registered_on <= r.list_on) or q.id is not null
    order by h.village, h.id
    on conflict on constraint uq_review_cases_household do nothing
    """
)
_TAKE_REQUESTS = text(
    "update review_requests q set state = 'listed', campaign_id = c.campaign_id from review_cases c"
    " where c.campaign_id = :id and q.household_id = c.household_id and q.state = 'open'"
)
# `scoring.judge`, over the tables. An estimate is held against the standard, points against its point table.
_CLASSIFY = text(
    """
    with found as (
        select c.id, f.way, coalesce(lacking.many, 0) as many, f.income,
               case f.way when 'points' then f.income_points when 'items' then coalesce(ticked.points, 0) end as scored,
               case when r.urban then u.income_urban else u.income_rural end as income_line, u.deprivations as least,
               case when r.urban then p.income_urban else p.income_rural end as points_line, p.deprivation_line,
               case when f.way <> 'estimate' then coalesce(lacking.many, 0) * p.per_deprivation end as lacking
        from review_campaigns r
        join poverty_rules u on u.id = r.rules_id
        left join point_tables p on p.id = r.points_id
        join review_cases c on c.campaign_id = r.id and c.state = 'scored'
        join review_forms f on f.case_id = c.id and f.superseded_at is null
        left join (select d.form_id, count(*) as many from review_form_deprivations d where d.campaign_id = :id
            group by d.form_id) lacking on lacking.form_id = f.id
        left join (select t.form_id, sum(i.points) as points from review_form_items t
            join point_items i on i.table_id = t.points_id and i.code = t.item where t.campaign_id = :id
            group by t.form_id) ticked on ticked.form_id = f.id
        where r.id = :id
    ), judged as (
        select found.*,
               case found.way when 'estimate' then found.income <= found.income_line
                   else found.scored <= found.points_line end as low,
               case found.way when 'estimate' then found.many >= found.least
                   else found.lacking >= found.deprivation_line end as heavy
        from found
    )
    update review_cases c
    set state = 'classified', version = c.version + 1, changed_at = now(), low_income = j.low, deprivations = j.many,
        income_points = j.scored, deprivation_points = j.lacking,
        class = case when not j.low then 'none' when j.heavy then 'poor' else 'near_poor' end
    from judged j where c.id = j.id
    """
)
_COUNTS = text("select state, count(*) as many from review_cases where campaign_id = :id group by state")


async def draw(session: AsyncSession, campaign_id: UUID) -> None:
    """Put onto the list whoever belongs there and is not on it yet; requests on it are taken up."""
    await session.execute(_DRAW, {"id": campaign_id})
    await session.execute(_TAKE_REQUESTS, {"id": campaign_id})


async def classify(session: AsyncSession, campaign_id: UUID) -> None:
    """Compute the class of every household of the review that has a form and no class."""
    await session.execute(_CLASSIFY, {"id": campaign_id})


async def counts(session: AsyncSession, campaign_id: UUID) -> Mapping[str, int]:
    """Return the number of households of a review by state."""
    return {row.state: row.many for row in await session.execute(_COUNTS, {"id": campaign_id})}
