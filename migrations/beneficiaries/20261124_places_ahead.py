"""What lies in a unit counts what is to begin in it: households placed in a part before the day of its split."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_places_ahead"
down_revision = "20261124_postings"
branch_labels = None
depends_on = None

# All units, of any time, that `area_place` puts into this one on the day.
_AHEAD_TOO = """
create or replace function units_within(wanted uuid, day date) returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive back (id) as (
        select wanted where wanted is not null
        union
        select s.predecessor_id from area_successions s join back b on b.id = s.successor_id
    ), fore (id) as (
        select wanted where wanted is not null
        union
        select s.successor_id from area_successions s join fore f on f.id = s.predecessor_id
    ), walked (origin, id, forward) as (
        select c.id, c.id, a.valid_from <= day
        from (select b.id from back b union select f.id from fore f) c join areas a on a.id = c.id
        union
        select w.origin, s.next_id, w.forward
        from walked w
        join areas a on a.id = w.id and not (a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
        cross join lateral (
            select n.successor_id as next_id from area_successions n where w.forward and n.predecessor_id = w.id
            union all
            select n.predecessor_id from area_successions n where not w.forward and n.successor_id = w.id
        ) s
    )
    select coalesce(array_agg(within.origin), '{}')
    from (
        select w.origin from walked w join areas a on a.id = w.id
        where a.valid_from <= day and (a.valid_to is null or a.valid_to > day)
        group by w.origin having bool_and(w.id = wanted)
    ) within
    $$;
"""

_BEFORE = """
create or replace function units_within(wanted uuid, day date) returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive back (id) as (
        select wanted where wanted is not null
        union
        select s.predecessor_id from area_successions s join back b on b.id = s.successor_id
    ), ahead (origin, id) as (
        select b.id, b.id from back b
        union
        select a.origin, s.successor_id from ahead a
        join area_successions s on s.predecessor_id = a.id and s.on_day <= day
    )
    select coalesce(array_agg(b.id), '{}') from back b
    where not exists (
        select from ahead a join areas u on u.id = a.id
        where a.origin = b.id and a.id <> wanted
          and u.valid_from <= day and (u.valid_to is null or u.valid_to > day))
    $$;
"""


def upgrade() -> None:
    for statement in split(_AHEAD_TOO):
        op.execute(statement)


def downgrade() -> None:
    for statement in split(_BEFORE):
        op.execute(statement)
