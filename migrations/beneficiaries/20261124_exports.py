"""Exports: what somebody asked to take along, made by the worker, for nobody but who asked."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_exports"
down_revision = "20261124_imports"
branch_labels = None
depends_on = None

# Whatever a caller reaches, an export is seen by who asked for it: rows of one area may not be handed on by another.
_EXPORTS = """
create table exports (
    id uuid constraint pk_exports primary key,
    requested_by text not null constraint ck_exports_requested_by check (requested_by <> ''),
    client text not null,
    request_id text not null,
    reach text not null constraint ck_exports_reach check (reach in ('all', 'area', 'none')),
    area_code text not null,
    list text not null,
    filters jsonb not null,
    format text not null constraint ck_exports_format check (format in ('csv', 'xlsx', 'ndjson')),
    state text not null constraint ck_exports_state check (state in ('waiting', 'done')),
    rows integer,
    place text,
    size bigint,
    digest bytea,
    recorded_at timestamptz not null default now(),
    finished_at timestamptz,
    expires_at timestamptz not null,
    constraint ck_exports_done check ((state = 'done') = (place is not null) and (place is null) = (rows is null)
        and (place is null) = (size is null) and (place is null) = (digest is null)
        and (place is null) = (finished_at is null))
);
create index ix_exports_requested_by_id on exports (requested_by, id);
alter table exports enable row level security;
alter table exports force row level security;
create policy exports_of_who_asked on exports
    using (requested_by = current_setting('app.subject', true))
    with check (requested_by = current_setting('app.subject', true));
grant select, insert, delete, update (state, rows, place, size, digest, finished_at) on exports to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_EXPORTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table exports")
