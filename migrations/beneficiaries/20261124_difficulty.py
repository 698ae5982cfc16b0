"""Class of difficulty of communes and villages, on two clocks: money depends on it."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_difficulty"
down_revision = "20261124_villages"
branch_labels = None
depends_on = None

_TABLES = """
create table area_difficulties (
    id uuid constraint pk_area_difficulties primary key,
    area_id uuid constraint fk_area_difficulties_area_id references areas (id),
    village_id uuid constraint fk_area_difficulties_village_id references villages (id),
    zone text constraint ck_area_difficulties_zone check (zone in ('I', 'II', 'III')),
    particularly_disadvantaged boolean not null,
    valid_from date not null,
    valid_to date constraint ck_area_difficulties_validity check (valid_to > valid_from),
    decision_number text not null constraint ck_area_difficulties_decision_number check (decision_number <> ''),
    decided_on date not null,
    recorded_by text not null,
    recorded_from timestamptz not null,
    recorded_to timestamptz constraint ck_area_difficulties_recorded check (recorded_to > recorded_from),
    constraint ck_area_difficulties_of_one check (num_nonnulls(area_id, village_id) = 1),
    constraint ck_area_difficulties_zone_of_commune check (zone is null or area_id is not null),
    constraint ex_area_difficulties_area exclude using gist (area_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
        where (area_id is not null),
    constraint ex_area_difficulties_village exclude using gist (village_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
        where (village_id is not null)
);
create index ix_area_difficulties_area_id on area_difficulties (area_id, valid_from);
create index ix_area_difficulties_village_id on area_difficulties (village_id, valid_from);
"""

# The class belongs to the commune, not to its name: where one unit became one other (a new name, a new class of
# settlement) what was decided for the one holds for the other. A merger or a split needs a decision of its own.
_FUNCTIONS = """
create function area_difficulty(area uuid, day date, known timestamptz)
    returns table (unit_id uuid, zone text, particularly_disadvantaged boolean, since date, decision_number text)
    language sql stable set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive place (id) as materialized (select area_place(area, day)),
    line (id) as (
        select p.id from place p
        union
        select s.predecessor_id from line l join area_successions s on s.successor_id = l.id
        where not exists (select from area_successions o where o.successor_id = s.successor_id
                          and o.predecessor_id <> s.predecessor_id)
          and not exists (select from area_successions o where o.predecessor_id = s.predecessor_id
                          and o.successor_id <> s.successor_id)
    )
    select p.id, d.zone, d.particularly_disadvantaged, d.valid_from, d.decision_number
    from place p
    left join area_difficulties d on d.area_id in (select l.id from line l)
        and d.valid_from <= day and (d.valid_to is null or d.valid_to > day)
        and d.recorded_from <= known and (d.recorded_to is null or d.recorded_to > known)
    $$;
grant select, insert, update (recorded_to) on area_difficulties to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _FUNCTIONS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop function area_difficulty(uuid, date, timestamptz)")
    op.execute("drop table area_difficulties")
