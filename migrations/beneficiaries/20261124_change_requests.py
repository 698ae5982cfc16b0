"""Proposed changes of households, what was attached to them, every step of them, and their kinds as data.

Who proposed a change never decides on it, and what was decided stays: the database refuses both as well.
"""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_change_requests"
down_revision = "20261124_review_papers"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "change_requests" / "reference"

_TABLES = """
create table change_request_kinds (
    code text constraint pk_change_request_kinds primary key
        constraint ck_change_request_kinds_code check (code ~ '^[a-z][a-z_]{0,39}$'),
    title_vi text not null constraint ck_change_request_kinds_title_vi check (title_vi <> ''),
    title_en text not null constraint ck_change_request_kinds_title_en check (title_en <> ''),
    title_fr text not null constraint ck_change_request_kinds_title_fr check (title_fr <> ''),
    proposers text[] not null,
    checker text not null constraint ck_change_request_kinds_checker check (checker in ('approver', 'registrar')),
    attachment_needed boolean not null,
    decide_days smallint not null constraint ck_change_request_kinds_decide_days check (decide_days between 1 and 90),
    answer_days smallint not null constraint ck_change_request_kinds_answer_days check (answer_days between 1 and 365),
    direct_allowed boolean not null,
    active boolean not null,
    version integer not null default 1 constraint ck_change_request_kinds_version check (version > 0)
);
create table change_requests (
    id uuid constraint pk_change_requests primary key,
    kind text not null constraint fk_change_requests_kind references change_request_kinds (code),
    household_id uuid not null constraint fk_change_requests_household_id references households (id),
    named_code text,
    base_version bigint not null constraint ck_change_requests_base_version check (base_version > 0),
    other_household_id uuid constraint fk_change_requests_other_household_id references households (id),
    other_base_version bigint constraint ck_change_requests_other_base_version check (other_base_version > 0),
    fields text[] not null constraint ck_change_requests_fields check (cardinality(fields) > 0),
    payload_sealed bytea not null,
    reason text not null constraint ck_change_requests_reason check (reason <> ''),
    proposed_by text not null,
    proposed_at timestamptz not null default clock_timestamp(),
    state text not null constraint ck_change_requests_state
        check (state in ('proposed', 'returned', 'approved', 'rejected', 'withdrawn', 'expired')),
    due_on date not null,
    decided_by text,
    decided_at timestamptz,
    version integer not null default 1 constraint ck_change_requests_version check (version > 0),
    constraint ck_change_requests_decided_by_another check (decided_by <> proposed_by),
    constraint ck_change_requests_decided check (num_nonnulls(decided_by, decided_at)
        = case when state in ('approved', 'rejected') then 2 else 0 end),
    constraint ck_change_requests_other check (num_nonnulls(other_household_id, other_base_version) in (0, 2)
        and other_household_id <> household_id)
);
create index ix_change_requests_due_on on change_requests (due_on, id);
create index ix_change_requests_household_id on change_requests (household_id, due_on, id);
create index ix_change_requests_proposed_by on change_requests (proposed_by, due_on, id);
create index ix_change_requests_unanswered on change_requests (due_on) where state = 'returned';
create trigger closed_for_good before update of kind, household_id, base_version, other_household_id,
    other_base_version, fields, reason, proposed_by, proposed_at, state, due_on, decided_by, decided_at, version
    on change_requests for each row when (old.state not in ('proposed', 'returned'))
    execute function refuse_rewrite();
create trigger kept before delete or truncate on change_requests
    for each statement execute function refuse_rewrite();
create table change_request_steps (
    request_id uuid not null constraint fk_change_request_steps_request_id references change_requests (id),
    number integer not null constraint ck_change_request_steps_number check (number > 0),
    step text not null constraint ck_change_request_steps_step check (step in
        ('proposed', 'returned', 'resubmitted', 'approved', 'rejected', 'withdrawn', 'expired')),
    made_by text not null,
    reason text,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint pk_change_request_steps primary key (request_id, number),
    constraint ck_change_request_steps_reason check (step not in ('returned', 'rejected') or reason <> '')
);
create trigger append_only before update or delete or truncate on change_request_steps
    for each statement execute function refuse_rewrite();
create table change_request_attachments (
    id uuid constraint pk_change_request_attachments primary key,
    request_id uuid not null constraint fk_change_request_attachments_request_id references change_requests (id),
    name text not null constraint ck_change_request_attachments_name check (name <> ''),
    media_type text not null constraint ck_change_request_attachments_media_type
        check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    size bigint not null constraint ck_change_request_attachments_size check (size > 0),
    digest bytea not null constraint ck_change_request_attachments_digest check (octet_length(digest) = 32),
    place text not null constraint uq_change_request_attachments_place unique,
    sent_by text not null,
    recorded_at timestamptz not null default now(),
    constraint uq_change_request_attachments_request_id_digest unique (request_id, digest)
);
create trigger append_only before update or delete or truncate on change_request_attachments
    for each statement execute function refuse_rewrite();
"""

# Who proposed one keeps seeing it, wherever the household has gone; others see it as long as they see the household.
_POLICIES = """
alter table change_requests enable row level security;
alter table change_requests force row level security;
create policy change_requests_of_the_household on change_requests
    using (current_setting('app.reach', true) = 'all'
        or (proposed_by = current_setting('app.subject', true) and proposed_by <> '')
        or (current_setting('app.reach', true) = 'area' and exists (select from households h where h.id = household_id)))
    with check (current_setting('app.reach', true) = 'all'
        or (proposed_by = current_setting('app.subject', true) and proposed_by <> '')
        or (current_setting('app.reach', true) = 'area' and exists (select from households h where h.id = household_id)));
alter table change_request_steps enable row level security;
alter table change_request_steps force row level security;
create policy change_request_steps_of_the_request on change_request_steps
    using (exists (select from change_requests r where r.id = request_id))
    with check (exists (select from change_requests r where r.id = request_id));
alter table change_request_attachments enable row level security;
alter table change_request_attachments force row level security;
create policy change_request_attachments_of_the_request on change_request_attachments
    using (exists (select from change_requests r where r.id = request_id))
    with check (exists (select from change_requests r where r.id = request_id));
"""

# Another office names a household that it does not see: it learns that there is one, and the registry its version.
_FUNCTIONS = """
create function household_named(wanted_id uuid, wanted_code text) returns table (id uuid, version bigint)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        return query select h.id, h.version::bigint from households h
            where (wanted_id is null or h.id = wanted_id) and (wanted_code is null or h.code = wanted_code)
              and num_nonnulls(wanted_id, wanted_code) = 1
              for share;
        perform set_config('app.reach', coalesce(before, ''), true);
    end $$;
revoke all on function household_named(uuid, text) from public;
grant execute on function household_named(uuid, text) to beneficiaries;
"""

_GRANTS = """
grant select, update (title_vi, title_en, title_fr, proposers, checker, attachment_needed, decide_days, answer_days,
    direct_allowed, active, version) on change_request_kinds to beneficiaries;
grant select, insert, update (base_version, other_household_id, other_base_version, fields, payload_sealed, reason,
    state, due_on, decided_by, decided_at, version) on change_requests to beneficiaries;
grant select, insert on change_request_steps to beneficiaries;
grant select, insert on change_request_attachments to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES + _POLICIES + _FUNCTIONS + _GRANTS):
        op.execute(statement)
    kinds = csv.DictReader((_REFERENCE / "change_request_kinds.csv").read_text("utf-8").splitlines())
    flags = ("attachment_needed", "direct_allowed", "active")
    columns = [
        *(sa.column(name) for name in ("code", "title_vi", "title_en", "title_fr", "checker")),
        *(sa.column(name, sa.Boolean) for name in flags),
        *(sa.column(name, sa.SmallInteger) for name in ("decide_days", "answer_days")),
        sa.column("proposers", sa.ARRAY(sa.Text)),
    ]
    op.bulk_insert(
        sa.table("change_request_kinds", *columns),
        [
            {
                **row,
                **{name: row[name] == "true" for name in flags},
                "decide_days": int(row["decide_days"]),
                "answer_days": int(row["answer_days"]),
                "proposers": row["proposers"].split(),
            }
            for row in kinds
        ],
    )


def downgrade() -> None:
    op.execute("drop function household_named(uuid, text)")
    op.execute("drop table change_request_attachments")
    op.execute("drop table change_request_steps")
    op.execute("drop table change_requests")
    op.execute("drop table change_request_kinds")
