"""Partners who search the registry through the SP-DCI interface, what they may see, what they asked and subscribed to."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_dci"
down_revision = "20261124_grievances"
branch_labels = None
depends_on = None

_PARTNERS = """
create table dci_partners (
    id uuid constraint pk_dci_partners primary key,
    sender_id text not null constraint uq_dci_partners_sender_id unique
        constraint ck_dci_partners_sender_id check (sender_id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,98}$'),
    client text not null constraint uq_dci_partners_client unique
        constraint ck_dci_partners_client check (client like 'social-registry:%'),
    name text not null constraint ck_dci_partners_name check (name <> ''),
    basis text not null constraint ck_dci_partners_basis check (basis in ('statutory', 'consent')),
    legal_basis text not null constraint ck_dci_partners_legal_basis check (legal_basis <> ''),
    attributes text[] not null constraint ck_dci_partners_attributes check (attributes <@ array['place', 'poverty_score',
        'group_size', 'group_head_info', 'member_list', 'registration_date', 'last_updated', 'identity_number', 'name',
        'sex', 'birth_date']),
    signatures_required boolean not null,
    public_keys jsonb not null,
    callback_url text,
    messages_per_day integer not null constraint ck_dci_partners_messages_per_day check (messages_per_day > 0),
    most_records integer not null constraint ck_dci_partners_most_records check (most_records between 1 and 2000),
    state text not null constraint ck_dci_partners_state check (state in ('active', 'suspended')),
    version integer not null constraint ck_dci_partners_version check (version > 0),
    recorded_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint ck_dci_partners_keys check (not signatures_required or jsonb_array_length(public_keys) > 0)
);
create table dci_usage (
    partner_id uuid not null constraint fk_dci_usage_partner_id references dci_partners (id),
    day date not null,
    messages integer not null constraint ck_dci_usage_messages check (messages > 0),
    constraint pk_dci_usage primary key (partner_id, day)
);
create table dci_messages (
    partner_id uuid not null constraint fk_dci_messages_partner_id references dci_partners (id),
    message_id text not null,
    received_at timestamptz not null default now(),
    constraint pk_dci_messages primary key (partner_id, message_id)
);
create index ix_dci_messages_received_at on dci_messages (received_at);
create table dci_transactions (
    id uuid constraint pk_dci_transactions primary key,
    partner_id uuid not null constraint fk_dci_transactions_partner_id references dci_partners (id),
    transaction_id text not null,
    action text not null constraint ck_dci_transactions_action check (action in ('search', 'subscribe', 'unsubscribe',
        'txn-status', 'notify')),
    state text not null constraint ck_dci_transactions_state check (state in ('pdng', 'succ', 'rjct')),
    message_sealed bytea,
    answer jsonb,
    items jsonb not null default '[]',
    callback_url text,
    delivery text not null constraint ck_dci_transactions_delivery check (delivery in ('none', 'waiting', 'delivered',
        'undelivered')),
    received_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint ck_dci_transactions_delivery_address check ((delivery = 'none') = (callback_url is null)),
    constraint ck_dci_transactions_finished check ((finished_at is null) = (state = 'pdng')),
    constraint ck_dci_transactions_forgotten check (message_sealed is null or delivery = 'waiting')
);
create index ix_dci_transactions_partner_id on dci_transactions (partner_id, transaction_id, received_at);
"""

# A consent lasts from a day until it is withdrawn; a child's is given by a representative (Law 91/2025/QH15).
_CONSENTS = """
create table exchange_consents (
    id uuid constraint pk_exchange_consents primary key,
    person_id uuid not null constraint fk_exchange_consents_person_id references people (id),
    purpose text not null constraint ck_exchange_consents_purpose check (purpose = 'social_registry_exchange'),
    given_by text not null constraint ck_exchange_consents_given_by check (given_by in ('person', 'representative')),
    evidence text not null constraint ck_exchange_consents_evidence check (evidence <> ''),
    given_on date not null,
    withdrawn_on date constraint ck_exchange_consents_withdrawn_on check (withdrawn_on >= given_on),
    recorded_by text not null,
    recorded_at timestamptz not null default now(),
    constraint ex_exchange_consents_person exclude using gist (person_id with =, purpose with =,
        daterange(given_on, withdrawn_on) with &&)
);
create function consents_to_exchange(person uuid, day date) returns boolean language sql stable as $$
    select exists (select from exchange_consents c where c.person_id = person and c.given_on <= day
        and (c.withdrawn_on is null or c.withdrawn_on > day))
    $$;
"""

_SUBSCRIPTIONS = """
create table dci_subscriptions (
    id uuid constraint pk_dci_subscriptions primary key,
    partner_id uuid not null constraint fk_dci_subscriptions_partner_id references dci_partners (id),
    code text not null constraint uq_dci_subscriptions_code unique,
    event_type text not null constraint ck_dci_subscriptions_event_type check (event_type in ('REGISTER', 'UPDATE')),
    entity text not null constraint ck_dci_subscriptions_entity check (entity in ('Group', 'Member')),
    criteria_sealed bytea not null,
    fingerprint bytea not null,
    callback_url text not null,
    status text not null constraint ck_dci_subscriptions_status check (status in ('subscribe', 'unsubscribe')),
    recorded_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint ck_dci_subscriptions_ended check ((ended_at is null) = (status = 'subscribe'))
);
create unique index uq_dci_subscriptions_fingerprint on dci_subscriptions (partner_id, fingerprint)
    where status = 'subscribe';
create table dci_notices (
    id uuid constraint pk_dci_notices primary key,
    subscription_id uuid not null constraint fk_dci_notices_subscription_id references dci_subscriptions (id),
    event_id uuid not null,
    record_id uuid not null,
    state text not null constraint ck_dci_notices_state check (state in ('waiting', 'sent', 'withheld', 'undelivered')),
    recorded_at timestamptz not null default now(),
    settled_at timestamptz,
    constraint uq_dci_notices_event unique (subscription_id, event_id, record_id)
);
create table dci_watermark (
    one boolean constraint pk_dci_watermark primary key constraint ck_dci_watermark_one check (one),
    cursor text
);
insert into dci_watermark (one) values (true);
"""

# A partner's transaction carries the partner's client in `app.bank`; our own people and processes carry none there.
_MINE = "current_setting('app.reach', true) = 'all' and coalesce(current_setting('app.bank', true), '') in ('', client)"
_OF_MINE = "exists (select from dci_partners p where p.id = partner_id)"
_OF_SUBSCRIPTION = "exists (select from dci_subscriptions s where s.id = subscription_id)"
_OF_PERSON = (
    "coalesce(current_setting('app.bank', true), '') = '' and exists (select from people p where p.id = person_id)"
)
_POLICIES = {
    "dci_partners": _MINE,
    "dci_usage": _OF_MINE,
    "dci_messages": _OF_MINE,
    "dci_transactions": _OF_MINE,
    "dci_subscriptions": _OF_MINE,
    "dci_notices": _OF_SUBSCRIPTION,
    # A partner's searches ask whether a person consents, so they read these rows; writing them is for officers.
    "exchange_consents": "exists (select from people p where p.id = person_id)",
}

_GRANTS = """
grant select, insert, update (sender_id, client, name, basis, legal_basis, attributes, signatures_required, public_keys,
    callback_url, messages_per_day, most_records, state, version, changed_at) on dci_partners to beneficiaries;
grant select, insert, update (messages), delete on dci_usage to beneficiaries;
grant select, insert, delete on dci_messages to beneficiaries;
grant select, insert, update (state, message_sealed, items, delivery, finished_at) on dci_transactions to beneficiaries;
grant select, insert, update (status, ended_at) on dci_subscriptions to beneficiaries;
grant select, insert, update (state, settled_at), delete on dci_notices to beneficiaries;
grant select, update (cursor) on dci_watermark to beneficiaries;
grant select, insert, update (withdrawn_on) on exchange_consents to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_PARTNERS + _CONSENTS + _SUBSCRIPTIONS):
        op.execute(statement)
    for table, rule in _POLICIES.items():
        check = _OF_PERSON if table == "exchange_consents" else rule
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {table}_of_the_caller on {table} using ({rule}) with check ({check})")
    for statement in split(_GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop function consents_to_exchange(uuid, date)")
    for table in (
        "dci_watermark",
        "dci_notices",
        "dci_subscriptions",
        "exchange_consents",
        "dci_transactions",
        "dci_messages",
        "dci_usage",
        "dci_partners",
    ):
        op.execute(f"drop table {table}")
