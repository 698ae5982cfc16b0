"""Villages: listed under a commune's version, found in whatever commune that lies in on a day."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_villages"
down_revision = "20261124_households_as_of"
branch_labels = None
depends_on = None

# folded: kind and name without accents, what makes two villages of one commune the same.
# keys: every folded way of writing it that is understood.
_TABLES = """
create table villages (
    id uuid constraint pk_villages primary key,
    area_id uuid not null constraint fk_villages_area_id references areas (id),
    name text not null constraint ck_villages_name check (name <> ''),
    kind text not null constraint ck_villages_kind check (kind in ('bản', 'thôn', 'tiểu khu', 'xóm', 'ấp', 'buôn',
        'làng', 'khu phố', 'tổ dân phố')),
    aliases text[] not null default '{}',
    folded text not null constraint ck_villages_folded check (folded <> ''),
    keys text[] not null constraint ck_villages_keys check (folded = any (keys)),
    valid_from date not null,
    valid_to date constraint ck_villages_validity check (valid_to > valid_from),
    version integer not null constraint ck_villages_version check (version > 0),
    recorded_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint ex_villages_name exclude using gist (area_id with =, folded with =,
        daterange(valid_from, valid_to) with &&)
);
create index ix_villages_folded on villages (folded, id);
create table village_parts (
    village_id uuid not null constraint fk_village_parts_village_id references villages (id),
    area_id uuid not null,
    since date not null,
    act_id uuid not null constraint fk_village_parts_act_id references area_acts (id),
    constraint pk_village_parts primary key (village_id, since),
    constraint fk_village_parts_area_id foreign key (area_id, since) references areas (id, valid_from)
);
create index ix_village_parts_area_id on village_parts (area_id);
"""

# `area_place`: where one unit lies on a day, or null where it cannot be told. `villages_in`: what lies in a unit.
_FUNCTIONS = """
create function area_place(area uuid, day date) returns uuid language sql stable
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
create function villages_in(unit uuid, day date) returns setof uuid language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with held as materialized (select units_within(unit, day) as ids)
    select v.id from villages v, held
    where v.id in (
            select i.id from villages i where i.area_id = any (held.ids)
            union select p.village_id from village_parts p where p.area_id = any (held.ids))
      and v.valid_from <= day and (v.valid_to is null or v.valid_to > day)
      and coalesce((select p.area_id from village_parts p where p.village_id = v.id and p.since <= day
                    order by p.since desc limit 1), v.area_id) = any (held.ids)
    $$;
grant select, insert, update (name, kind, aliases, folded, keys, valid_to, version, changed_at) on villages
    to beneficiaries;
grant select, insert on village_parts to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _FUNCTIONS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop function villages_in(uuid, date)")
    op.execute("drop function area_place(uuid, date)")
    op.execute("drop table village_parts")
    op.execute("drop table villages")
