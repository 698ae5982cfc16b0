"""Units, accounts, periods, roll-ups and clocks of the ledger: functions of the owner. Frozen SQL, version 1."""

# ruff: noqa: S608 - every fragment is a constant of this file

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
# Closing waits for postings under way and holds up new ones meanwhile; a stuck transaction must not stop the books.
_PATIENCE = "SET lock_timeout = '5s'"

_BOOKS = (
    f"""
    CREATE FUNCTION ledger_add_unit(new_code text, places smallint) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
        INSERT INTO ledger_units (code, decimals) VALUES (new_code, places) ON CONFLICT (code) DO NOTHING;
        PERFORM FROM ledger_units u WHERE u.code = new_code AND u.decimals = places;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD015', MESSAGE = 'it exists with other terms',
                DETAIL = jsonb_build_object('account', new_code)::text;
        END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_open_accounts(ids uuid[], codes text[], units text[], sides text[], negative boolean[],
                                         opened date[], by text)
    RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE fault text;
    BEGIN
        INSERT INTO ledger_accounts (id, code, unit, normal_side, may_go_negative, opened_on, actor)
        SELECT g.id, g.code, g.unit, g.side, g.negative, g.opened, by
        FROM unnest(ids, codes, units, sides, negative, opened) g (id, code, unit, side, negative, opened)
        ORDER BY g.code ON CONFLICT (code) DO NOTHING;
        SELECT g.code INTO fault FROM unnest(codes, units, sides, negative) g (code, unit, side, negative)
        JOIN ledger_accounts a ON a.code = g.code
        WHERE (a.unit, a.normal_side, a.may_go_negative) <> (g.unit, g.side, g.negative) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD015', MESSAGE = 'it exists with other terms',
                DETAIL = jsonb_build_object('account', fault)::text;
        END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_close_account(wanted text, last_day date) RETURNS void
    LANGUAGE plpgsql {_DEFINER} {_PATIENCE} AS $$
    DECLARE
        named uuid := ledger_account_named(wanted);
        account record;
    BEGIN
        LOCK TABLE ledger_periods IN EXCLUSIVE MODE;
        SELECT b.* INTO account FROM ledger_balances b WHERE b.id = named;
        IF account.closed_on = last_day THEN
            RETURN;
        END IF;
        IF account.closed_on IS NOT NULL OR account.balance <> 0 OR account.held <> 0 OR account.opened_on > last_day
           OR EXISTS (SELECT FROM ledger_postings p WHERE p.account_id = account.id AND p.effective_on > last_day) THEN
            RAISE EXCEPTION USING ERRCODE = 'LD016', MESSAGE = 'the account is closed already, or still in use',
                DETAIL = jsonb_build_object('account', wanted)::text;
        END IF;
        UPDATE ledger_accounts SET closed_on = last_day WHERE id = account.id;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_close_period(new_id uuid, first_day date, last_day date, by text) RETURNS uuid
    LANGUAGE plpgsql {_DEFINER} {_PATIENCE} AS $$
    DECLARE earlier uuid;
    BEGIN
        LOCK TABLE ledger_periods IN EXCLUSIVE MODE;
        SELECT p.id INTO earlier FROM ledger_periods p WHERE p.starts_on = first_day AND p.ends_on = last_day;
        IF earlier IS NULL THEN
            INSERT INTO ledger_periods (id, starts_on, ends_on, actor) VALUES (new_id, first_day, last_day, by);
        END IF;
        RETURN coalesce(earlier, new_id);
    END $$
    """,
)

_ROLL_UP = (
    # Positions are drawn in one order and committed in another. A run marks the last position drawn and then takes a
    # transaction id of its own: whoever drew a position up to the mark has a lower id. A later run folds up to the
    # mark once no lower id is left in flight. Only positions are kept for good: ids do not survive a dump and reload,
    # and a mark of another cluster is simply made anew.
    f"""
    CREATE FUNCTION ledger_roll_up() RETURNS TABLE (rolled_through bigint, folded bigint)
    LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
        drawn bigint;
        mine xid8;
        mark ledger_rollup_mark;
    BEGIN
        IF pg_current_xact_id_if_assigned() IS NOT NULL
           OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
            RAISE EXCEPTION USING ERRCODE = 'LD013', MESSAGE = 'the roll-up runs in a transaction of its own';
        END IF;
        SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END INTO drawn FROM ledger_entries_position_seq s;
        mine := pg_current_xact_id();
        folded := 0;
        SELECT * INTO mark FROM ledger_rollup_mark FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        IF mark.pending_xid <= mine AND pg_snapshot_xmin(pg_current_snapshot()) >= mark.pending_xid THEN
            INSERT INTO ledger_rollups AS r (account_id, effective_on, amount)
            SELECT p.account_id, p.effective_on, sum(p.amount) FROM ledger_postings p
            WHERE p.position > mark.through AND p.position <= mark.pending
            GROUP BY p.account_id, p.effective_on
            ON CONFLICT (account_id, effective_on) DO UPDATE SET amount = r.amount + excluded.amount;
            folded := mark.pending - mark.through;
            mark.through := mark.pending;
            mark.pending_xid := NULL;
        END IF;
        IF mark.pending_xid IS NULL OR mark.pending_xid > mine THEN
            mark.pending := greatest(drawn, mark.through);
            mark.pending_xid := mine;
        END IF;
        UPDATE ledger_rollup_mark SET through = mark.through, pending = mark.pending,
            pending_xid = mark.pending_xid, rolled_at = clock_timestamp();
        rolled_through := mark.through;
        RETURN NEXT;
    END $$
    """,
    # With the caller's rights: it sees the transactions of its own role. Writers keep the calendar's lock until they
    # have ended, and read the clock after they have it: without such a writer from before `moment`, nothing recorded
    # up to `moment` can still appear.
    """
    CREATE FUNCTION ledger_settled(moment timestamptz) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
            RAISE EXCEPTION USING ERRCODE = 'LD013', MESSAGE = 'what was known is read at READ COMMITTED only';
        END IF;
        RETURN moment < clock_timestamp() AND NOT pg_is_in_recovery() AND NOT EXISTS (
            SELECT FROM pg_locks l LEFT JOIN pg_stat_activity s ON s.pid = l.pid
            WHERE l.locktype = 'relation' AND l.relation = 'public.ledger_periods'::regclass
              AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
              AND l.mode = 'RowShareLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
              AND (s.xact_start IS NULL OR s.xact_start <= moment));
    END $$
    """,
)

FUNCTIONS = (*_BOOKS, *_ROLL_UP)

PUBLIC = (
    "ledger_add_unit(text, smallint)",
    "ledger_open_accounts(uuid[], text[], text[], text[], boolean[], date[], text)",
    "ledger_close_account(text, date)",
    "ledger_close_period(uuid, date, date, text)",
    "ledger_roll_up()",
    "ledger_settled(timestamptz)",
)
