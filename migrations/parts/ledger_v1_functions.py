"""The ledger's only ways in for a service: functions of the owner. Frozen SQL, version 1.

The runtime role reads the tables and calls these; it holds no right to insert, change or delete a row of theirs.
"""

# ruff: noqa: S608 - every fragment is a constant of this file

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_PLANS = (
    "SET plan_cache_mode = force_generic_plan"
    " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
)

_INSIDE = (
    f"""
    CREATE FUNCTION ledger_account_named(wanted text) RETURNS uuid LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE found_id uuid;
    BEGIN
        SELECT a.id INTO found_id FROM ledger_accounts a WHERE a.code = wanted;
        IF found_id IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'LD005', MESSAGE = 'there is no such account',
                DETAIL = jsonb_build_object('account', wanted)::text;
        END IF;
        RETURN found_id;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_consume_hold(wanted uuid, entry uuid, by text, legs jsonb)
    RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
        hold record;
        spent numeric;
    BEGIN
        SELECT h.id, h.remaining, h.expires_at, a.code, a.normal_side INTO hold
        FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id WHERE h.id = wanted FOR UPDATE OF h;
        SELECT sum((leg ->> 1)::bigint) * CASE hold.normal_side WHEN 'debit' THEN -1 ELSE 1 END INTO spent
        FROM jsonb_array_elements(legs) leg WHERE leg ->> 0 = hold.code;
        IF hold.id IS NULL OR hold.expires_at <= clock_timestamp()
           OR coalesce(spent, 0) <= 0 OR spent > hold.remaining THEN
            RAISE EXCEPTION USING ERRCODE = 'LD011', MESSAGE = 'the hold does not cover the entry',
                DETAIL = jsonb_build_object('hold', wanted, 'remaining', CASE
                    WHEN hold.id IS NULL OR hold.expires_at <= clock_timestamp() THEN 0 ELSE hold.remaining END)::text;
        END IF;
        UPDATE ledger_holds SET remaining = remaining - spent::bigint WHERE id = wanted;
        INSERT INTO ledger_releases (hold_id, kind, amount, entry_id, actor)
        VALUES (wanted, 'posted', spent::bigint, entry, by);
    END $$
    """,
    # Locks every account the entries might spend from first, in sorted order, then takes the holds one by one.
    f"""
    CREATE FUNCTION ledger_consume_holds(ids uuid[], held uuid[], keys text[], actors text[], legs jsonb[])
    RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
        PERFORM FROM ledger_accounts a
        WHERE NOT a.may_go_negative
          AND a.code IN (SELECT leg ->> 0 FROM unnest(legs) l (lines), jsonb_array_elements(l.lines) leg)
        ORDER BY a.id FOR NO KEY UPDATE;
        FOR i IN 1 .. cardinality(ids) LOOP
            IF held[i] IS NOT NULL AND array_position(keys, keys[i]) = i
               AND NOT EXISTS (SELECT FROM ledger_entries e WHERE e.key = keys[i]) THEN
                PERFORM ledger_consume_hold(held[i], ids[i], actors[i], legs[i]);
            END IF;
        END LOOP;
    END $$
    """,
)

_POST = (
    # One statement for the entries, in the order of their keys, so that two batches with the same keys queue; one for
    # their postings. `legs` holds, per entry, [[account code, amount, unit], …].
    f"""
    CREATE FUNCTION ledger_post(ids uuid[], dates date[], descriptions text[], sources text[], reversed uuid[],
                                held uuid[], keys text[], actors text[], legs jsonb[])
    RETURNS TABLE (entry_id uuid, replayed boolean) LANGUAGE plpgsql {_DEFINER} {_PLANS} AS $$
    DECLARE
        prints bytea[];
        written text[];
        fault text;
    BEGIN
        IF array_remove(held, NULL) <> '{{}}' THEN
            PERFORM ledger_consume_holds(ids, held, keys, actors, legs);
        END IF;
        SELECT array_agg(sha256(convert_to(jsonb_build_array(g.a, g.b, g.c, g.d, g.e, g.f)::text, 'UTF8')) ORDER BY g.n)
        INTO prints
        FROM unnest(dates, descriptions, sources, reversed, held, legs) WITH ORDINALITY g (a, b, c, d, e, f, n);

        WITH new AS (
            INSERT INTO ledger_entries
                (id, effective_on, description, source, reverses, hold_id, key, actor, fingerprint)
            SELECT DISTINCT ON (g.key) g.id, g.a, g.b, g.c, g.d, g.e, g.key, g.actor, g.fingerprint
            FROM unnest(ids, dates, descriptions, sources, reversed, held, keys, actors, prints)
                WITH ORDINALITY g (id, a, b, c, d, e, key, actor, fingerprint, n)
            ORDER BY g.key, g.n
            ON CONFLICT (key) DO NOTHING
            RETURNING key
        )
        SELECT array_agg(new.key) INTO written FROM new;

        INSERT INTO ledger_postings (position, line, account_id, amount, unit, effective_on, recorded_at)
        SELECT e.position, l.line, coalesce(a.id, ledger_account_named(l.leg ->> 0)), (l.leg ->> 1)::bigint,
               l.leg ->> 2, e.effective_on, e.recorded_at
        FROM unnest(ids, keys, legs) g (id, key, lines)
        JOIN ledger_entries e ON e.id = g.id AND e.key = g.key
        CROSS JOIN LATERAL jsonb_array_elements(g.lines) WITH ORDINALITY l (leg, line)
        LEFT JOIN ledger_accounts a ON a.code = l.leg ->> 0
        WHERE NOT EXISTS (SELECT FROM ledger_postings p WHERE p.position = e.position);

        IF cardinality(written) = cardinality(ids) THEN
            RETURN QUERY SELECT g.id, false FROM unnest(ids) g (id);
            RETURN;
        END IF;
        SELECT g.key INTO fault FROM unnest(keys, prints) g (key, fingerprint)
        JOIN ledger_entries e ON e.key = g.key WHERE e.fingerprint <> g.fingerprint LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD008', MESSAGE = 'the key was used with another body',
                DETAIL = jsonb_build_object('key', fault)::text;
        END IF;
        RETURN QUERY SELECT e.id, e.key <> ALL (coalesce(written, '{{}}')) FROM unnest(ids, keys) WITH ORDINALITY g (id, key, n)
            JOIN ledger_entries e ON e.key = g.key ORDER BY g.n;
    END $$
    """,
)

_HOLDS = (
    f"""
    CREATE FUNCTION ledger_place_hold(new_id uuid, code text, held bigint, given_unit text, expires timestamptz,
                                      given_key text, reason text, by text)
    RETURNS TABLE (hold_id uuid, replayed boolean) LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
        wanted uuid := ledger_account_named(code);
        account ledger_accounts;
        print bytea := sha256(convert_to(jsonb_build_array(code, held, given_unit, reason)::text, 'UTF8'));
        earlier record;
    BEGIN
        SELECT * INTO account FROM ledger_accounts a WHERE a.id = wanted;
        INSERT INTO ledger_holds (id, account_id, amount, remaining, expires_at, key, fingerprint, source, actor)
        VALUES (new_id, account.id, held, held, expires, given_key, print, reason, by)
        ON CONFLICT (key) DO NOTHING;
        IF NOT FOUND THEN
            SELECT h.id, h.fingerprint INTO earlier FROM ledger_holds h WHERE h.key = given_key;
            IF earlier.fingerprint <> print THEN
                RAISE EXCEPTION USING ERRCODE = 'LD008', MESSAGE = 'the key was used with another body',
                    DETAIL = jsonb_build_object('key', given_key)::text;
            END IF;
            RETURN QUERY SELECT earlier.id, true;
            RETURN;
        END IF;
        IF account.unit <> given_unit THEN
            RAISE EXCEPTION USING ERRCODE = 'LD006', MESSAGE = 'the account is kept in another unit',
                DETAIL = jsonb_build_object('account', code, 'unit', account.unit, 'given', given_unit)::text;
        ELSIF account.closed_on IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'LD007', MESSAGE = 'the account is closed',
                DETAIL = jsonb_build_object('account', code, 'effective_on', account.closed_on)::text;
        ELSIF account.may_go_negative THEN
            RAISE EXCEPTION USING ERRCODE = 'LD010', MESSAGE = 'nothing is held on an account without a floor',
                DETAIL = jsonb_build_object('account', code)::text;
        END IF;
        PERFORM ledger_check_available(ARRAY[account.id]);
        RETURN QUERY SELECT new_id, false;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_void_hold(wanted uuid, by text) RETURNS bigint LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE rest bigint;
    BEGIN
        SELECT h.remaining INTO rest FROM ledger_holds h WHERE h.id = wanted FOR UPDATE;
        IF coalesce(rest, 0) = 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'LD011', MESSAGE = 'nothing of the hold is left',
                DETAIL = jsonb_build_object('hold', wanted, 'remaining', 0)::text;
        END IF;
        UPDATE ledger_holds SET remaining = 0 WHERE id = wanted;
        INSERT INTO ledger_releases (hold_id, kind, amount, actor) VALUES (wanted, 'voided', rest, by);
        RETURN rest;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_expire_holds(most integer, by text) RETURNS bigint LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE expired bigint;
    BEGIN
        WITH due AS (
            SELECT h.id, h.remaining FROM ledger_holds h
            WHERE h.remaining > 0 AND h.expires_at <= clock_timestamp()
            ORDER BY h.expires_at LIMIT most FOR UPDATE SKIP LOCKED
        ), released AS (
            UPDATE ledger_holds h SET remaining = 0 FROM due WHERE h.id = due.id
        )
        INSERT INTO ledger_releases (hold_id, kind, amount, actor) SELECT due.id, 'expired', due.remaining, by FROM due;
        GET DIAGNOSTICS expired = ROW_COUNT;
        RETURN expired;
    END $$
    """,
)

FUNCTIONS = (*_INSIDE, *_POST, *_HOLDS)

PUBLIC = (
    "ledger_post(uuid[], date[], text[], text[], uuid[], uuid[], text[], text[], jsonb[])",
    "ledger_place_hold(uuid, text, bigint, text, timestamptz, text, text, text)",
    "ledger_void_hold(uuid, text)",
    "ledger_expire_holds(integer, text)",
)

PRIVATE = (
    "ledger_account_named(text)",
    "ledger_consume_hold(uuid, uuid, text, jsonb)",
    "ledger_consume_holds(uuid[], uuid[], text[], text[], jsonb[])",
)
