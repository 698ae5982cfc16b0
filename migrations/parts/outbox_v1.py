"""Events going out, events come in, and who is told: frozen SQL, version 1.

Events are append-only for the runtime role. `tx` is the writing transaction; readers stop before the oldest
transaction that is still running, so that a late commit is never stepped over. After a *logical* restore into a
new cluster the transaction counter starts again: set `tx` of the restored rows to 0 before serving.

Row scope: reach `all` sees everything, `bank` and `area` see their own events, nobody else any. A receiver
outside the house belongs to one bank.
"""

from typing import Protocol


class Operations(Protocol):
    def execute(self, sqltext: str) -> object: ...


_TABLES = (
    """
    CREATE TABLE outbox_events (
        id uuid PRIMARY KEY,
        type text NOT NULL CHECK (type <> ''),
        source text NOT NULL DEFAULT '{source}',
        subject text NOT NULL CHECK (subject <> ''),
        data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
        occurred_at timestamptz NOT NULL DEFAULT now(),
        tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
        bank text,
        area text
    )
    """,
    "CREATE UNIQUE INDEX ix_outbox_events_tx_id ON outbox_events (tx, id)",
    "CREATE INDEX ix_outbox_events_bank ON outbox_events (bank, tx, id) WHERE bank IS NOT NULL",
    """
    CREATE TABLE webhook_endpoints (
        id uuid PRIMARY KEY,
        url text NOT NULL,
        secret bytea NOT NULL,
        types text[] NOT NULL DEFAULT '{{}}',
        bank text,
        internal boolean NOT NULL DEFAULT false,
        state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'disabled')),
        state_reason text,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        open_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT ck_webhook_endpoints_outside_belongs_to_a_bank CHECK (internal OR bank IS NOT NULL)
    )
    """,
    "CREATE UNIQUE INDEX uq_webhook_endpoints_internal_url ON webhook_endpoints (url) WHERE internal",
    """
    CREATE TABLE webhook_deliveries (
        endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
        event_id uuid NOT NULL REFERENCES outbox_events (id),
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'failed', 'delivered', 'dead')),
        attempt integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        last_attempt_at timestamptz,
        last_status integer,
        last_error text,
        delivered_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_webhook_deliveries PRIMARY KEY (endpoint_id, event_id)
    )
    """,
    """
    CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at, event_id)
        WHERE state IN ('pending', 'failed')
    """,
    "CREATE INDEX ix_webhook_deliveries_event_id ON webhook_deliveries (event_id)",
    """
    CREATE TABLE webhook_watermark (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        tx xid8 NOT NULL,
        event_id uuid NOT NULL
    )
    """,
    "INSERT INTO webhook_watermark (tx, event_id) VALUES ('0', '00000000-0000-0000-0000-000000000000')",
    """
    CREATE TABLE inbox_events (
        source text NOT NULL,
        event_id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_inbox_events PRIMARY KEY (source, event_id)
    )
    """,
    "CREATE INDEX ix_inbox_events_received_at ON inbox_events (received_at)",
)

_SCOPE = (
    "ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY",
    """
    CREATE POLICY outbox_events_read ON outbox_events FOR SELECT USING (
        current_setting('app.reach', true) = 'all'
        OR (current_setting('app.reach', true) = 'bank' AND bank = current_setting('app.bank', true))
        OR (current_setting('app.reach', true) = 'area' AND area = current_setting('app.area', true))
    )
    """,
    "CREATE POLICY outbox_events_add ON outbox_events FOR INSERT WITH CHECK (true)",
    "ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY",
    """
    CREATE POLICY webhook_endpoints_of_the_bank ON webhook_endpoints USING (
        current_setting('app.reach', true) = 'all'
        OR (current_setting('app.reach', true) = 'bank' AND NOT internal
            AND bank = current_setting('app.bank', true))
    )
    """,
    "ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY",
    """
    CREATE POLICY webhook_deliveries_of_the_endpoint ON webhook_deliveries USING (
        current_setting('app.reach', true) = 'all'
        OR EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = endpoint_id)
    )
    """,
)

_GRANTS = (
    "GRANT SELECT, INSERT ON outbox_events TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO {role}",
    "GRANT SELECT, UPDATE ON webhook_watermark TO {role}",
    "GRANT SELECT, INSERT, DELETE ON inbox_events TO {role}",
)


def upgrade(op: Operations, runtime_role: str) -> None:
    """Events of this database are from `/v1/<runtime role>`: the role is named after its service."""
    for statement in (*_TABLES, *_SCOPE, *_GRANTS):
        op.execute(statement.format(source=f"/v1/{runtime_role}", role=f'"{runtime_role}"'))


def downgrade(op: Operations) -> None:
    for table in (
        "inbox_events",
        "webhook_watermark",
        "webhook_deliveries",
        "webhook_endpoints",
        "outbox_events",
    ):
        op.execute(f"DROP TABLE {table}")
