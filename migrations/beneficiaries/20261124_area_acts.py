"""Acts on areas: merge, split, rename, reclassify, other spellings; edges that join in time, scope that stops at a split."""

import uuid
from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_area_acts"
down_revision = "20261124_standards"
branch_labels = None
depends_on = None

_REFORM = date(2025, 7, 1)

_TABLES = """
create table area_acts (
    id uuid constraint pk_area_acts primary key,
    kind text not null constraint ck_area_acts_kind
        check (kind in ('merge', 'split', 'rename', 'reclassify', 'correct_aliases')),
    decision_number text not null constraint ck_area_acts_decision_number check (decision_number <> ''),
    decided_on date not null,
    effective_on date not null,
    legal_basis text not null constraint ck_area_acts_legal_basis check (legal_basis <> ''),
    subject_id uuid not null,
    recorded_by text not null,
    recorded_at timestamptz not null default now(),
    constraint ck_area_acts_dates check (decided_on <= effective_on),
    constraint uq_area_acts_decision unique (subject_id, kind, decision_number, effective_on)
);
create index ix_area_acts_effective_on on area_acts (effective_on, id);
create table area_act_units (
    act_id uuid not null constraint fk_area_act_units_act_id references area_acts (id),
    area_id uuid not null constraint fk_area_act_units_area_id references areas (id),
    role text not null constraint ck_area_act_units_role check (role in ('ended', 'made', 'corrected')),
    constraint pk_area_act_units primary key (act_id, area_id)
);
create index ix_area_act_units_area_id on area_act_units (area_id);
create unique index uq_area_act_units_made on area_act_units (area_id) where role = 'made';
create unique index uq_area_act_units_ended on area_act_units (area_id) where role = 'ended';
"""

# An edge joins the day on which one unit no longer stands to the same day on which the other begins: so there is no
# gap and no overlap along it, and a closed unit that has a successor can never be closed on another day.
_EDGES = """
alter table areas add constraint uq_areas_id_valid_from unique (id, valid_from);
alter table areas add constraint uq_areas_id_valid_to unique (id, valid_to);
alter table area_successions add column on_day date;
update area_successions s set on_day = a.valid_to from areas a where a.id = s.predecessor_id;
alter table area_successions alter column on_day set not null;
alter table area_successions add constraint fk_area_successions_ends
    foreign key (predecessor_id, on_day) references areas (id, valid_to);
alter table area_successions add constraint fk_area_successions_begins
    foreign key (successor_id, on_day) references areas (id, valid_from);
create function refuse_orphaned_area() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if not exists (select from area_successions s where s.predecessor_id = new.id) then
            raise exception 'a commune ends only into another: %', new.code
                using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$;
create constraint trigger succeeded after update of valid_to on areas deferrable initially deferred
    for each row when (new.level = 'commune' and new.valid_to is not null) execute function refuse_orphaned_area();
create function refuse_second_end() returns trigger language plpgsql as $$
    begin
        raise exception 'a unit ends once: %', old.code using errcode = 'integrity_constraint_violation';
    end $$;
create trigger ends_once before update of valid_to on areas
    for each row when (old.valid_to is not null) execute function refuse_second_end();
"""

# What lies in a unit on a day: the unit itself and all before it that lead, along every path, to it alone. A unit that
# was split leads to two until they are one again: its rows are nobody's but the administrator's meanwhile.
_SCOPE = """
create function units_within(wanted uuid, day date) returns uuid[] language sql stable
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
"""

_AREAS_UNDER_BEFORE = """
create or replace function areas_under(wanted text) returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive reached (id) as (
        select a.id from areas a
        where a.code = wanted and a.level = 'commune'
          and a.valid_from <= vietnam_today() and (a.valid_to is null or a.valid_to > vietnam_today())
        union
        select s.predecessor_id from area_successions s join reached r on r.id = s.successor_id
    )
    select coalesce(array_agg(r.id), '{}') from reached r
    $$;
"""

_GRANTS = """
grant insert, update (valid_to, aliases) on areas to beneficiaries;
grant insert on area_successions to beneficiaries;
grant select, insert on area_acts, area_act_units to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _EDGES + _SCOPE + _GRANTS):
        op.execute(statement)
    _record_the_reform()


def downgrade() -> None:
    op.execute("revoke insert, update (valid_to, aliases) on areas from beneficiaries")
    op.execute("revoke insert on area_successions from beneficiaries")
    for statement in split(_AREAS_UNDER_BEFORE):
        op.execute(statement)
    op.execute("drop function units_within(uuid, date)")
    op.execute("drop trigger ends_once on areas")
    op.execute("drop trigger succeeded on areas")
    op.execute("drop function refuse_second_end()")
    op.execute("drop function refuse_orphaned_area()")
    op.execute("alter table area_successions drop column on_day")
    op.execute("alter table areas drop constraint uq_areas_id_valid_to")
    op.execute("alter table areas drop constraint uq_areas_id_valid_from")
    op.execute("drop table area_act_units")
    op.execute("drop table area_acts")


def _record_the_reform() -> None:
    """Write the eight mergers of Mai Sơn as acts; of the rest of the province no legal basis is on record."""
    number = "1681/NQ-UBTVQH15"
    of_the_resolution = {"basis": f"{number}%", "reform": _REFORM}
    made = op.get_bind().execute(
        sa.text(
            "select id, code, legal_basis from areas"
            " where legal_basis like :basis and valid_from = :reform and level = 'commune' order by code"
        ),
        of_the_resolution,
    )
    for unit in made.all():
        act = uuid.uuid5(uuid.NAMESPACE_URL, f"forthepoor/area-act/merge/{unit.code}/{_REFORM}")
        op.get_bind().execute(
            sa.text(
                "insert into area_acts (id, kind, decision_number, decided_on, effective_on, legal_basis, subject_id,"
                " recorded_by) values (:act, 'merge', :number, date '2025-06-16', :reform, :basis, :unit, 'reference')"
            ),
            {"act": act, "number": number, "reform": _REFORM, "basis": unit.legal_basis, "unit": unit.id},
        )
        op.get_bind().execute(
            sa.text(
                "insert into area_act_units (act_id, area_id, role) select cast(:act as uuid), cast(:unit as uuid), 'made'"
                " union all select cast(:act as uuid), predecessor_id, 'ended' from area_successions where successor_id = :unit"
            ),
            {"act": act, "unit": unit.id},
        )
