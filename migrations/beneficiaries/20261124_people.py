"""What only those who answer for a person may see: payment channels and disabilities, on two clocks."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_people"
down_revision = "20261124_rotation"
branch_labels = None
depends_on = None

# Who left for another area stays in the past of a household there (people_of_the_past), but what is private about
# them belongs to those who answer for them today.
_TABLES = """
create function answers_for_person(person uuid) returns boolean language sql stable as $$
    select current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and exists (select from people p where p.id = person
            and p.area_id = any ((select areas_in_scope())::uuid[])))
    $$;
create table payment_channels (
    id uuid not null,
    person_id uuid not null constraint fk_payment_channels_person_id references people (id),
    kind text not null constraint ck_payment_channels_kind check (kind in ('bank', 'e_money', 'cash')),
    provider text not null constraint ck_payment_channels_provider check (provider <> ''),
    holder text,
    account_sealed bytea,
    account_index bytea,
    valid_from date not null,
    valid_to date constraint ck_payment_channels_validity check (valid_to > valid_from),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_payment_channels_recorded check (recorded_to > recorded_from),
    recorded_by text not null,
    constraint pk_payment_channels primary key (person_id, id),
    constraint uq_payment_channels_id unique (id),
    constraint ck_payment_channels_account check ((kind = 'cash') = (account_sealed is null)
        and (account_sealed is null) = (account_index is null) and (kind = 'cash') = (holder is null)),
    constraint ex_payment_channels_person exclude using gist (person_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_payment_channels_account_index on payment_channels (account_index) where account_index is not null;
create table disabilities (
    id uuid constraint pk_disabilities primary key,
    person_id uuid not null constraint fk_disabilities_person_id references people (id),
    kind text not null constraint ck_disabilities_kind check (kind in ('mobility', 'hearing_speech', 'vision',
        'mental', 'intellectual', 'other')),
    degree text not null constraint ck_disabilities_degree check (degree in ('exceptionally_severe', 'severe', 'mild')),
    certificate_number text not null constraint ck_disabilities_certificate_number check (certificate_number <> ''),
    certified_on date not null,
    valid_from date not null,
    valid_to date constraint ck_disabilities_validity check (valid_to > valid_from),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_disabilities_recorded check (recorded_to > recorded_from),
    recorded_by text not null,
    constraint ex_disabilities_person exclude using gist (person_id with =, kind with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_disabilities_person_id on disabilities (person_id, id);
"""

_GRANTS = """
grant select, insert, update (recorded_to, account_sealed) on payment_channels to beneficiaries;
grant select, insert, update (recorded_to) on disabilities to beneficiaries;
"""
_OF_PEOPLE = ("payment_channels", "disabilities")


def upgrade() -> None:
    for statement in split(_TABLES):
        op.execute(statement)
    for table in _OF_PEOPLE:
        rule = "answers_for_person(person_id)"
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {table}_of_the_person on {table} using ({rule}) with check ({rule})")
    for statement in split(_GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table disabilities")
    op.execute("drop table payment_channels")
    op.execute("drop function answers_for_person(uuid)")
