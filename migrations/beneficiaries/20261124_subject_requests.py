"""Requests of data subjects with their clocks, and the people whose data may only be kept."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_subject_requests"
down_revision = "20261124_standing_once"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "subject_requests" / "reference"

# acknowledge_days are working days, answer_days calendar days. keep_years: for how long after somebody left a household
# that was on a list or was given something their data stays, because the books and decisions do.
_TABLES = """
create table subject_request_kinds (
    code text constraint pk_subject_request_kinds primary key constraint ck_subject_request_kinds_code
        check (code in ('access', 'correction', 'restriction', 'deletion', 'consent_withdrawal')),
    title_vi text not null,
    title_en text not null,
    title_fr text not null,
    acknowledge_days smallint not null constraint ck_subject_request_kinds_acknowledge_days
        check (acknowledge_days between 1 and 30),
    answer_days smallint not null constraint ck_subject_request_kinds_answer_days check (answer_days between 1 and 90),
    keep_years smallint constraint ck_subject_request_kinds_keep_years check (keep_years between 0 and 100),
    source text not null,
    version integer not null default 1 constraint ck_subject_request_kinds_version check (version > 0),
    constraint ck_subject_request_kinds_keeping check ((code = 'deletion') = (keep_years is not null))
);
create table subject_requests (
    id uuid constraint pk_subject_requests primary key,
    code text not null constraint uq_subject_requests_code unique,
    person_id uuid not null constraint fk_subject_requests_person_id references people (id),
    kind text not null constraint fk_subject_requests_kind references subject_request_kinds (code),
    asked_by text not null constraint ck_subject_requests_asked_by check (asked_by in ('person', 'representative')),
    evidence text not null constraint ck_subject_requests_evidence check (evidence <> ''),
    details_sealed bytea,
    consent_id uuid constraint fk_subject_requests_consent_id references exchange_consents (id),
    received_on date not null,
    received_by text not null,
    acknowledge_by date not null,
    acknowledged_on date constraint ck_subject_requests_acknowledged_on check (acknowledged_on >= received_on),
    due_on date not null constraint ck_subject_requests_due_on check (due_on > received_on),
    state text not null constraint ck_subject_requests_state
        check (state in ('received', 'acknowledged', 'proposed', 'granted', 'refused')),
    proposed_outcome text constraint ck_subject_requests_proposed_outcome
        check (proposed_outcome in ('granted', 'refused')),
    proposed_by text,
    reason text constraint ck_subject_requests_reason check (reason <> ''),
    decided_by text,
    decided_on date,
    version integer not null default 1 constraint ck_subject_requests_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint ck_subject_requests_consent check ((kind = 'consent_withdrawal') = (consent_id is not null)),
    constraint ck_subject_requests_decided check ((decided_by is not null) = (state in ('granted', 'refused'))
        and (decided_by is null) = (decided_on is null)),
    constraint ck_subject_requests_told_why check (state <> 'refused' or reason is not null),
    constraint ck_subject_requests_proposed check ((proposed_by is null) = (proposed_outcome is null)
        and (state <> 'proposed' or proposed_by is not null)),
    constraint ck_subject_requests_two_people check (decided_by <> proposed_by),
    constraint ck_subject_requests_deletion_by_two check (kind <> 'deletion' or decided_by is null
        or proposed_by is not null)
);
create index ix_subject_requests_person_id on subject_requests (person_id, id);
create index ix_subject_requests_open on subject_requests (due_on, id) where state not in ('granted', 'refused');
create table person_restrictions (
    id uuid constraint pk_person_restrictions primary key,
    request_id uuid not null constraint fk_person_restrictions_request_id references subject_requests (id)
        constraint uq_person_restrictions_request_id unique,
    person_id uuid not null constraint fk_person_restrictions_person_id references people (id),
    restricted_at timestamptz not null default now(),
    lifted_at timestamptz constraint ck_person_restrictions_lifted_at check (lifted_at >= restricted_at),
    lifted_by text,
    constraint ck_person_restrictions_lifted check ((lifted_at is null) = (lifted_by is null))
);
create unique index uq_person_restrictions_person on person_restrictions (person_id) where lifted_at is null;
create function person_is_restricted(person uuid) returns boolean language sql stable as $$
    select exists (select from person_restrictions r where r.person_id = person and r.lifted_at is null)
    $$;
insert into ethnic_groups (code, name, source) values ('00', 'Không xác định', 'whose data was deleted');
"""

_GRANTS = """
grant select, update (title_vi, title_en, title_fr, acknowledge_days, answer_days, keep_years, source, version)
    on subject_request_kinds to beneficiaries;
grant select, insert, update (details_sealed, acknowledged_on, state, proposed_outcome, proposed_by, reason, decided_by,
    decided_on, version) on subject_requests to beneficiaries;
grant select, insert, update (lifted_at, lifted_by) on person_restrictions to beneficiaries;
grant delete on payment_channels to beneficiaries;
grant delete on disabilities to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES):
        op.execute(statement)
    for table in ("subject_requests", "person_restrictions"):
        rule = "answers_for_person(person_id)"
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {table}_of_the_person on {table} using ({rule}) with check ({rule})")
    for statement in split(_GRANTS):
        op.execute(statement)
    kinds = list(csv.DictReader((_REFERENCE / "subject_request_kinds.csv").read_text("utf-8").splitlines()))
    numbers = ("acknowledge_days", "answer_days", "keep_years")
    op.bulk_insert(
        sa.table("subject_request_kinds", *(sa.column(name) for name in kinds[0])),
        [{**row, **{name: int(row[name]) if row[name] else None for name in numbers}} for row in kinds],
    )


def downgrade() -> None:
    op.execute("revoke delete on disabilities from beneficiaries")
    op.execute("revoke delete on payment_channels from beneficiaries")
    op.execute("drop function person_is_restricted(uuid)")
    op.execute("drop table person_restrictions")
    op.execute("drop table subject_requests")
    op.execute("drop table subject_request_kinds")
    op.execute("delete from ethnic_groups where code = '00'")
