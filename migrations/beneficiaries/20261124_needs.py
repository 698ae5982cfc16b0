"""What households need: kinds as data, and needs with the days on which they were raised and closed."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_needs"
down_revision = "20261124_support"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "needs" / "reference"

# A need closed on the day it was raised covers no day: so a mistake counts nowhere, and stays on record.
_TABLES = """
create table need_kinds (
    code text constraint pk_need_kinds primary key
        constraint ck_need_kinds_code check (code ~ '^[a-z][a-z_]{0,39}$'),
    title_vi text not null,
    title_en text not null,
    title_fr text not null,
    support_kinds text[] not null,
    indicators text[] not null,
    active boolean not null default true,
    version integer not null default 1 constraint ck_need_kinds_version check (version > 0)
);
create table needs (
    id uuid constraint pk_needs primary key,
    household_id uuid not null constraint fk_needs_household_id references households (id),
    kind text not null constraint fk_needs_kind references need_kinds (code),
    origin text not null constraint ck_needs_origin check (origin in ('report', 'review')),
    reported_through text,
    indicators text[] not null default '{}',
    raised_on date not null,
    raised_by text not null,
    note text,
    state text not null default 'open' constraint ck_needs_state check (state in ('open', 'met', 'withdrawn')),
    closed_on date constraint ck_needs_dates check (closed_on >= raised_on),
    closed_by text,
    closing_note text,
    version integer not null default 1 constraint ck_needs_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint ck_needs_closed check ((state = 'open') = (closed_on is null) and (state = 'open') = (closed_by is null)),
    constraint ck_needs_raised_by_what check (
        (origin = 'review') = (cardinality(indicators) > 0) and (origin = 'report') = (reported_through is not null)),
    constraint ex_needs_once exclude using gist (household_id with =, kind with =,
        daterange(raised_on, closed_on) with &&)
);
create index ix_needs_open on needs (household_id, kind, raised_on) include (closed_on) where state = 'open';
create index ix_needs_household_id on needs (household_id, kind, raised_on) include (closed_on);
alter table needs enable row level security;
alter table needs force row level security;
create policy needs_of_the_household on needs
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
create view support_received with (security_invoker = true) as
    select i.household_id, i.kind, i.happened_on from support_items i
    where not exists (
        select from support_reversals r where r.source = i.source and r.support_id = i.support_id);
grant select on support_received to beneficiaries;
grant select, insert, update (title_vi, title_en, title_fr, support_kinds, indicators, active, version)
    on need_kinds to beneficiaries;
grant select, insert, update (note, state, closed_on, closed_by, closing_note, version) on needs to beneficiaries;
"""
_LISTS = ("support_kinds", "indicators")


def upgrade() -> None:
    for statement in split(_TABLES):
        op.execute(statement)
    rows = list(csv.DictReader((_REFERENCE / "need_kinds.csv").read_text("utf-8").splitlines()))
    columns = [sa.column(name, sa.ARRAY(sa.Text) if name in _LISTS else sa.Text) for name in rows[0]]
    op.bulk_insert(
        sa.table("need_kinds", *columns),
        [{**row, **{name: [one for one in row[name].split(";") if one] for name in _LISTS}} for row in rows],
    )


def downgrade() -> None:
    op.execute("drop view support_received")
    op.execute("drop table needs")
    op.execute("drop table need_kinds")
