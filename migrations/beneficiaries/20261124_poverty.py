"""Poverty status of a household on two clocks, the standards it is judged by, and search by name and status."""

import csv
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_poverty"
down_revision = "20261124_households"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "poverty" / "reference"

_TABLES = """
create table poverty_standards (
    code text constraint pk_poverty_standards primary key,
    title text not null,
    valid_from date not null,
    valid_to date not null,
    confidence text not null constraint ck_poverty_standards_confidence check (confidence in ('firm', 'soft')),
    source text not null,
    constraint ex_poverty_standards_period exclude using gist (daterange(valid_from, valid_to) with &&)
);
create table poverty_standard_lines (
    standard text not null,
    review_years text not null,
    area text not null,
    class text not null,
    income_rule text not null,
    deprivation_rule text not null,
    status text not null,
    source text not null,
    constraint pk_poverty_standard_lines primary key (standard, area, class)
);
create table poverty_statuses (
    id uuid constraint pk_poverty_statuses primary key,
    household_id uuid not null constraint fk_poverty_statuses_household_id references households (id),
    status text not null constraint ck_poverty_statuses_status check (status in ('poor', 'near_poor', 'none')),
    valid_from date not null,
    valid_to date constraint ck_poverty_statuses_validity check (valid_to > valid_from),
    standard text not null constraint fk_poverty_statuses_standard references poverty_standards (code),
    decision_number text not null constraint ck_poverty_statuses_decision_number check (decision_number <> ''),
    decided_by text not null,
    recorded_from timestamptz not null,
    recorded_to timestamptz constraint ck_poverty_statuses_recorded check (recorded_to > recorded_from),
    constraint ex_poverty_statuses_household exclude using gist (household_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_poverty_statuses_household_id on poverty_statuses (household_id, valid_from);
create index ix_poverty_statuses_listed on poverty_statuses (status, valid_from, household_id)
    where recorded_to is null and status <> 'none';
alter table poverty_statuses enable row level security;
alter table poverty_statuses force row level security;
create policy poverty_statuses_of_the_household on poverty_statuses
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
"""

# One statement, no SET: PostgreSQL inlines it into the query that joins it.
# "Newly escaped" is a household off both lists for at most three years.
_FUNCTIONS = """
create function household_standing(household uuid, day date, known timestamptz)
    returns table (status text, since date, standard text, left_list_on date) language sql stable as $$
    select case when s.status in ('poor', 'near_poor') then s.status
                when gone.left_on + interval '3 years' >= day then 'newly_escaped'
                else 'none' end,
           s.valid_from, s.standard, case when s.status in ('poor', 'near_poor') then null else gone.left_on end
    from (select) as one
    left join poverty_statuses s on s.household_id = household
        and s.valid_from <= day and (s.valid_to is null or s.valid_to > day)
        and s.recorded_from <= known and (s.recorded_to is null or s.recorded_to > known)
    left join lateral (
        select max(p.valid_to) as left_on from poverty_statuses p
        where p.household_id = household and p.status in ('poor', 'near_poor') and p.valid_to <= day
          and p.recorded_from <= known and (p.recorded_to is null or p.recorded_to > known)
    ) gone on true
    $$;
create function households_named(pattern text, within uuid[], wanted text, day date, after uuid, most integer)
    returns setof uuid language plpgsql stable security definer
    set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan
    as $$
    begin
        return query
        select s.household_id from household_search s
        where s.names like pattern
          and (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
               and s.area_id = any ((select areas_in_scope())::uuid[])))
          and (within is null or s.area_id = any (within))
          and (after is null or s.household_id > after)
          and (wanted is null or exists (
               select from household_standing(s.household_id, day, now()) st where st.status = wanted))
        order by s.household_id limit most;
    end $$;
revoke all on function households_named(text, uuid[], text, date, uuid, integer) from public;
grant execute on function households_named(text, uuid[], text, date, uuid, integer) to beneficiaries;
grant select on poverty_standards, poverty_standard_lines to beneficiaries;
grant select, insert, update (recorded_to) on poverty_statuses to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _FUNCTIONS):
        op.execute(statement)
    periods = list(csv.DictReader((_REFERENCE / "poverty_standard_periods.csv").read_text("utf-8").splitlines()))
    names = ("code", "title", "valid_from", "valid_to", "confidence", "source")
    table = sa.table("poverty_standards", *(sa.column(name) for name in names))
    op.bulk_insert(
        table,
        [
            {
                **{name: row.get(name) for name in names},
                "code": row["standard"],
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_to": date.fromisoformat(row["valid_to"]),
            }
            for row in periods
        ],
    )
    lines = list(csv.DictReader((_REFERENCE / "poverty_standards.csv").read_text("utf-8").splitlines()))
    names = ("standard", "review_years", "area", "class", "income_rule", "deprivation_rule", "status", "source")
    op.bulk_insert(
        sa.table("poverty_standard_lines", *(sa.column(name) for name in names)),
        [
            {
                **{name: row.get(name) for name in names},
                "review_years": row["applies_for_review_years"],
                "income_rule": row["income_rule_vnd_per_person_month"],
            }
            for row in lines
        ],
    )


def downgrade() -> None:
    op.execute("drop function households_named(text, uuid[], text, date, uuid, integer)")
    op.execute("drop function household_standing(uuid, date, timestamptz)")
    op.execute("drop table poverty_statuses")
    op.execute("drop table poverty_standard_lines")
    op.execute("drop table poverty_standards")
