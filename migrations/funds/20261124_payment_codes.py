"""Bank accounts of the Fund, and where each campaign's money arrives.

They hold nothing of anybody but the Fund, whose account numbers stand on every poster: no row scope.
"""

from alembic import op

from migrations.parts import platform_v1

revision = "20261124_payment_codes"
down_revision = "20261124_foundation"
branch_labels = None
depends_on = None

ROLE = "funds"

_TABLES = """
create table bank_accounts (
    id uuid constraint pk_bank_accounts primary key,
    bank_bin text collate "C" not null constraint ck_bank_accounts_bin check (bank_bin ~ '^[0-9]{6}$'),
    bank_name text not null constraint ck_bank_accounts_bank_name check (length(bank_name) between 1 and 200),
    number text collate "C" not null constraint ck_bank_accounts_number check (number ~ '^[0-9A-Za-z]{1,19}$'),
    holder text not null constraint ck_bank_accounts_holder check (length(holder) between 1 and 200),
    opened_by text not null,
    recorded_at timestamptz not null default now(),
    constraint uq_bank_accounts_number unique (bank_bin, number)
);
create index ix_bank_accounts_recorded_at on bank_accounts (recorded_at desc, id desc);

create table campaign_accounts (
    campaign_id uuid constraint pk_campaign_accounts primary key
        constraint fk_campaign_accounts_campaign references campaigns,
    account_id uuid not null constraint fk_campaign_accounts_account references bank_accounts,
    reference text collate "C" not null constraint uq_campaign_accounts_reference unique
        constraint ck_campaign_accounts_reference check (reference ~ '^CD-[0-9A-HJKMNP-TV-Z]{10}$'),
    assigned_by text not null,
    recorded_at timestamptz not null default now()
);
create index ix_campaign_accounts_account on campaign_accounts (account_id);

grant select, insert on bank_accounts to {role};
grant select, insert on campaign_accounts to {role};
grant update (account_id, assigned_by) on campaign_accounts to {role};
"""

_DOWN = "drop table campaign_accounts, bank_accounts"


def upgrade() -> None:
    for statement in platform_v1.split(_TABLES.replace("{role}", ROLE)):
        op.execute(statement)


def downgrade() -> None:
    op.execute(_DOWN)
