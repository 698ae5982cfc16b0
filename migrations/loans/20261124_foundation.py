"""Programmes with dated terms, applications with their dated snapshots, loans, repayments, and the books of them.

Row scope: reach `all` sees every row, a bank its own and nothing else, nobody else any. A bank sees an application
once it has been approved. Programmes are public law and carry no scope.
"""

from alembic import op

from migrations.parts import jobs_v1, ledger_v1, outbox_v1, platform_v1

revision = "20261124_foundation"
down_revision = None
branch_labels = None
depends_on = None

RUNTIME = "loans"

_TABLES = (
    """
    create table programmes (
        id uuid constraint pk_programmes primary key,
        code text not null constraint uq_programmes_code unique
            constraint ck_programmes_code check (code ~ '^[a-z][a-z0-9-]{1,40}$'),
        official_code text,
        name_vi text not null,
        name_en text not null,
        name_fr text not null,
        bank text not null,
        beneficiary text not null,
        statuses text[] not null
            constraint ck_programmes_statuses check (statuses <@ array['poor', 'near_poor', 'newly_escaped']),
        years_after_leaving smallint constraint ck_programmes_years_after_leaving check (years_after_leaving > 0),
        overdue_percent smallint not null default 130,
        snapshot_days smallint not null default 30
            constraint ck_programmes_snapshot_days check (snapshot_days between 1 and 366),
        verified text not null,
        source text not null,
        recorded_at timestamptz not null default now()
    )
    """,
    """
    create table programme_terms (
        id uuid constraint pk_programme_terms primary key,
        programme_id uuid not null constraint fk_programme_terms_programme_id references programmes,
        annual_rate bigint not null constraint ck_programme_terms_annual_rate check (annual_rate between 0 and 999999999),
        max_amount bigint constraint ck_programme_terms_max_amount check (max_amount between 1 and 1000000000000000),
        max_amount_per text not null constraint ck_programme_terms_max_amount_per
            check (max_amount_per in ('household', 'month', 'work')),
        max_term_months smallint constraint ck_programme_terms_max_term_months check (max_term_months between 1 and 600),
        valid_from date not null,
        valid_to date,
        decision text not null,
        verified text not null,
        recorded_by text not null,
        recorded_from timestamptz not null default now(),
        recorded_to timestamptz,
        constraint ck_programme_terms_valid check (valid_to > valid_from),
        constraint ck_programme_terms_recorded check (recorded_to >= recorded_from),
        constraint ex_programme_terms_overlap exclude using gist (
            programme_id with =, daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&
        )
    )
    """,
    """
    create table loan_applications (
        id uuid constraint pk_loan_applications primary key,
        reference text not null constraint uq_loan_applications_reference unique,
        household_id uuid not null,
        programme_id uuid not null constraint fk_loan_applications_programme_id references programmes,
        bank text not null constraint ck_loan_applications_bank check (bank ~ '^[a-z][a-z0-9-]{0,30}$'),
        amount bigint not null constraint ck_loan_applications_amount check (amount between 1 and 1000000000000000),
        term_months smallint not null constraint ck_loan_applications_term_months check (term_months between 1 and 600),
        principal_every smallint not null
            constraint ck_loan_applications_principal_every check (principal_every in (6, 12)),
        purpose text not null,
        applied_on date not null,
        applied_by text not null,
        state text not null constraint ck_loan_applications_state
            check (state in ('awaiting_status', 'eligible', 'refused', 'approved', 'disbursed')),
        refusals text[] not null default '{}',
        snapshot_id uuid,
        area_id uuid,
        annual_rate bigint,
        approved_on date,
        approved_by text,
        version integer not null default 1,
        recorded_at timestamptz not null default now(),
        constraint uq_loan_applications_bank unique (id, bank),
        constraint ck_loan_applications_second_person check (approved_by <> applied_by),
        constraint ck_loan_applications_refused check ((state = 'refused') = (cardinality(refusals) > 0)),
        constraint ck_loan_applications_verified
            check (state = 'awaiting_status' or state = 'refused' or snapshot_id is not null),
        constraint ck_loan_applications_approved check (
            (state in ('approved', 'disbursed')) = (approved_by is not null)
            and (approved_by is null) = (approved_on is null)
            and (approved_by is null or (annual_rate is not null and area_id is not null))
            and approved_on >= applied_on
        )
    )
    """,
    # Behind the idempotency key: one household asks once for one programme until that is settled.
    """
    create unique index uq_loan_applications_open on loan_applications (household_id, programme_id)
        where state in ('awaiting_status', 'eligible', 'approved')
    """,
    "create index ix_loan_applications_recorded on loan_applications (recorded_at desc, id desc)",
    "create index ix_loan_applications_household_id on loan_applications (household_id)",
    "create index ix_loan_applications_bank on loan_applications (bank, recorded_at desc, id desc)",
    "create index ix_loan_applications_awaiting on loan_applications (recorded_at) where state = 'awaiting_status'",
    """
    create table status_snapshots (
        id uuid constraint pk_status_snapshots primary key,
        application_id uuid not null constraint fk_status_snapshots_application_id references loan_applications,
        household_id uuid not null,
        as_of date not null,
        status text not null
            constraint ck_status_snapshots_status check (status in ('poor', 'near_poor', 'newly_escaped', 'none')),
        since date,
        left_list_on date,
        standard text,
        area_id uuid,
        answer text not null,
        signature bytea not null constraint ck_status_snapshots_signature check (length(signature) = 32),
        expires_on date not null,
        asked_by text not null,
        recorded_at timestamptz not null default now(),
        constraint ck_status_snapshots_expires_on check (expires_on > as_of),
        constraint uq_status_snapshots_application_id unique (application_id, id)
    )
    """,
    """
    create trigger append_only before update or delete or truncate on status_snapshots
        for each statement execute function refuse_rewrite()
    """,
    """
    alter table loan_applications add constraint fk_loan_applications_snapshot_id
        foreign key (id, snapshot_id) references status_snapshots (application_id, id) deferrable initially deferred
    """,
    """
    create table loans (
        id uuid constraint pk_loans primary key,
        reference text not null constraint uq_loans_reference unique,
        application_id uuid not null constraint uq_loans_application_id unique,
        household_id uuid not null,
        programme_id uuid not null constraint fk_loans_programme_id references programmes,
        area_id uuid not null,
        bank text not null,
        principal bigint not null constraint ck_loans_principal check (principal between 1 and 1000000000000000),
        annual_rate bigint not null constraint ck_loans_annual_rate check (annual_rate between 0 and 999999999),
        disbursed_on date not null,
        installments smallint not null constraint ck_loans_installments check (installments between 1 and 600),
        principal_every smallint not null constraint ck_loans_principal_every check (principal_every in (6, 12)),
        rounding text not null default 'half_even' constraint ck_loans_rounding check (rounding in ('half_even', 'half_up')),
        balance bigint not null,
        interest_paid bigint not null default 0 constraint ck_loans_interest_paid check (interest_paid >= 0),
        state text not null constraint ck_loans_state check (state in ('open', 'repaid')),
        entry_id uuid not null,
        recorded_by text not null,
        version integer not null default 1,
        recorded_at timestamptz not null default now(),
        constraint fk_loans_application_id foreign key (application_id, bank) references loan_applications (id, bank),
        constraint uq_loans_bank unique (id, bank),
        constraint ck_loans_balance check (balance between 0 and principal),
        constraint ck_loans_repaid check ((state = 'repaid') = (balance = 0))
    )
    """,
    "create index ix_loans_recorded on loans (recorded_at desc, id desc)",
    "create index ix_loans_bank on loans (bank, recorded_at desc, id desc)",
    "create index ix_loans_household_id on loans (household_id)",
    "create index ix_loans_disbursed_on on loans (disbursed_on)",
    """
    create table repayments (
        id uuid constraint pk_repayments primary key,
        reference text not null constraint uq_repayments_reference unique,
        loan_id uuid not null,
        bank text not null,
        paid_on date not null,
        amount bigint not null constraint ck_repayments_amount check (amount > 0),
        receipt text,
        sequence bigint generated always as identity constraint uq_repayments_sequence unique,
        recorded_by text not null,
        recorded_at timestamptz not null default now(),
        constraint fk_repayments_loan_id foreign key (loan_id, bank) references loans (id, bank),
        constraint uq_repayments_amount unique (id, bank, amount),
        constraint uq_repayments_receipt unique (loan_id, receipt)
    )
    """,
    "create index ix_repayments_loan_id on repayments (loan_id, paid_on, sequence)",
    "create index ix_repayments_paid_on on repayments (paid_on)",
    """
    create trigger append_only before update or delete or truncate on repayments
        for each statement execute function refuse_rewrite()
    """,
    """
    create table repayment_allocations (
        repayment_id uuid not null,
        revision smallint not null constraint ck_repayment_allocations_revision check (revision > 0),
        bank text not null,
        amount bigint not null,
        interest bigint not null constraint ck_repayment_allocations_interest check (interest >= 0),
        principal bigint not null constraint ck_repayment_allocations_principal check (principal >= 0),
        entry_id uuid not null,
        recorded_from timestamptz not null default now(),
        recorded_to timestamptz,
        constraint pk_repayment_allocations primary key (repayment_id, revision),
        constraint ck_repayment_allocations_whole check (interest + principal = amount),
        constraint fk_repayment_allocations_repayment_id
            foreign key (repayment_id, bank, amount) references repayments (id, bank, amount)
    )
    """,
    # One payment is used in one way at a time: the database's word, whatever the code does.
    """
    create unique index uq_repayment_allocations_current on repayment_allocations (repayment_id)
        where recorded_to is null
    """,
)

_ALL = "current_setting('app.reach', true) = 'all'"
_BANK = "(current_setting('app.reach', true) = 'bank' and bank = current_setting('app.bank', true))"

_SCOPE = (
    *(
        f"alter table {table} {how} row level security"
        for table in ("loan_applications", "status_snapshots", "loans", "repayments", "repayment_allocations")
        for how in ("enable", "force")
    ),
    f"create policy of_all on loan_applications using ({_ALL})",
    f"create policy of_the_bank on loan_applications for select using ({_BANK} and state in ('approved', 'disbursed'))",
    f"""
    create policy disbursed_by_the_bank on loan_applications for update
        using ({_BANK} and state in ('approved', 'disbursed')) with check ({_BANK} and state = 'disbursed')
    """,
    f"create policy of_all on status_snapshots using ({_ALL})",
    *(
        f"create policy of_all_or_the_bank on {table} using ({_ALL} or {_BANK})"
        for table in ("loans", "repayments", "repayment_allocations")
    ),
)

_GRANTS = (
    "grant select on programmes to {role}",
    "grant select, insert, update (recorded_to) on programme_terms to {role}",
    "grant select, insert on loan_applications to {role}",
    """
    grant update (state, refusals, snapshot_id, area_id, annual_rate, approved_on, approved_by, version)
        on loan_applications to {role}
    """,
    "grant select, insert on status_snapshots to {role}",
    "grant select, insert, update (balance, interest_paid, state, version) on loans to {role}",
    "grant select, insert on repayments to {role}",
    "grant select, insert, update (recorded_to) on repayment_allocations to {role}",
)


def upgrade() -> None:
    platform_v1.upgrade(op, RUNTIME)
    outbox_v1.upgrade(op, RUNTIME)
    jobs_v1.upgrade(op, RUNTIME)
    ledger_v1.upgrade(op, RUNTIME)
    for statement in (*_TABLES, *_SCOPE):
        op.execute(statement)
    for statement in _GRANTS:
        op.execute(statement.format(role=RUNTIME))


def downgrade() -> None:
    op.execute("alter table loan_applications drop constraint fk_loan_applications_snapshot_id")
    for table in (
        "repayment_allocations",
        "repayments",
        "loans",
        "status_snapshots",
        "loan_applications",
        "programme_terms",
        "programmes",
    ):
        op.execute(f"drop table {table}")
    ledger_v1.downgrade(op)
    jobs_v1.downgrade(op)
    outbox_v1.downgrade(op)
    platform_v1.downgrade(op)
