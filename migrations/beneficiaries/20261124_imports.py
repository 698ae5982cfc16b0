"""Imports of households from files: what was sent, its rows while they are worked on, what was refused and why.

A row of a file is written once, whatever happens: its business key is the hash of the file and its place in it.
"""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_imports"
down_revision = "20261124_places_ahead"
branch_labels = None
depends_on = None

# area_id: the unit that the sender answered for on that day, null for one who reaches all; who may see the import.
_IMPORTS = """
create table imports (
    id uuid constraint pk_imports primary key,
    sent_by text not null,
    client text not null,
    request_id text not null,
    reach text not null constraint ck_imports_reach check (reach in ('all', 'area')),
    area_code text not null,
    area_id uuid constraint fk_imports_area_id references areas (id),
    language text not null constraint ck_imports_language check (language in ('en', 'vi', 'fr')),
    file_name text,
    kind text not null constraint ck_imports_kind check (kind in ('csv', 'xlsx')),
    size bigint not null,
    digest bytea not null constraint ck_imports_digest check (octet_length(digest) = 32),
    dry_run boolean not null,
    state text not null constraint ck_imports_state check (state in
        ('waiting', 'reading', 'checking', 'writing', 'reporting', 'done', 'refused')),
    place text,
    refusal jsonb,
    rows_staged integer not null default 0,
    households_staged integer not null default 0,
    rows_read integer not null default 0,
    rows_accepted integer not null default 0,
    rows_unchanged integer not null default 0,
    rows_refused integer not null default 0,
    households_accepted integer not null default 0,
    households_unchanged integer not null default 0,
    households_refused integer not null default 0,
    written_to integer not null default 0,
    refused_csv text,
    refused_xlsx text,
    version integer not null default 1,
    recorded_at timestamptz not null default now(),
    finished_at timestamptz,
    expires_at timestamptz not null,
    constraint ck_imports_scope check ((reach = 'area') = (area_id is not null)),
    constraint ck_imports_refusal check ((refusal is not null) = (state = 'refused')),
    constraint ck_imports_finished check ((finished_at is not null) = (state in ('done', 'refused'))),
    constraint ck_imports_sums check (state not in ('reporting', 'done')
        or rows_read = rows_accepted + rows_unchanged + rows_refused)
);
create index ix_imports_expires_at on imports (expires_at);
create unique index uq_imports_at_work on imports (sent_by, digest, dry_run) where finished_at is null;
create table import_households (
    import_id uuid not null constraint fk_import_households_import_id references imports (id) on delete cascade,
    number integer not null,
    row_number integer not null,
    sheet text,
    key text not null,
    area_id uuid,
    village text,
    address text,
    registered_on date,
    members integer not null,
    refused boolean not null,
    unchanged boolean not null default false,
    constraint pk_import_households primary key (import_id, number)
);
create table import_rows (
    import_id uuid not null,
    household integer not null,
    row_number integer not null,
    sheet text,
    id uuid not null,
    membership_id uuid not null,
    full_name text not null,
    folded text not null,
    sex text not null,
    birth_date date not null,
    birth_precision text not null,
    ethnicity text not null,
    relation text not null,
    joined_on date not null,
    identity_sealed bytea,
    identity_index bytea,
    phone_sealed bytea,
    phone_index bytea,
    constraint pk_import_rows primary key (import_id, household, id)
);
create table import_errors (
    import_id uuid not null constraint fk_import_errors_import_id references imports (id) on delete cascade,
    household integer not null,
    row_number integer not null,
    id uuid not null,
    sheet text,
    field text,
    code text not null,
    facts jsonb not null default '{}',
    constraint pk_import_errors primary key (import_id, household, row_number, id)
);
create table imported_households (
    household_id uuid constraint pk_imported_households primary key
        constraint fk_imported_households_household_id references households (id),
    import_id uuid not null,
    digest bytea not null,
    number integer not null,
    constraint uq_imported_households_digest_number unique (digest, number)
);
"""

_POLICIES = "".join(
    f"""
alter table {table} enable row level security;
alter table {table} force row level security;
create policy {table}_of_the_sender on {table} using ({rule}) with check ({rule});
"""
    for table, rule in (
        (
            "imports",
            "current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area' and area_id = any ((select areas_in_scope())::uuid[]))",
        ),
        ("import_households", "import_id in (select i.id from imports i)"),
        ("import_rows", "import_id in (select i.id from imports i)"),
        ("import_errors", "import_id in (select i.id from imports i)"),
        (
            "imported_households",
            "current_setting('app.reach', true) = 'all' or exists (select from households h where h.id = household_id)",
        ),
    )
)

# A number that somebody far away carries is refused by its unique index; to say so before, and to say whether that
# person stands in a household on the day, the check looks past the caller's scope at keyed indexes, which nobody
# makes without the key, and gives back nothing but that.
_FUNCTIONS = """
create function numbers_taken(indexes bytea[], days date[]) returns table (number bytea, in_household boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, public, pg_temp set enable_nestloop = on
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        return query
        select a.index, exists (select from memberships m where m.person_id = p.id and m.recorded_to is null
                                and (m.left_on is null or m.left_on > a.day))
        from unnest(indexes, days) as a (index, day) join people p on p.identity_index = a.index;
        perform set_config('app.reach', coalesce(before, ''), true);
    end $$;
revoke all on function numbers_taken(bytea[], date[]) from public;
grant execute on function numbers_taken(bytea[], date[]) to beneficiaries;
"""

_GRANTS = """
grant select, insert, delete, update (state, place, refusal, rows_staged, households_staged, rows_read, rows_accepted,
    rows_unchanged, rows_refused, households_accepted, households_unchanged, households_refused, written_to,
    refused_csv, refused_xlsx, version, finished_at) on imports to beneficiaries;
grant select, insert, delete, update (refused, unchanged) on import_households to beneficiaries;
grant select, insert, delete on import_rows to beneficiaries;
grant select, insert, delete on import_errors to beneficiaries;
grant select, insert on imported_households to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_IMPORTS + _POLICIES + _FUNCTIONS + _GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop function numbers_taken(bytea[], date[])")
    for table in ("imported_households", "import_errors", "import_rows", "import_households", "imports"):
        op.execute(f"drop table {table}")
