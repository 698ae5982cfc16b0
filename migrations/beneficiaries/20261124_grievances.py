"""Grievances, the steps each of them went through, their kinds, and the days on which offices work."""

import csv
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_grievances"
down_revision = "20261124_difficulty"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "grievances" / "reference"

_CALENDAR = """
create table calendar_days (
    day date constraint pk_calendar_days primary key,
    working boolean not null,
    name text not null constraint ck_calendar_days_name check (name <> ''),
    confidence text not null constraint ck_calendar_days_confidence check (confidence in ('firm', 'soft', 'open'))
);
create function working_day_after(start date, days integer) returns date language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    select numbered.day from (
        select each.day::date as day, row_number() over (order by each.day) as number
        from generate_series(start + 1, start + days * 3 + 30, interval '1 day') each (day)
        left join calendar_days c on c.day = each.day::date
        where coalesce(c.working, extract(isodow from each.day) < 6)
    ) numbered where numbered.number = days
    $$;
create table grievance_kinds (
    code text constraint pk_grievance_kinds primary key
        constraint ck_grievance_kinds_code check (code ~ '^[a-z][a-z_]{0,39}$'),
    title_vi text not null,
    title_en text not null,
    title_fr text not null,
    answer_days smallint not null constraint ck_grievance_kinds_answer_days check (answer_days between 1 and 90),
    reopen_days smallint not null constraint ck_grievance_kinds_reopen_days check (reopen_days between 1 and 365),
    source text not null,
    active boolean not null default true,
    version integer not null default 1 constraint ck_grievance_kinds_version check (version > 0)
);
"""

# What people wrote is sealed. Of the complainant's own key and word of return only keyed or plain hashes are kept.
_TABLES = """
create table grievances (
    id uuid constraint pk_grievances primary key,
    code text not null constraint uq_grievances_code unique,
    intake_index bytea not null constraint uq_grievances_intake_index unique,
    fingerprint bytea not null,
    secret_hash bytea not null,
    channel text not null constraint ck_grievances_channel check (channel in ('in_person', 'phone', 'letter', 'app')),
    area_id uuid not null constraint fk_grievances_area_id references areas (id),
    village text,
    household_id uuid constraint fk_grievances_household_id references households (id),
    kind text not null constraint fk_grievances_kind references grievance_kinds (code),
    about_staff boolean not null,
    about_officer text,
    text_sealed bytea not null,
    contact_sealed bytea,
    received_on date not null,
    received_by text not null,
    state text not null constraint ck_grievances_state
        check (state in ('received', 'classified', 'assigned', 'answered', 'reopened')),
    level text not null constraint ck_grievances_level check (level in ('commune', 'district')),
    due_on date not null constraint ck_grievances_due_on check (due_on > received_on),
    escalated_on date,
    assigned_to text,
    answered_on date,
    answered_by text,
    reopen_until date,
    reopened_on date,
    version integer not null default 1 constraint ck_grievances_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint ck_grievances_about_officer check (about_officer is null or about_staff),
    constraint ck_grievances_bypass check (level = 'district' or not about_staff),
    constraint ck_grievances_assigned_to_another check (assigned_to <> about_officer),
    constraint ck_grievances_answered_by_another check (answered_by <> about_officer),
    constraint ck_grievances_assigned check (state <> 'assigned' or assigned_to is not null),
    constraint ck_grievances_answered check (num_nonnulls(answered_on, answered_by, reopen_until) in (0, 3)
        and (state <> 'answered' or answered_on is not null)),
    constraint ck_grievances_reopened check ((state <> 'reopened' or reopened_on is not null)
        and (reopened_on is null or answered_on is not null)),
    constraint ck_grievances_escalated check (escalated_on is null or level = 'district')
);
create index ix_grievances_area_id on grievances (area_id, due_on, id);
create index ix_grievances_due_on on grievances (due_on, id);
create index ix_grievances_late on grievances (due_on) where level = 'commune' and state <> 'answered';
create table grievance_steps (
    grievance_id uuid not null constraint fk_grievance_steps_grievance_id references grievances (id),
    number smallint not null constraint ck_grievance_steps_number check (number > 0),
    step text not null constraint ck_grievance_steps_step
        check (step in ('received', 'classified', 'assigned', 'answered', 'reopened', 'escalated')),
    happened_on date not null,
    made_by text not null,
    facts jsonb not null,
    text_sealed bytea,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint pk_grievance_steps primary key (grievance_id, number),
    constraint ck_grievance_steps_text check ((step in ('answered', 'reopened')) = (text_sealed is not null))
);
create unique index uq_grievance_steps_reopened on grievance_steps (grievance_id) where step = 'reopened';
create trigger append_only before update or delete or truncate on grievance_steps
    for each statement execute function refuse_rewrite();
create table grievance_visits (
    origin bytea not null,
    what text not null constraint ck_grievance_visits_what check (what in ('filing', 'looking')),
    hour timestamptz not null,
    times integer not null,
    constraint pk_grievance_visits primary key (origin, what, hour)
);
create index ix_grievance_visits_hour on grievance_visits (hour);
alter table grievances enable row level security;
alter table grievances force row level security;
create policy grievances_of_the_area on grievances
    using (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and not about_staff and area_id = any ((select areas_in_scope())::uuid[])))
    with check (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and not about_staff and area_id = any ((select areas_in_scope())::uuid[])));
alter table grievance_steps enable row level security;
alter table grievance_steps force row level security;
create policy grievance_steps_of_the_grievance on grievance_steps
    using (current_setting('app.reach', true) = 'all'
        or exists (select from grievances g where g.id = grievance_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from grievances g where g.id = grievance_id));
grant select, insert, update on calendar_days to beneficiaries;
grant select, insert, update (title_vi, title_en, title_fr, answer_days, reopen_days, active, version)
    on grievance_kinds to beneficiaries;
grant select, insert, update (kind, about_staff, about_officer, text_sealed, contact_sealed, state, level, due_on,
    escalated_on, assigned_to, answered_on, answered_by, reopen_until, reopened_on, version)
    on grievances to beneficiaries;
grant select, insert on grievance_steps to beneficiaries;
grant select, insert, update, delete on grievance_visits to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_CALENDAR + _TABLES):
        op.execute(statement)
    days = csv.DictReader((_REFERENCE / "calendar_days.csv").read_text("utf-8").splitlines())
    columns = [sa.column("day", sa.Date), sa.column("working", sa.Boolean), sa.column("name"), sa.column("confidence")]
    op.bulk_insert(
        sa.table("calendar_days", *columns),
        [{**row, "day": date.fromisoformat(row["day"]), "working": row["working"] == "true"} for row in days],
    )
    kinds = list(csv.DictReader((_REFERENCE / "grievance_kinds.csv").read_text("utf-8").splitlines()))
    op.bulk_insert(
        sa.table("grievance_kinds", *(sa.column(name) for name in kinds[0])),
        [{**row, "answer_days": int(row["answer_days"]), "reopen_days": int(row["reopen_days"])} for row in kinds],
    )


def downgrade() -> None:
    op.execute("drop table grievance_visits")
    op.execute("drop table grievance_steps")
    op.execute("drop table grievances")
    op.execute("drop table grievance_kinds")
    op.execute("drop function working_day_after(date, integer)")
    op.execute("drop table calendar_days")
