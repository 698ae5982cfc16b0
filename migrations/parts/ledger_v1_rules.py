"""What the ledger's tables refuse by themselves, whoever writes and however. Frozen SQL, version 1.

Checks run once per statement over its new rows. Plans are generic and join by index: planning anew would cost more
than the check itself, and a plan made while the tables were small must not read the whole journal later. `pg_temp` comes last in every
search path, so that nobody slips in a table. SQLSTATEs `LD…` are ours; `kit.ledger.errors` reads them.
"""

# ruff: noqa: S608 - every fragment is a constant of this file

_PATH = "SET search_path = pg_catalog, public, pg_temp"
_PLANS = (
    "SET plan_cache_mode = force_generic_plan"
    " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
)
_TRIGGER = f"RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_PATH}"

FUNCTIONS = (
    f"""
    CREATE FUNCTION ledger_nothing_rewritten() {_TRIGGER} AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'LD012',
            MESSAGE = format('%s of %s is refused; correct by a reversing entry', TG_OP, TG_TABLE_NAME);
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_account_only_closes() {_TRIGGER} AS $$
    BEGIN
        IF OLD.closed_on IS NULL AND NEW.closed_on IS NOT NULL
           AND to_jsonb(NEW) - 'closed_on' = to_jsonb(OLD) - 'closed_on' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'LD012', MESSAGE = 'an account changes only by being closed, once';
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_hold_only_shrinks() {_TRIGGER} AS $$
    BEGIN
        IF NEW.remaining < OLD.remaining AND to_jsonb(NEW) - 'remaining' = to_jsonb(OLD) - 'remaining' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'LD012', MESSAGE = 'a hold changes only by being released';
    END $$
    """,
    # Before the first row: the transaction has its id before any position is drawn (the roll-up relies on it), the
    # calendar is locked before any clock is read (known_at relies on it), and a stale snapshot cannot overspend.
    f"""
    CREATE FUNCTION ledger_before_writing() {_TRIGGER} AS $$
    BEGIN
        IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
            RAISE EXCEPTION USING ERRCODE = 'LD013', MESSAGE = 'the ledger is written at READ COMMITTED only';
        END IF;
        PERFORM pg_current_xact_id();
        LOCK TABLE ledger_periods IN ROW SHARE MODE;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_check_entries() {_TRIGGER} {_PLANS} AS $$
    DECLARE fault record;
    BEGIN
        SELECT d.effective_on, p.starts_on, p.ends_on INTO fault
        FROM (SELECT DISTINCT f.effective_on FROM fresh f) d
        JOIN ledger_periods p ON daterange(p.starts_on, p.ends_on, '[]') @> d.effective_on LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD003', MESSAGE = 'the period is closed',
                DETAIL = jsonb_build_object('effective_on', fault.effective_on,
                                            'starts_on', fault.starts_on, 'ends_on', fault.ends_on)::text;
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_check_postings() {_TRIGGER} {_PLANS} AS $$
    DECLARE
        fault record;
        lines bigint;
        stored bigint;
        fitting boolean;
        balanced boolean;
        falling uuid[];
        reversing bigint[];
    BEGIN
        SELECT count(*),
               bool_and(coalesce(a.unit = f.unit AND e.effective_on = f.effective_on AND e.recorded_at = f.recorded_at
                   AND (a.opened_on IS NULL OR f.effective_on >= a.opened_on)
                   AND (a.closed_on IS NULL OR f.effective_on <= a.closed_on), false)),
               array_agg(f.position) FILTER (WHERE e.reverses IS NOT NULL),
               array_agg(f.account_id) FILTER (WHERE NOT a.may_go_negative
                                               AND (f.amount < 0) = (a.normal_side = 'debit'))
        INTO lines, fitting, reversing, falling
        FROM fresh f
        LEFT JOIN ledger_entries e ON e.position = f.position
        LEFT JOIN ledger_accounts a ON a.id = f.account_id;
        IF lines = 0 THEN
            RETURN NULL;
        END IF;
        IF NOT fitting THEN
            SELECT e.effective_on = f.effective_on AND e.recorded_at = f.recorded_at AS belongs, a.id IS NULL AS nowhere, a.unit <> f.unit AS other_unit,
                   a.code, a.unit, f.unit AS given, f.effective_on INTO fault
            FROM fresh f
            LEFT JOIN ledger_entries e ON e.position = f.position
            LEFT JOIN ledger_accounts a ON a.id = f.account_id
            WHERE e.position IS NULL OR e.effective_on <> f.effective_on OR e.recorded_at <> f.recorded_at
               OR a.id IS NULL OR a.unit <> f.unit OR f.effective_on < a.opened_on OR f.effective_on > a.closed_on
            LIMIT 1;
            RAISE EXCEPTION USING
                ERRCODE = CASE WHEN fault.belongs IS NOT TRUE THEN 'LD004' WHEN fault.nowhere THEN 'LD005'
                               WHEN fault.other_unit THEN 'LD006' ELSE 'LD007' END,
                MESSAGE = 'the posting does not fit its entry or its account',
                DETAIL = jsonb_build_object('account', fault.code, 'unit', fault.unit, 'given', fault.given,
                                            'effective_on', fault.effective_on)::text;
        END IF;
        -- An entry's postings come in one statement: whatever was there before makes the counts differ.
        SELECT sum(s.lines), bool_and(s.total = 0) INTO stored, balanced FROM (
            SELECT count(*) AS lines, sum(p.amount) AS total FROM ledger_postings p
            WHERE p.position IN (SELECT f.position FROM fresh f) GROUP BY p.position, p.unit) s;
        IF stored <> lines THEN
            RAISE EXCEPTION USING ERRCODE = 'LD004', MESSAGE = 'the entry already has its postings';
        END IF;
        IF NOT balanced THEN
            SELECT f.unit, sum(f.amount) AS total INTO fault
            FROM fresh f GROUP BY f.position, f.unit HAVING sum(f.amount) <> 0 LIMIT 1;
            RAISE EXCEPTION USING ERRCODE = 'LD001', MESSAGE = 'the entry does not sum to zero',
                DETAIL = jsonb_build_object('unit', fault.unit, 'total', fault.total)::text;
        END IF;
        IF reversing IS NOT NULL THEN
            PERFORM ledger_check_reversals(reversing);
        END IF;
        IF falling IS NOT NULL THEN
            PERFORM ledger_check_available(falling);
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_check_reversals(reversing bigint[]) RETURNS void LANGUAGE plpgsql {_PATH} {_PLANS} AS $$
    DECLARE fault record;
    BEGIN
        SELECT e.id, e.reverses INTO fault
        FROM ledger_entries e JOIN ledger_entries o ON o.id = e.reverses
        CROSS JOIN LATERAL (SELECT array_agg(p.account_id ORDER BY p.line) AS accounts,
                                   array_agg(-p.amount ORDER BY p.line) AS amounts
                            FROM ledger_postings p WHERE p.position = e.position) new
        CROSS JOIN LATERAL (SELECT array_agg(p.account_id ORDER BY p.line) AS accounts,
                                   array_agg(p.amount ORDER BY p.line) AS amounts
                            FROM ledger_postings p WHERE p.position = o.position) old
        WHERE e.position = ANY (reversing)
          AND (old.accounts IS DISTINCT FROM new.accounts OR old.amounts IS DISTINCT FROM new.amounts
               OR e.effective_on < o.effective_on)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD009',
                MESSAGE = 'a reversal mirrors the whole entry, on its date or later',
                DETAIL = jsonb_build_object('entry', fault.reverses)::text;
        END IF;
    END $$
    """,
    # The lock is on accounts that spend, never on those that only collect; in sorted order, so that two transfers
    # in opposite directions queue. The balance is read by a statement of its own: its snapshot is younger than the lock.
    f"""
    CREATE FUNCTION ledger_check_available(falling uuid[]) RETURNS void LANGUAGE plpgsql {_PATH} {_PLANS} AS $$
    DECLARE fault record;
    BEGIN
        PERFORM FROM ledger_accounts a WHERE a.id = ANY (falling) ORDER BY a.id FOR NO KEY UPDATE;
        SELECT b.code, b.unit, b.balance, b.held INTO fault
        FROM ledger_balances b WHERE b.id = ANY (falling) AND b.balance < b.held LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD002', MESSAGE = 'the account would be overdrawn',
                DETAIL = jsonb_build_object('account', fault.code, 'unit', fault.unit,
                                            'missing', fault.held - fault.balance)::text;
        END IF;
    END $$
    """,
    # At commit. Postings come in one statement that sums to zero, so an entry that has any is whole.
    f"""
    CREATE FUNCTION ledger_check_whole() {_TRIGGER} {_PLANS} AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM ledger_postings p WHERE p.position = NEW.position) THEN
            RAISE EXCEPTION USING ERRCODE = 'LD001', MESSAGE = 'the entry has no postings',
                DETAIL = jsonb_build_object('unit', '-', 'total', 0)::text;
        END IF;
        RETURN NULL;
    END $$
    """,
)

_KEPT = ("units", "periods", "entries", "postings", "releases")
_ALL = (*_KEPT, "accounts", "holds")

TRIGGERS = (
    *(
        f"CREATE TRIGGER nothing_rewritten BEFORE UPDATE OR DELETE ON ledger_{table}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_nothing_rewritten()"
        for table in _KEPT
    ),
    *(
        f"CREATE TRIGGER nothing_deleted BEFORE DELETE ON ledger_{table}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_nothing_rewritten()"
        for table in ("accounts", "holds")
    ),
    *(
        f"CREATE TRIGGER nothing_truncated BEFORE TRUNCATE ON ledger_{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_nothing_rewritten()"
        for table in _ALL
    ),
    (
        "CREATE TRIGGER only_closes BEFORE UPDATE ON ledger_accounts"
        " FOR EACH ROW EXECUTE FUNCTION ledger_account_only_closes()"
    ),
    (
        "CREATE TRIGGER only_shrinks BEFORE UPDATE ON ledger_holds"
        " FOR EACH ROW EXECUTE FUNCTION ledger_hold_only_shrinks()"
    ),
    (
        "CREATE TRIGGER before_writing BEFORE INSERT ON ledger_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_before_writing()"
    ),
    (
        "CREATE TRIGGER before_writing BEFORE INSERT ON ledger_holds"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_before_writing()"
    ),
    (
        "CREATE TRIGGER check_entries AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries()"
    ),
    (
        "CREATE TRIGGER check_postings AFTER INSERT ON ledger_postings REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings()"
    ),
    (
        "CREATE CONSTRAINT TRIGGER check_whole AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION ledger_check_whole()"
    ),
)
