"""What the database refuses by itself: to the runtime role, and to the owner of the tables."""

import asyncpg
import pytest

from kit import ledger
from migrations.parts import ledger_v1
from tests.kit.ledger.books import TODAY, Books, Collected, Library, hold, moved

TABLES = (
    "units",
    "accounts",
    "periods",
    "holds",
    "entries",
    "postings",
    "releases",
    "rollups",
    "rollup_mark",
)
POST = (
    "SELECT ledger_post(ARRAY[gen_random_uuid()], ARRAY[DATE '2026-03-02'], ARRAY['x'], ARRAY['x'],"
    " ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY['attack'], ARRAY['attacker'], ARRAY['{legs}'::jsonb])"
)
ENTRY = (
    "INSERT INTO ledger_entries (id, effective_on, description, source, key, fingerprint, actor)"
    " VALUES ('{id}', '2026-03-02', 'x', 'x', '{id}', sha256('x'), 'owner')"
)
ONE = "00000000-0000-7000-8000-000000000001"


def lines(*amounts: tuple[str, int], unit: str = "VND", entry: str = ONE) -> str:
    values = ", ".join(f"('{account}', {amount})" for account, amount in amounts)
    return (
        "INSERT INTO ledger_postings (position, line, account_id, amount, unit, effective_on, recorded_at)"
        f" SELECT e.position, row_number() OVER (), a.id, v.amount, '{unit}', e.effective_on, e.recorded_at"
        f" FROM (VALUES {values}) v (code, amount) JOIN ledger_accounts a USING (code)"
        f" JOIN ledger_entries e ON e.id = '{entry}'"
    )


@pytest.fixture
async def kept(books: Books) -> Books:
    await books.post(moved("gifts", "bank", 100))
    return books


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_{} DEFAULT VALUES",
        "DELETE FROM ledger_{}",
        "TRUNCATE ledger_{} CASCADE",
        "ALTER TABLE ledger_{} DISABLE TRIGGER ALL",
        "DROP TABLE ledger_{}",
    ],
)
async def test_the_runtime_role_writes_no_table_directly(kept: Books, statement: str) -> None:
    async with kept.connected("ledger_app") as connection:
        for table in TABLES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount = 1",
        "UPDATE ledger_entries SET effective_on = '2020-01-01'",
        "UPDATE ledger_accounts SET may_go_negative = true",
        "UPDATE ledger_rollup_mark SET through = 1000000",
        "SELECT 1 FROM ledger_accounts FOR UPDATE",
        "BEGIN; LOCK TABLE ledger_periods IN ROW SHARE MODE",
        "SELECT nextval('ledger_entries_position_seq')",
        "SET session_replication_role = replica",
        "SET ROLE ledger_owner",
        "CREATE TABLE public.mine ()",
        "CREATE OR REPLACE FUNCTION ledger_settled(moment timestamptz) RETURNS boolean LANGUAGE sql RETURN true",
        "SELECT ledger_consume_hold(gen_random_uuid(), gen_random_uuid(), 'x', '[]')",
        "SELECT ledger_account_named('bank')",
        "SELECT ledger_check_available(ARRAY[gen_random_uuid()])",
    ],
)
async def test_the_runtime_role_has_no_way_around(kept: Books, statement: str) -> None:
    async with kept.connected("ledger_app") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    assert await kept.audit() == ()


@pytest.mark.parametrize(
    ("legs", "state"),
    [
        ('[["bank", 5, "VND"], ["gifts", -4, "VND"]]', "LD001"),
        ('[["bank", 5, "VND"], ["gifts", -5, "RICE_G"]]', "LD006"),
        ('[["bank", 5, "VND"], ["rice/given", -5, "RICE_G"]]', "LD001"),
        ('[["bank", 5, "VND"]]', "LD001"),
        ("[]", "LD001"),
        ('[["bank", 0, "VND"], ["gifts", 0, "VND"]]', "23514"),
        ('[["bank", -101, "VND"], ["world", 101, "VND"]]', "LD002"),
        ('[["bank", 1.5, "VND"], ["gifts", -1.5, "VND"]]', "22P02"),
        ('[["bank", 9223372036854775808, "VND"], ["gifts", -9223372036854775808, "VND"]]', "22003"),
        ('[["gifts", -9223372036854775808, "VND"], ["bank", 9223372036854775807, "VND"], ["bank", 1, "VND"]]', "23514"),
        ('[["bank", null, "VND"], ["gifts", null, "VND"]]', "23502"),
        ('[["nowhere", 1, "VND"], ["gifts", -1, "VND"]]', "LD005"),
    ],
)
async def test_a_wrong_entry_is_refused_to_whoever_calls_the_function(kept: Books, legs: str, state: str) -> None:
    async with kept.connected("ledger_app") as connection:
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await connection.execute(POST.format(legs=legs))
    assert refusal.value.sqlstate == state
    assert await kept.balance("bank") == 100


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
async def test_an_old_snapshot_cannot_be_used_to_overspend(kept: Books, level: str) -> None:
    legs = '[["bank", -60, "VND"], ["world", 60, "VND"]]'
    async with kept.connected("ledger_app") as one:
        await one.execute(f"BEGIN ISOLATION LEVEL {level}")
        assert await one.fetchval("SELECT balance FROM ledger_balances WHERE code = 'bank'") == 100
        await kept.post(moved("bank", "world", 60))
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await one.execute(POST.format(legs=legs))
    assert refusal.value.sqlstate == "LD013"
    assert await kept.balance("bank") == 40


async def test_a_table_of_the_same_name_in_front_changes_nothing(kept: Books) -> None:
    async with kept.connected("ledger_app") as connection:
        await connection.execute("CREATE TEMP TABLE ledger_accounts AS SELECT * FROM public.ledger_accounts")
        await connection.execute("UPDATE pg_temp.ledger_accounts SET may_go_negative = true")
        await connection.execute("CREATE TEMP TABLE ledger_postings (position bigint, account_id uuid, amount bigint)")
        await connection.execute("SET search_path = pg_temp, public")
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await connection.execute(
                POST.format(legs='[["bank", -101, "VND"], ["world", 101, "VND"]]').replace(
                    "ledger_post", "public.ledger_post"
                )
            )
    assert refusal.value.sqlstate == "LD002"


async def test_immediate_constraints_let_nothing_through(kept: Books) -> None:
    async with kept.connected("ledger_app") as connection:
        await connection.execute("BEGIN")
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(POST.format(legs='[["bank", 5, "VND"], ["gifts", -4, "VND"]]'))
        await connection.execute("ROLLBACK")
    assert await kept.audit() == ()


async def test_even_the_owner_rewrites_nothing(kept: Books) -> None:
    async with kept.session() as session:
        one = await ledger.place(session, hold("bank", 10))
        await ledger.void(session, one, actor="tester")
        await ledger.close_period(session, TODAY.replace(year=2020), TODAY.replace(year=2021), actor="tester")
    columns = {"units": "decimals", "postings": "unit"}
    async with kept.connected("ledger_owner") as owner:
        for table in TABLES[:-2]:
            column = columns.get(table, "actor")
            for statement in (
                f"UPDATE ledger_{table} SET {column} = {column}",
                f"DELETE FROM ledger_{table}",
                f"TRUNCATE ledger_{table} CASCADE",
            ):
                with pytest.raises(asyncpg.PostgresError) as refusal:
                    await owner.execute(statement)
                assert refusal.value.sqlstate == "LD012"
    assert await kept.audit() == ()


async def test_an_entry_without_postings_cannot_be_committed(kept: Books) -> None:
    async with kept.connected("ledger_owner") as owner:
        await owner.execute("BEGIN")
        await owner.execute(ENTRY.format(id=ONE))
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await owner.execute("COMMIT")
    assert refusal.value.sqlstate == "LD001"


async def test_the_owner_may_write_a_sound_entry_and_nobody_adds_to_it(kept: Books) -> None:
    more = lines(("bank", 7), ("gifts", -7)).replace("row_number() OVER ()", "10 + row_number() OVER ()")
    async with kept.connected("ledger_owner") as owner:
        await owner.execute("BEGIN")
        await owner.execute(ENTRY.format(id=ONE))
        await owner.execute(lines(("bank", 5), ("gifts", -5)))
        await owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        await owner.execute("SAVEPOINT whole")
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await owner.execute(more)
        assert refusal.value.sqlstate == "LD004"
        await owner.execute("ROLLBACK TO whole")
        await owner.execute("COMMIT")
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await owner.execute(more)
        assert refusal.value.sqlstate == "LD004"
    assert await kept.balance("bank") == 105


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lines(("bank", -200), ("world", 200)), "LD002"),
        (lines(("bank", 5), ("gifts", -6)), "LD001"),
        (lines(("rice", 5), ("rice/given", -5)), "LD006"),
        (
            lines(("bank", 5), ("gifts", -5)).replace(
                "e.effective_on, e.recorded_at", "e.effective_on + 1, e.recorded_at"
            ),
            "LD004",
        ),
        (lines(("bank", 5), ("gifts", -5)).replace("e.position,", "e.position + 1,"), "LD004"),
        (lines(("bank", 5), ("gifts", -5)).replace("a.id,", "gen_random_uuid(),"), "LD005"),
    ],
)
async def test_the_owner_meets_the_rules_too(kept: Books, change: str, state: str) -> None:
    async with kept.connected("ledger_owner") as owner:
        await owner.execute("BEGIN")
        await owner.execute(ENTRY.format(id=ONE))
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await owner.execute(change)
    assert refusal.value.sqlstate == state
    assert await kept.audit() == ()


async def test_the_part_can_be_taken_out_and_put_back(library: Library, books: Books) -> None:
    down, up = Collected(), Collected()
    ledger_v1.downgrade(down)
    ledger_v1.upgrade(up, "ledger_app")
    await library.admin(*down.statements, database=books.database, role="ledger_owner")
    async with books.connected("ledger_owner") as owner:
        left = "SELECT count(*) FROM pg_class WHERE relname LIKE '%ledger%' AND relnamespace = 'public'::regnamespace"
        assert await owner.fetchval(left) == 0
        assert await owner.fetchval("SELECT count(*) FROM pg_proc WHERE proname LIKE 'ledger%'") == 0
    await library.admin(*up.statements, database=books.database, role="ledger_owner")


@pytest.mark.parametrize("name", ['app"; DROP TABLE x', "App", "", "a" * 64])
def test_a_role_is_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="not a role name"):
        ledger_v1.upgrade(Collected(), name)
