"""Who is whose mother and father, on two clocks, and by how many years a parent is older at least.

Whoever is a parent is older by whole years, so no line of parents comes back to where it began.
"""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_parents"
down_revision = "20261124_change_requests"
branch_labels = None
depends_on = None

# Years are compared, since the day and month of a birth are often not known.
_TABLES = """
create table parent_ages (
    kind text constraint pk_parent_ages primary key constraint ck_parent_ages_kind check (kind in ('mother', 'father')),
    least_years smallint not null constraint ck_parent_ages_least_years check (least_years between 1 and 40),
    source text not null constraint ck_parent_ages_source check (source <> ''),
    version integer not null default 1 constraint ck_parent_ages_version check (version > 0)
);
insert into parent_ages (kind, least_years, source) values
    ('mother', 12, 'soft: no paper says it, fewer years are a slip of the pen far more often than a birth'),
    ('father', 12, 'soft: no paper says it, fewer years are a slip of the pen far more often than a birth');
create table parentages (
    id uuid constraint pk_parentages primary key,
    child_id uuid not null constraint fk_parentages_child_id references people (id),
    parent_id uuid not null constraint fk_parentages_parent_id references people (id),
    kind text not null constraint fk_parentages_kind references parent_ages (kind),
    valid_from date not null,
    valid_to date constraint ck_parentages_validity check (valid_to > valid_from),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_parentages_recorded check (recorded_to > recorded_from),
    recorded_by text not null,
    constraint ck_parentages_two_people check (child_id <> parent_id),
    constraint ex_parentages_child exclude using gist (child_id with =, kind with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_parentages_child_id on parentages (child_id, id);
create index ix_parentages_parent_id on parentages (parent_id);
"""

# The link is the child's: it belongs to those who answer for the child. The scope is asked for once in a statement.
_POLICIES = """
alter table parentages enable row level security;
alter table parentages force row level security;
create policy parentages_of_the_child on parentages
    using (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and exists (select from people p where p.id = child_id and p.area_id = any ((select areas_in_scope())::uuid[]))))
    with check (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and exists (select from people p where p.id = child_id and p.area_id = any ((select areas_in_scope())::uuid[]))));
"""

# A parent may live where the caller does not look: the rule looks past the scope, and gives back nothing but its name.
# People are locked, so that nobody is born again meanwhile.
_FUNCTIONS = """
create function families_must_fit(checked uuid[]) returns void language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        broken text;
    begin
        select case when (p.sex = 'female') <> (r.kind = 'mother') then 'ck_parentages_sex' else 'ck_parentages_age' end
        into broken
        from parentages r
        join people c on c.id = r.child_id
        join people p on p.id = r.parent_id
        join parent_ages a on a.kind = r.kind
        where r.recorded_to is null and (r.child_id = any (checked) or r.parent_id = any (checked))
          and ((p.sex = 'female') <> (r.kind = 'mother')
            or extract(year from c.birth_date) - extract(year from p.birth_date) < a.least_years)
        limit 1;
        if broken is not null then
            raise exception 'that is no parent of that child'
                using errcode = 'check_violation', constraint = broken, table = 'parentages';
        end if;
    end $$;
create function parents_must_fit() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        perform from people p
        where p.id in (select m.child_id from made m union all select m.parent_id from made m)
        order by p.id for share;
        perform families_must_fit(array(select m.child_id from made m));
        perform set_config('app.reach', coalesce(before, ''), true);
        return null;
    end $$;
create trigger must_fit after insert on parentages referencing new table as made
    for each statement execute function parents_must_fit();
create function people_must_fit() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        perform families_must_fit(array[new.id]);
        perform set_config('app.reach', coalesce(before, ''), true);
        return null;
    end $$;
create trigger must_fit_family after update of birth_date, sex on people for each row
    when ((old.birth_date, old.sex) is distinct from (new.birth_date, new.sex)) execute function people_must_fit();
"""

_GRANTS = """
revoke all on function families_must_fit(uuid[]), parents_must_fit(), people_must_fit() from public;
grant select, insert, update (recorded_to) on parentages to beneficiaries;
grant select, update (least_years, source, version) on parent_ages to beneficiaries;
alter table import_rows add mother_id uuid, add father_id uuid;
"""

_DOWN = """
alter table import_rows drop mother_id, drop father_id;
drop trigger must_fit_family on people;
drop table parentages;
drop function people_must_fit();
drop function parents_must_fit();
drop function families_must_fit(uuid[]);
drop table parent_ages;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _POLICIES + _FUNCTIONS + _GRANTS):
        op.execute(statement)


def downgrade() -> None:
    for statement in split(_DOWN):
        op.execute(statement)
