"""Importing households with their members, fully validated, against bare COPY of the same rows.

    python -m benchmarks.imports [--households N]

A CSV of 40,000 households with 170,000 members of one commune is taken in by the worker's own code in a process of its
own: read, validated, sealed, staged, held against the file and the registry, written with audit rows and events,
counted. Then the rows that came of it are copied into an empty registry with the same tables, indexes and constraints.

- `bare`: COPY in binary with triggers and foreign keys off, the floor.
- `with triggers`: the same COPY with everything that the tables do by themselves.

Bounds: at most 5 × bare; peak memory at the full size at most 1.25 × that at a tenth of it.
"""

import argparse
import asyncio
import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table

from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.files import Files
from kit.jobs import Job
from kit.values.ids import new_id
from local.databases import bootstrap_async, create_from_template_async
from local.postgres import Cluster
from migrations import runner
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.running import JOB, Runner
from services.beneficiaries.settings import Settings

HOUSEHOLDS, MEMBERS, MOST, FLAT = 40_000, 4.25, 5.0, 1.25
TABLES = ("households", "household_places", "household_search", "people", "memberships")
_COLUMNS = (
    *("household", "area_code", "village", "address", "registered_on", "full_name", "sex", "birth_date", "ethnicity"),
    *("relation", "identity_number", "phone"),
)
_WORDS = [
    "Lò",
    "Cà",
    "Vì",
    "Hà",
    "Quàng",
    "Lường",
    "Tòng",
    "Bạc",
    "Cầm",
    "Hoàng",
    "Thị",
    "Văn",
    "Minh",
    "Đôi",
    "Hương",
    "Thảo",
    "Sơn",
    "Mai",
    "Pánh",
    "Xôm",
    "Ín",
    "Ánh",
]


def content(households: int) -> Iterator[bytes]:
    """Yield a file of so many households, always the same for the same number."""
    made = random.Random(households)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    person = 0
    for number in range(1, households + 1):
        size = round(number * MEMBERS) - round((number - 1) * MEMBERS)
        head = made.randint(1950, 1995)
        for place in range(size):
            person += 1
            year = head if place == 0 else head + made.randint(18, 28) if place > 1 else head + made.randint(-4, 4)
            writer.writerow(
                (
                    *(number, "04105", f"Bản {number % 120}", f"Số {number % 90}", f"2026-0{1 + number % 9}-15"),
                    *(" ".join(made.sample(_WORDS, 3)), ("female", "male")[person % 2]),
                    f"{min(year, 2025)}-0{1 + person % 9}-{1 + person % 28:02}",
                    *("03", ("head", "spouse")[place] if place < 2 else "child"),
                    *(f"{person:012}", f"+8498{person:07}" if place == 0 else ""),
                )
            )
        if text.tell() > 1 << 18:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


async def _pieces(households: int) -> AsyncIterator[bytes]:
    for piece in content(households):
        yield piece


async def take_in(url: str, folder: str, households: int) -> dict[str, Any]:
    """Import a file into an empty registry; return seconds, peak memory in MB and the sums."""
    settings = Settings(database_url=url, files_url=f"file://{folder}", environment="test")
    database = Database(url, pool=4)
    vault = Vault.from_settings(settings)
    files = Files.from_settings(settings, vault)
    stored = await files.keep("imports", _pieces(households), most=1 << 30)
    found = Import(
        id=new_id(), sent_by="bench", client="bench", request_id="bench", reach="all", area_code="", language="vi",
        kind="csv", size=stored.size, digest=stored.digest, dry_run=False, state="waiting", place=stored.place,
        expires_at=_far(),
    )  # fmt: skip
    async with database.transaction(RowScope.everything("bench")) as session:
        session.add(found)
    job = Job(new_id(), JOB, {"import_id": str(found.id)}, None, 1, 1)
    started = time.perf_counter()
    cpu = time.process_time()
    await Runner(database, files, vault, settings)(job)
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu
    async with database.transaction(RowScope.everything("bench")) as session:
        done = await session.get_one(Import, found.id)
        sums = (done.state, done.rows_read, done.rows_accepted, done.rows_refused, done.households_accepted)
    await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak": peak, "sums": sums}


def _far() -> Any:
    from datetime import UTC, datetime

    return datetime(2199, 1, 1, tzinfo=UTC)


async def _registry(cluster: Cluster, name: str) -> str:
    """Make an empty registry under another name; return the address of its runtime role."""
    await create_from_template_async(cluster, "ftp_beneficiaries", name)
    return cluster.url(name, "beneficiaries")


async def _copied(cluster: Cluster, source: str, folder: Path, *, triggers: bool) -> float:
    """Return the seconds that COPY takes to put the rows of `source` into an empty registry."""
    name = f"copied_{'with' if triggers else 'without'}_{new_id().hex[-8:]}"
    await _registry(cluster, name)
    rows = await asyncpg.connect(cluster.url(source))
    for table in TABLES:
        await rows.copy_from_table(table, output=str(folder / table), format="binary")
    await rows.close()
    target = await asyncpg.connect(cluster.url(name))
    if not triggers:
        await target.execute("set session_replication_role = replica")
    await target.execute("checkpoint")
    await target.execute("select set_config('app.reach', 'all', false)")
    tables = [table for table in TABLES if not (triggers and table == "household_search")]
    started = time.perf_counter()
    async with target.transaction():
        for table in tables:
            await target.copy_to_table(table, source=str(folder / table), format="binary")
    seconds = time.perf_counter() - started
    await target.close()
    return seconds


def _import_process(url: str, folder: Path, households: int) -> dict[str, Any]:
    """Import in a fresh process, whose peak memory is that of the import and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.imports", "--take-in", url, str(folder), "--households", str(households)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


async def measure(households: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="imports-bench-") as folder:
        cluster = Cluster(Path(folder) / "postgres")
        with cluster:
            await bootstrap_async(cluster, ["beneficiaries"])
            await runner.run("beneficiaries", cluster.url("ftp_beneficiaries", "beneficiaries_owner"))
            rows = await _measured(cluster, Path(folder), households)
        cluster.remove()
    return rows


async def _measured(cluster: Cluster, folder: Path, households: int) -> list[dict[str, Any]]:
    tenth = _import_process(await _registry(cluster, "a_tenth"), folder / "files", households // 10)
    whole = _import_process(await _registry(cluster, "the_whole"), folder / "files", households)
    copies = folder / "copies"
    copies.mkdir()
    bare = sorted([await _copied(cluster, "the_whole", copies, triggers=False) for _ in range(3)])[1]
    triggers = await _copied(cluster, "the_whole", copies, triggers=True)
    state, read, accepted, refused, homes = whole["sums"]
    if (state, accepted, refused, homes) != ("done", read, 0, households):
        raise RuntimeError(f"the import did not take everything: {whole['sums']}")
    return [
        {"what": f"bare COPY, {homes:,} households, {read:,} members", "seconds": bare},
        {"what": "COPY with triggers and foreign keys", "seconds": triggers, "ratio": triggers / bare},
        {"what": "import", "seconds": whole["seconds"], "ratio": whole["seconds"] / bare, "peak": whole["peak"]},
        {"what": "… of a tenth of it", "seconds": tenth["seconds"], "peak": tenth["peak"]},
        {"what": "… the worker's own CPU", "seconds": whole["cpu"]},
    ]


def _report(rows: list[dict[str, Any]]) -> bool:
    table = Table("what", "seconds", "to bare COPY", "peak MB", title="Import of households, fully validated")
    for row in rows:
        ratio, peak = row.get("ratio"), row.get("peak")
        table.add_row(
            row["what"],
            f"{row['seconds']:.1f}",
            "" if ratio is None else f"{ratio:.2f}",
            "" if peak is None else f"{peak:.0f}",
        )
    Console(width=100).print(table)
    ratio, flat = rows[2]["ratio"], rows[2]["peak"] / rows[3]["peak"]
    print(f"{'PASS' if ratio <= MOST else 'MISS'}  import / bare COPY = {ratio:.2f} (at most {MOST:g})")
    print(f"{'PASS' if flat <= FLAT else 'MISS'}  peak memory, whole / tenth = {flat:.2f} (at most {FLAT:g})")
    return bool(ratio <= MOST and flat <= FLAT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--take-in", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.take_in:
        url, folder = asked.take_in
        print(json.dumps(asyncio.run(take_in(url, folder, asked.households))))
        return
    raise SystemExit(0 if _report(asyncio.run(measure(asked.households))) else 1)


if __name__ == "__main__":
    main()
