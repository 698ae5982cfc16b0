"""Households, people and who stands in which household when; rows of an area for those who answer for it."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_households"
down_revision = "20261124_foundation"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "households" / "reference"

_TABLES = """
create table ethnic_groups (
    code text constraint pk_ethnic_groups primary key,
    name text not null constraint uq_ethnic_groups_name unique,
    source text not null
);
create table households (
    id uuid constraint pk_households primary key,
    code text not null constraint uq_households_code unique,
    area_id uuid not null constraint fk_households_area_id references areas (id),
    village text not null constraint ck_households_village check (village <> ''),
    address text,
    registered_on date not null,
    names text not null,
    version integer not null constraint ck_households_version check (version > 0),
    recorded_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
create index ix_households_area_id_id on households (area_id, id);
create table people (
    id uuid constraint pk_people primary key,
    area_id uuid not null constraint fk_people_area_id references areas (id),
    full_name text not null constraint ck_people_full_name check (full_name <> ''),
    sex text not null constraint ck_people_sex check (sex in ('female', 'male')),
    birth_date date not null,
    birth_precision text not null,
    ethnicity text not null constraint fk_people_ethnicity references ethnic_groups (code),
    identity_sealed bytea,
    identity_index bytea constraint uq_people_identity_index unique,
    phone_sealed bytea,
    phone_index bytea,
    recorded_at timestamptz not null default now(),
    constraint ck_people_identity check ((identity_sealed is null) = (identity_index is null)),
    constraint ck_people_phone check ((phone_sealed is null) = (phone_index is null)),
    constraint ck_people_birth_precision check (
        birth_precision = 'day' or (birth_precision = 'month' and extract(day from birth_date) = 1)
        or (birth_precision = 'year' and extract(day from birth_date) = 1 and extract(month from birth_date) = 1))
);
create index ix_people_phone_index on people (phone_index) where phone_index is not null;
create index ix_people_area_id on people (area_id);
create table memberships (
    id uuid constraint pk_memberships primary key,
    household_id uuid not null constraint fk_memberships_household_id references households (id),
    person_id uuid not null constraint fk_memberships_person_id references people (id),
    relation text not null constraint ck_memberships_relation check (relation in ('head', 'spouse', 'child',
        'child_in_law', 'parent', 'parent_in_law', 'grandparent', 'grandchild', 'sibling', 'other_relative',
        'not_related')),
    joined_on date not null,
    left_on date constraint ck_memberships_dates check (left_on >= joined_on),
    left_because text constraint ck_memberships_left_because check (left_because in ('moved', 'died', 'married',
        'entered_by_mistake', 'changed_relation')),
    recorded_at timestamptz not null default now(),
    constraint ck_memberships_left check ((left_on is null) = (left_because is null)),
    constraint ex_memberships_person exclude using gist (person_id with =, daterange(joined_on, left_on) with &&),
    constraint ex_memberships_head exclude using gist (household_id with =, daterange(joined_on, left_on) with &&)
        where (relation = 'head')
);
create index ix_memberships_household_id on memberships (household_id);
create index ix_memberships_person_id on memberships (person_id);
"""

# The initial plan of the scalar subquery runs once per statement, not once per row.
_POLICIES = """
alter table households enable row level security;
alter table households force row level security;
create policy households_of_the_area on households
    using (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])))
    with check (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])));
alter table people enable row level security;
alter table people force row level security;
create policy people_of_the_area on people
    using (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])))
    with check (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])));
alter table memberships enable row level security;
alter table memberships force row level security;
create policy memberships_of_the_household on memberships
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
"""

# LIKE is not leakproof: under row security PostgreSQL may not use a trigram index before the policy has looked at
# the row, and a search would read the whole registry. So the folded names stand in a table that the runtime role
# cannot read, behind a function that applies the same scope itself.
_SEARCH = """
create table household_search (
    household_id uuid constraint pk_household_search primary key
        constraint fk_household_search_household_id references households (id),
    area_id uuid not null,
    names text not null
);
create index ix_household_search_names on household_search using gin (names gin_trgm_ops);
create index ix_household_search_area_id on household_search (area_id, household_id);
create function keep_household_search() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into household_search (household_id, area_id, names) values (new.id, new.area_id, new.names)
        on conflict (household_id) do update set area_id = excluded.area_id, names = excluded.names;
        return null;
    end $$;
create trigger keep_search after insert or update of area_id, names on households
    for each row execute function keep_household_search();
"""

_GRANTS = """
grant select on ethnic_groups to beneficiaries;
grant select, insert, update (village, address, names, version, changed_at) on households to beneficiaries;
grant select, insert, update (full_name, sex, birth_date, birth_precision, ethnicity, identity_sealed,
    identity_index, phone_sealed, phone_index) on people to beneficiaries;
grant select, insert, update (left_on, left_because) on memberships to beneficiaries;
revoke all on function keep_household_search() from public;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _POLICIES + _SEARCH + _GRANTS):
        op.execute(statement)
    rows = list(csv.DictReader((_REFERENCE / "ethnic_groups.csv").read_text("utf-8").splitlines()))
    groups = sa.table("ethnic_groups", sa.column("code"), sa.column("name"), sa.column("source"))
    op.bulk_insert(
        groups,
        [
            {
                "code": row["code_gso_order_memory"],
                "name": row["name"],
                "source": "ethnic_groups.csv, order of the statistics office",
            }
            for row in rows
        ],
    )


def downgrade() -> None:
    op.execute("drop table household_search")
    op.execute("drop table memberships")
    op.execute("drop table people")
    op.execute("drop table households")
    op.execute("drop function keep_household_search()")
    op.execute("drop table ethnic_groups")
