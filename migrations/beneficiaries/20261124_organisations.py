"""Organisations that stand by villages and households, since when, and what they did there."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_organisations"
down_revision = "20261124_area_acts"
branch_labels = None
depends_on = None

# An assignment to a household follows the household; one to a village or commune follows the area.
_OF_THE_PLACE = """(current_setting('app.reach', true) = 'all'
    or (household_id is null and current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[]))
    or (household_id is not null and exists (select from households h where h.id = household_id)))"""

_TABLES = """
create table organisations (
    id uuid constraint pk_organisations primary key,
    name text not null constraint ck_organisations_name check (name <> ''),
    folded_name text not null constraint uq_organisations_folded_name unique,
    kind text not null constraint ck_organisations_kind check (kind in ('agency', 'union', 'company', 'army', 'police',
        'school', 'bank', 'association', 'religious', 'group')),
    contact text,
    active boolean not null default true,
    version integer not null default 1 constraint ck_organisations_version check (version > 0),
    recorded_at timestamptz not null default now()
);
create table organisation_assignments (
    id uuid constraint pk_organisation_assignments primary key,
    organisation_id uuid not null constraint fk_organisation_assignments_organisation_id references organisations (id),
    area_id uuid not null constraint fk_organisation_assignments_area_id references areas (id),
    village text constraint ck_organisation_assignments_village check (village <> ''),
    household_id uuid constraint fk_organisation_assignments_household_id references households (id),
    purpose text not null,
    decision_number text,
    valid_from date not null,
    valid_to date,
    ended_because text,
    recorded_by text not null,
    version integer not null default 1 constraint ck_organisation_assignments_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_organisation_assignments_id_organisation_id unique (id, organisation_id),
    constraint ck_organisation_assignments_place check (village is null or household_id is null),
    constraint ck_organisation_assignments_validity check (valid_to >= valid_from),
    constraint ck_organisation_assignments_ended check (ended_because is null or valid_to is not null),
    constraint ex_organisation_assignments_household exclude using gist (organisation_id with =, household_id with =,
        daterange(valid_from, valid_to) with &&) where (household_id is not null),
    constraint ex_organisation_assignments_village exclude using gist (organisation_id with =, area_id with =,
        (coalesce(village, '')) with =, daterange(valid_from, valid_to) with &&) where (household_id is null)
);
create index ix_organisation_assignments_household_id on organisation_assignments (household_id);
create index ix_organisation_assignments_area_id on organisation_assignments (area_id, village);
create table organisation_activities (
    id uuid constraint pk_organisation_activities primary key,
    organisation_id uuid not null constraint fk_organisation_activities_organisation_id references organisations (id),
    assignment_id uuid,
    area_id uuid not null constraint fk_organisation_activities_area_id references areas (id),
    village text constraint ck_organisation_activities_village check (village <> ''),
    household_id uuid constraint fk_organisation_activities_household_id references households (id),
    kind text not null constraint ck_organisation_activities_kind check (kind ~ '^[a-z][a-z_-]{0,39}$'),
    happened_on date not null,
    description text not null,
    quantities jsonb not null constraint ck_organisation_activities_quantities
        check (jsonb_typeof(quantities) = 'array'),
    recorded_by text not null,
    withdrawn_on date,
    withdrawn_by text,
    withdrawn_because text,
    recorded_at timestamptz not null default now(),
    constraint fk_organisation_activities_assignment_id foreign key (assignment_id, organisation_id)
        references organisation_assignments (id, organisation_id),
    constraint ck_organisation_activities_place check (village is null or household_id is null),
    constraint ck_organisation_activities_withdrawn check ((withdrawn_on is null) = (withdrawn_by is null)
        and (withdrawn_on is null) = (withdrawn_because is null))
);
create index ix_organisation_activities_household_id on organisation_activities (household_id, kind, happened_on)
    where household_id is not null and withdrawn_on is null;
create index ix_organisation_activities_area_id on organisation_activities (area_id, village);
create index ix_organisation_activities_organisation_id on organisation_activities (organisation_id, id);
alter table organisation_assignments enable row level security;
alter table organisation_assignments force row level security;
create policy organisation_assignments_of_the_place on organisation_assignments
    using <place> with check <place>;
alter table organisation_activities enable row level security;
alter table organisation_activities force row level security;
create policy organisation_activities_of_the_place on organisation_activities
    using <place> with check <place>;
create or replace view support_received with (security_invoker = true) as
    select i.household_id, i.kind, i.happened_on from support_items i
    where not exists (
        select from support_reversals r where r.source = i.source and r.support_id = i.support_id)
    union all
    select a.household_id, a.kind, a.happened_on from organisation_activities a
    where a.household_id is not null and a.withdrawn_on is null;
grant select, insert, update (name, folded_name, kind, contact, active, version) on organisations to beneficiaries;
grant select, insert, update (valid_to, ended_because, version) on organisation_assignments to beneficiaries;
grant select, insert, update (withdrawn_on, withdrawn_by, withdrawn_because) on organisation_activities
    to beneficiaries;
"""

_VIEW_BEFORE = """
create or replace view support_received with (security_invoker = true) as
    select i.household_id, i.kind, i.happened_on from support_items i
    where not exists (
        select from support_reversals r where r.source = i.source and r.support_id = i.support_id)
"""


def upgrade() -> None:
    for statement in split(_TABLES.replace("<place>", _OF_THE_PLACE)):
        op.execute(statement)


def downgrade() -> None:
    op.execute(_VIEW_BEFORE)
    op.execute("drop table organisation_activities")
    op.execute("drop table organisation_assignments")
    op.execute("drop table organisations")
