"""Ledger entries per second: on one hot account against 50, and against bare SQL that promises nothing.

    python -m benchmarks.ledger [--seconds N]

Every entry has two postings and is committed durably (fsync on) to a cluster of its own. `pgbench`, which comes with
PostgreSQL, drives the database from 1, 8 and 20 clients, one entry a transaction or 500; it costs little, so that the
database is what is measured. The rows, all on the same data shape:

- `50 accounts`: both sides drawn from 50 accounts.
- `hot`: one side always the same collecting account.
- `hot, bare SQL`: the floor: the same two rows and indexes on tables without any rule.
- `hot, balance kept`: the peer: bare SQL that also keeps a running balance per account, as popular ledgers do.
- `python`: hot, through `kit.ledger.post` and SQLAlchemy in one process, which is itself the limit.

Bound: 20 clients on the hot account reach at least 0.8 of the rate over 50 accounts, single and batched.
"""

import argparse
import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from kit import ledger
from local.binaries import programs_for, unprivileged_account
from local.postgres import Cluster
from migrations.parts import ledger_v1

LEAST = 0.8
CLIENTS = (1, 8, 20)
BATCH = 500
_DAY = date(2026, 3, 2)
_OWNER, _APP, _DATABASE = "ledger_owner", "ledger_app", "ledger_bench"
_ACCOUNTS = ("hot", *(f"account-{n}" for n in range(1, 51)))

_BARE = """
    CREATE TABLE bare_accounts (id int PRIMARY KEY, balance bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
    INSERT INTO bare_accounts SELECT g FROM generate_series(0, 50) g;
    CREATE TABLE bare_entries (id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        key text UNIQUE, effective_on date, recorded_at timestamptz DEFAULT now(), description text, source text);
    CREATE TABLE bare_postings (entry uuid, line int, account int, amount bigint, PRIMARY KEY (entry, line));
    CREATE INDEX ON bare_postings (account, entry);
    GRANT ALL ON bare_accounts, bare_entries, bare_postings TO ledger_app
"""


def _posting(debit: str, credit: str) -> str:
    legs = f"jsonb_build_array(jsonb_build_array({debit}, CAST(:amount AS bigint), 'VND'), jsonb_build_array({credit}, -CAST(:amount AS bigint), 'VND'))"
    single = f"""
        \\set amount random(1, 1000000)
        \\set a random(1, 50)
        \\set b random(1, 50)
        SELECT ledger_post(ARRAY[gen_random_uuid()], ARRAY[DATE '{_DAY}'], ARRAY['Gift'], ARRAY['bench'],
            ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[gen_random_uuid()::text], ARRAY['bench'], ARRAY[{legs}]);
    """
    return _one_line(single)


def _batch(debit: str, credit: str) -> str:
    return _one_line(f"""
        \\set amount random(1, 1000000)
        \\set a random(1, 50)
        \\set b random(1, 50)
        SELECT ledger_post(array_agg(gen_random_uuid()), array_agg(DATE '{_DAY}'), array_agg('Gift'::text),
            array_agg('bench'::text), array_agg(NULL::uuid), array_agg(NULL::uuid),
            array_agg(gen_random_uuid()::text), array_agg('bench'::text),
            array_agg(jsonb_build_array(jsonb_build_array({debit}, CAST(:amount AS bigint) + g, 'VND'),
                                        jsonb_build_array({credit}, -CAST(:amount AS bigint) - g, 'VND'))))
        FROM generate_series(1, {BATCH}) g;
    """)


def _bare(rows: int, *, keeping_balance: bool = False) -> str:
    updates = (
        """
        UPDATE bare_accounts SET balance = balance + CAST(:amount AS bigint) WHERE id = 0;
        UPDATE bare_accounts SET balance = balance - CAST(:amount AS bigint) WHERE id = CAST(:b AS int);
        """
        if keeping_balance
        else ""
    )
    return _one_line(f"""
        \\set amount random(1, 1000000)
        \\set b random(1, 50)
        BEGIN;
        WITH e AS (INSERT INTO bare_entries (id, key, effective_on, description, source)
                   SELECT gen_random_uuid(), gen_random_uuid()::text, DATE '{_DAY}', 'Gift', 'bench'
                   FROM generate_series(1, {rows}) RETURNING id)
        INSERT INTO bare_postings SELECT e.id, l.line, l.account, l.amount
            FROM e, (VALUES (1, 0, CAST(:amount AS bigint)), (2, CAST(:b AS int), -CAST(:amount AS bigint))) l (line, account, amount);
        {updates}
        COMMIT;
    """)


def _one_line(script: str) -> str:
    """Give pgbench each statement on a line of its own."""
    lines: list[str] = []
    statement = ""
    for line in (line.strip() for line in script.splitlines()):
        statement = f"{statement} {line}".strip()
        if line.startswith("\\") or line.endswith(";"):
            lines.append(statement)
            statement = ""
    return "\n".join(lines) + "\n"


_SPREAD = ("'account-' || :a", "'account-' || :b")
_HOT = ("'hot'", "'account-' || :b")
_SCRIPTS: Mapping[tuple[str, int], str] = {
    ("50 accounts", 1): _posting(*_SPREAD),
    ("hot", 1): _posting(*_HOT),
    ("hot, bare SQL", 1): _bare(1),
    ("hot, balance kept", 1): _bare(1, keeping_balance=True),
    ("50 accounts", BATCH): _batch(*_SPREAD),
    ("hot", BATCH): _batch(*_HOT),
    ("hot, bare SQL", BATCH): _bare(BATCH),
}


class _Collected:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.statements.append(sqltext)


async def _prepare(cluster: Cluster) -> None:
    migration = _Collected()
    ledger_v1.upgrade(migration, _APP)
    admin = await asyncpg.connect(cluster.url())
    for role in (_OWNER, _APP):
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{cluster.password(role)}'")
    await admin.execute(f"CREATE DATABASE {_DATABASE} OWNER {_OWNER}")
    await admin.close()
    owner = await asyncpg.connect(cluster.url(_DATABASE, _OWNER))
    for statement in (*migration.statements, _BARE):
        await owner.execute(statement)
    await owner.close()
    engine = _engine(cluster, 1)
    async with AsyncSession(engine) as session, session.begin():
        accounts = [ledger.Account(code=code, unit="VND", side="debit", may_go_negative=True) for code in _ACCOUNTS]
        await ledger.open_accounts(session, accounts, actor="bench")
    await engine.dispose()


def _engine(cluster: Cluster, pool: int) -> AsyncEngine:
    url = cluster.url(_DATABASE, _APP).replace("postgresql://", "postgresql+asyncpg://")
    return create_async_engine(url, pool_size=pool, max_overflow=0)


def _pgbench(cluster: Cluster, script: str, clients: int, seconds: int) -> float:
    """Return transactions per second."""
    program = programs_for(unprivileged_account()) / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                *(str(program), "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds)),
                *("-f", file.name, cluster.url(_DATABASE, _APP)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(done.stderr or done.stdout)
    return float(found[1])


def _through_python(cluster: Cluster, clients: int, batch: int, seconds: int) -> float:
    """Return entries per second through `kit.ledger.post`, from coroutines of one process."""

    async def client(engine: AsyncEngine, number: int, until: float) -> int:
        done = 0
        while time.monotonic() < until:
            entries = [
                ledger.Entry(
                    effective_on=_DAY,
                    postings=ledger.transfer(f"account-{number % 50 + 1}", "hot", 1 + n, "VND"),
                    description="Gift",
                    source="bench",
                    key=f"{number}:{done + n}:{until}",
                    actor="bench",
                )
                for n in range(batch)
            ]
            async with AsyncSession(engine) as session, session.begin():
                await ledger.post_many(session, entries)
            done += batch
        return done

    async def run() -> float:
        engine = _engine(cluster, clients)
        started = time.monotonic()
        done = await asyncio.gather(*(client(engine, n, started + seconds) for n in range(clients)))
        elapsed = time.monotonic() - started
        await engine.dispose()
        return sum(done) / elapsed

    return asyncio.run(run())


def _measure(cluster: Cluster, seconds: int) -> dict[tuple[str, int, int], float]:
    rates: dict[tuple[str, int, int], float] = {}
    for clients in CLIENTS:
        for (name, batch), script in _SCRIPTS.items():
            rates[name, batch, clients] = batch * _pgbench(cluster, script, clients, seconds)
        for batch in (1, BATCH):
            rates["python", batch, clients] = _through_python(cluster, clients, batch, seconds)
    return rates


async def _audited(cluster: Cluster) -> bool:
    engine = _engine(cluster, 1)
    async with AsyncSession(engine) as session:
        clean = (await ledger.audit(session)).clean
    await engine.dispose()
    return clean


def _report(rates: Mapping[tuple[str, int, int], float]) -> bool:
    table = Table(title=f"Ledger entries per second (two postings each); {os.cpu_count()} cores, clients included")
    table.add_column("")
    for clients in CLIENTS:
        table.add_column(f"{clients} client{'s' * (clients > 1)}", justify="right")
    for batch in (1, BATCH):
        for name in ("50 accounts", "hot", "hot, bare SQL", "hot, balance kept", "python"):
            if (name, batch, CLIENTS[0]) in rates:
                figures = (f"{rates[name, batch, clients]:,.0f}" for clients in CLIENTS)
                table.add_row(f"{name}, {'single' if batch == 1 else f'batches of {batch}'}", *figures)
    Console(width=110).print(table)
    most = CLIENTS[-1]
    passed = True
    for batch in (1, BATCH):
        hot, spread, floor = (rates[name, batch, most] for name in ("hot", "50 accounts", "hot, bare SQL"))
        met = hot / spread >= LEAST
        passed = passed and met
        print(
            f"{'PASS' if met else 'MISS'}  {most} clients, {'single' if batch == 1 else f'batches of {batch}'}: "
            f"hot / 50 accounts = {hot / spread:.2f} (at least {LEAST}); hot / bare SQL = {hot / floor:.2f}"
        )
    kept = rates["hot, balance kept", 1, most]
    print(f"      {most} clients, single: hot / running balance kept = {rates['hot', 1, most] / kept:.1f}")
    return passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement; there are 27")
    seconds: int = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        cluster = Cluster(Path(folder) / "postgres")
        with cluster:
            asyncio.run(_prepare(cluster))
            passed = _report(_measure(cluster, seconds))
            print(f"{'PASS' if asyncio.run(_audited(cluster)) else 'MISS'}  the books audit clean afterwards")
        cluster.remove()
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
