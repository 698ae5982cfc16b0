"""What lies in a unit counts what is to begin in it: households placed in a part before its day; plans are kept."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_places_ahead"
down_revision = "20261124_postings"
branch_labels = None
depends_on = None

# All units, of any time, that `area_place` puts into this one on the day. In a language that keeps its plans: every
# statement under an officer's scope asks once, and planning the walk cost ten times what walking does. Where nothing
# was split and nothing follows, which is almost everywhere, what lies behind the unit is all there is.
_AHEAD_TOO = """
create or replace function units_within(wanted uuid, day date) returns uuid[] language plpgsql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        behind uuid[];
    begin
        if not exists (select from areas a where a.id = wanted and a.valid_from <= day
                       and (a.valid_to is null or a.valid_to > day)) then
            return '{}';
        end if;
        with recursive back (id) as (
            select wanted
            union
            select s.predecessor_id from area_successions s join back b on b.id = s.successor_id
        )
        select array_agg(b.id) into behind from back b;
        if not exists (select from area_successions s where s.predecessor_id = wanted)
           and not exists (select from area_successions s where s.predecessor_id = any (behind)
                           group by s.predecessor_id having count(*) > 1) then
            return behind;
        end if;
        return (
            with recursive fore (id) as (
                select wanted
                union
                select s.successor_id from area_successions s join fore f on f.id = s.predecessor_id
            ), walked (origin, id, forward) as (
                select c.id, c.id, a.valid_from <= day
                from (select unnest(behind) as id union select f.id from fore f) c join areas a on a.id = c.id
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
            select coalesce(array_agg(lying.origin), '{}')
            from (
                select w.origin from walked w join areas a on a.id = w.id
                where a.valid_from <= day and (a.valid_to is null or a.valid_to > day)
                group by w.origin having bool_and(w.id = wanted)
            ) lying
        );
    end $$;
create or replace function areas_under(wanted text) returns uuid[] language plpgsql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        return units_within(
            (select a.id from areas a where a.code = wanted and a.level = 'commune'
               and a.valid_from <= vietnam_today() and (a.valid_to is null or a.valid_to > vietnam_today())),
            vietnam_today());
    end $$;
create or replace function area_place(area uuid, day date) returns uuid language plpgsql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if exists (select from areas a where a.id = area and a.valid_from <= day
                   and (a.valid_to is null or a.valid_to > day)) then
            return area;
        end if;
        return (
            with recursive walked (id, forward) as (
                select a.id, a.valid_from <= day from areas a where a.id = area
                union
                select s.next_id, w.forward from walked w
                join areas a on a.id = w.id
                    and not (a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
                cross join lateral (
                    select n.successor_id as next_id from area_successions n where w.forward and n.predecessor_id = w.id
                    union all
                    select n.predecessor_id from area_successions n where not w.forward and n.successor_id = w.id
                ) s
            )
            select case when count(*) = 1 and bool_and(a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
                        then (array_agg(a.id))[1] end
            from walked w join areas a on a.id = w.id
            where (a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
               or not exists (select from area_successions n where case when w.forward then n.predecessor_id = a.id
                                                                        else n.successor_id = a.id end)
        );
    end $$;
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
create or replace function areas_under(wanted text) returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    select units_within(
        (select a.id from areas a where a.code = wanted and a.level = 'commune' and a.valid_from <= vietnam_today()
           and (a.valid_to is null or a.valid_to > vietnam_today())),
        vietnam_today())
    $$;
create or replace function area_place(area uuid, day date) returns uuid language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive walked (id, forward) as (
        select a.id, a.valid_from <= day from areas a where a.id = area
        union
        select s.next_id, w.forward from walked w
        join areas a on a.id = w.id
            and not (a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
        cross join lateral (
            select n.successor_id as next_id from area_successions n where w.forward and n.predecessor_id = w.id
            union all
            select n.predecessor_id from area_successions n where not w.forward and n.successor_id = w.id
        ) s
    )
    select case when count(*) = 1 and bool_and(a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
                then (array_agg(a.id))[1] end
    from walked w join areas a on a.id = w.id
    where (a.valid_from <= day and (a.valid_to is null or a.valid_to > day))
       or not exists (select from area_successions n where case when w.forward then n.predecessor_id = a.id
                                                                else n.successor_id = a.id end)
    $$;
"""


def upgrade() -> None:
    for statement in split(_AHEAD_TOO):
        op.execute(statement)


def downgrade() -> None:
    for statement in split(_BEFORE):
        op.execute(statement)
