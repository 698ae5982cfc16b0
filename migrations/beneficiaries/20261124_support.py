"""Support that a household received, told by the events of the other services."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_support"
down_revision = "20261124_poverty"
branch_labels = None
depends_on = None

# No foreign key to households: an event may come before the household has been synchronised from a phone, and must
# not be lost. No order either: a reversal may come before what it reverses.
_TABLES = """
create table support_items (
    source text not null constraint ck_support_items_source check (source <> ''),
    support_id uuid not null,
    household_id uuid not null,
    kind text not null constraint ck_support_items_kind check (kind ~ '^[a-z][a-z_-]{0,39}$'),
    happened_on date not null,
    quantities jsonb not null constraint ck_support_items_quantities check (jsonb_typeof(quantities) = 'array'),
    reference text,
    title text,
    proof text,
    event_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint pk_support_items primary key (source, support_id)
);
create index ix_support_items_household_id on support_items (household_id, happened_on, support_id);
create table support_reversals (
    source text not null,
    support_id uuid not null,
    reason text,
    event_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint pk_support_reversals primary key (source, support_id)
);
alter table support_items enable row level security;
alter table support_items force row level security;
create policy support_items_of_the_household on support_items for select
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
create policy support_items_from_events on support_items for insert
    with check (current_setting('app.reach', true) = 'all');
alter table support_reversals enable row level security;
alter table support_reversals force row level security;
create policy support_reversals_of_the_item on support_reversals for select
    using (current_setting('app.reach', true) = 'all' or exists (
        select from support_items i
        where i.source = support_reversals.source and i.support_id = support_reversals.support_id));
create policy support_reversals_from_events on support_reversals for insert
    with check (current_setting('app.reach', true) = 'all');
grant select, insert on support_items, support_reversals to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table support_reversals")
    op.execute("drop table support_items")
