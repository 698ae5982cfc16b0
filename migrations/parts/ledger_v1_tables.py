"""Tables of the double-entry ledger. Frozen SQL, version 1; `ledger_v1` puts the pieces together.

No foreign key leads from a posting to its account or entry: its check would lock the account's row, and an account
that everybody pays into would become a queue. Accounts and entries can be neither deleted nor renamed, so the
statement triggers of `ledger_v1_rules` may look them up without a lock.
"""

TABLES = (
    """
    CREATE TABLE ledger_units (
        code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[A-Z][A-Z0-9_]{0,31}$'),
        decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 9)
    )
    """,
    "INSERT INTO ledger_units (code, decimals) VALUES ('VND', 0), ('RICE_G', 3), ('LABOUR_TENTH_DAY', 1)",
    """
    CREATE TABLE ledger_accounts (
        id uuid PRIMARY KEY,
        code text COLLATE "C" NOT NULL CHECK (code <> '' AND length(code) <= 200),
        unit text COLLATE "C" NOT NULL REFERENCES ledger_units,
        normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit')),
        may_go_negative boolean NOT NULL,
        opened_on date,
        closed_on date CHECK (closed_on >= opened_on),
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor text NOT NULL,
        CONSTRAINT uq_ledger_accounts_code UNIQUE (code)
    )
    """,
    """
    CREATE TABLE ledger_periods (
        id uuid PRIMARY KEY,
        starts_on date NOT NULL,
        ends_on date NOT NULL CHECK (ends_on >= starts_on),
        closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor text NOT NULL,
        CONSTRAINT ex_ledger_periods_no_overlap EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&)
    )
    """,
    """
    CREATE TABLE ledger_holds (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND amount),
        expires_at timestamptz,
        key text COLLATE "C" NOT NULL CHECK (key <> '' AND length(key) <= 300),
        fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
        source text NOT NULL,
        actor text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT uq_ledger_holds_key UNIQUE (key)
    )
    """,
    "CREATE INDEX ix_ledger_holds_open ON ledger_holds (account_id) WHERE remaining > 0",
    "CREATE INDEX ix_ledger_holds_expiring ON ledger_holds (expires_at) WHERE remaining > 0 AND expires_at IS NOT NULL",
    """
    CREATE TABLE ledger_entries (
        position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT uq_ledger_entries_position UNIQUE,
        effective_on date NOT NULL CHECK (effective_on BETWEEN '1900-01-01' AND '2200-12-31'),
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        id uuid PRIMARY KEY,
        reverses uuid CONSTRAINT fk_ledger_entries_reverses REFERENCES ledger_entries,
        hold_id uuid CONSTRAINT fk_ledger_entries_hold REFERENCES ledger_holds,
        key text COLLATE "C" NOT NULL CHECK (key <> '' AND length(key) <= 300),
        fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
        description text NOT NULL CHECK (length(description) <= 500),
        source text NOT NULL CHECK (length(source) <= 300),
        actor text NOT NULL CHECK (actor <> ''),
        CONSTRAINT ck_ledger_entries_reverses_another CHECK (reverses <> id),
        CONSTRAINT uq_ledger_entries_key UNIQUE (key)
    )
    """,
    # After the key's index: a repeated reversal with the same key must meet the key first and be a replay.
    "CREATE UNIQUE INDEX uq_ledger_entries_reverses ON ledger_entries (reverses) WHERE reverses IS NOT NULL",
    "CREATE INDEX ix_ledger_entries_source ON ledger_entries (source)",
    """
    CREATE TABLE ledger_postings (
        position bigint NOT NULL,
        amount bigint NOT NULL,
        recorded_at timestamptz NOT NULL,
        account_id uuid NOT NULL,
        effective_on date NOT NULL,
        line integer NOT NULL CHECK (line > 0),
        unit text COLLATE "C" NOT NULL,
        PRIMARY KEY (position, line),
        -- The lowest bigint has no opposite: an entry that used it could never be reversed.
        CONSTRAINT ck_ledger_postings_amount CHECK (amount <> 0 AND amount > -9223372036854775808)
    )
    """,
    "CREATE INDEX ix_ledger_postings_account ON ledger_postings (account_id, position)",
    """
    CREATE TABLE ledger_releases (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        hold_id uuid NOT NULL CONSTRAINT fk_ledger_releases_hold REFERENCES ledger_holds,
        kind text NOT NULL CHECK (kind IN ('posted', 'voided', 'expired')),
        amount bigint NOT NULL CHECK (amount > 0),
        entry_id uuid,
        actor text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT ck_ledger_releases_entry CHECK ((entry_id IS NOT NULL) = (kind = 'posted'))
    )
    """,
    "CREATE INDEX ix_ledger_releases_hold ON ledger_releases (hold_id)",
    """
    CREATE TABLE ledger_rollups (
        account_id uuid NOT NULL,
        effective_on date NOT NULL,
        amount numeric(40, 0) NOT NULL,
        PRIMARY KEY (account_id, effective_on)
    )
    """,
    """
    CREATE TABLE ledger_rollup_mark (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        through bigint NOT NULL,
        pending bigint,
        pending_xid xid8,
        rolled_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "INSERT INTO ledger_rollup_mark (through) VALUES (0)",
    """
    CREATE VIEW ledger_balances AS
    SELECT a.id, a.code, a.unit, a.normal_side, a.may_go_negative, a.opened_on, a.closed_on,
           CASE a.normal_side WHEN 'debit' THEN 1 ELSE -1 END * (rolled.amount + newer.amount) AS balance,
           open_holds.amount AS held
    FROM ledger_accounts a
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.amount), 0) AS amount FROM ledger_rollups r WHERE r.account_id = a.id
    ) rolled
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.amount), 0) AS amount FROM ledger_postings p
        WHERE p.account_id = a.id AND p.position > (SELECT m.through FROM ledger_rollup_mark m)
    ) newer
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(h.remaining), 0) AS amount FROM ledger_holds h
        WHERE h.account_id = a.id AND h.remaining > 0
          AND (h.expires_at IS NULL OR h.expires_at > clock_timestamp())
    ) open_holds
    """,
)

DROPS = (
    "DROP VIEW ledger_balances",
    (
        "DROP TABLE ledger_rollup_mark, ledger_rollups, ledger_releases, ledger_postings, ledger_entries, ledger_holds,"
        " ledger_periods, ledger_accounts, ledger_units"
    ),
)
