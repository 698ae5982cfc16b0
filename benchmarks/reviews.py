"""A poverty review of one commune of 40,000 households, and the fifteen report forms, against bare SQL.

    python -m benchmarks.reviews [--households N]

The service runs its own actions as the officer of the commune: row security, foreign keys, checks, triggers, the audit
log. The floor is what one would write at a psql prompt for the same rows: plain statements of a superuser over copies
of the tables that have their indexes and no row security, foreign keys or checks (`benchmarks/bare_reviews.py`). Both
commit durably; the middle of three turns each, of one turn for the decision. Every step takes the same number of
statements for 200 households as for all. Bound: at most 3 times the floor.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import bare_reviews, review_rows
from kit.database import Database, RowScope
from kit.identity import Actor
from kit.values.ids import new_id
from local.databases import bootstrap_async
from local.postgres import Cluster
from migrations import runner
from services.beneficiaries.reports import forms
from services.beneficiaries.review_decisions import actions as decisions
from services.beneficiaries.review_decisions.schemas import ReviewDecisionIn
from services.beneficiaries.reviews import actions as reviews
from services.beneficiaries.reviews.schemas import ReviewIn

MOST = 3.0
HOUSEHOLDS, FEW, TURNS = 40_000, 200, 3
DAY, BEFORE = date(2026, 1, 1), date(2025, 1, 1)
_LISTS = (14, 15)
_WHOLE_LIST = 50_000


def _actor(role: str) -> Actor:
    login = f"{role}:{review_rows.COMMUNE}"
    return Actor(
        subject=login,
        client_id="benchmark",
        roles=frozenset({role}),
        scopes=frozenset(),
        area=review_rows.COMMUNE,
        bank=None,
        name=login,
        key_thumbprint=None,
    )


@dataclass
class Bench:
    """One scratch database: the service's way to it, the superuser's, and what was measured."""

    database: Database
    root: Any
    review: UUID = field(default_factory=new_id)
    taken: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    async def service(self, step: str, run: Callable[[AsyncSession], Awaitable[Any]], *, role: str) -> None:
        scope = RowScope(subject=role, reach="area", area=review_rows.COMMUNE)
        with counted(self.database) as seen:
            started = time.perf_counter()
            async with self.database.transaction(scope) as session:
                await run(session)
            self._note(step, "service", started)
        self.statements[step] = len(seen)

    async def bare(self, step: str, *scripts: str) -> None:
        started = time.perf_counter()
        async with self.root.transaction():
            for script in scripts:
                await self.root.fetch(script)
        self._note(step, "bare", started)

    def _note(self, step: str, who: str, started: float) -> None:
        self.taken.setdefault(step, {}).setdefault(who, []).append(time.perf_counter() - started)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the service sends."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def run(cluster: Cluster, name: str, households: int, turns: int) -> Bench:
    """Carry one review out in a database of its own."""
    await bootstrap_async(cluster, ["beneficiaries"])
    await runner.run("beneficiaries", cluster.url(name, "beneficiaries_owner"))
    root = await asyncpg.connect(cluster.url(name))
    bench = Bench(Database(cluster.url(name, "beneficiaries")), root)
    try:
        await review_rows.write_households(root, households)
        await _review(bench, turns)
        await _reports(bench, turns)
    finally:
        await bench.database.close()
        await root.close()
    return bench


async def _review(bench: Bench, turns: int) -> None:
    officer, chair, root = _actor("commune-officer"), _actor("commune-chair"), bench.root
    async with bench.database.transaction(RowScope("x", "area", review_rows.COMMUNE)) as session:
        given = ReviewIn(area_id=review_rows.UNIT, kind="yearly", year=2025)
        bench.review = await reviews.open_review(session, given, by=officer)
    await bare_reviews.copy(root, bench.review)
    for turn in range(turns):
        if turn:
            await review_rows.forget_list(root)
        await bench.service("list", lambda s: reviews.draw_list(s, bench.review, by=officer), role="commune-officer")
        await bench.bare("list", *bare_reviews.DRAW)
    await review_rows.score(root)
    await bare_reviews.copy_forms(root)
    for turn in range(turns):
        if turn:
            await review_rows.forget_classes(root)
        await bench.service("classes", lambda s: reviews.classify(s, bench.review, by=officer), role="commune-officer")
        await bench.bare("classes", *bare_reviews.CLASSIFY)
    await review_rows.agree_and_post(root, bench.review)
    given_decision = ReviewDecisionIn(decision_number="215/QĐ-UBND", decided_on=date(2025, 12, 10))
    await bench.service(
        "decision", lambda s: decisions.decide(s, bench.review, given_decision, by=chair), role="commune-chair"
    )
    await bench.bare("decision", *bare_reviews.DECIDE)


async def _reports(bench: Bench, turns: int) -> None:
    await bench.root.execute("analyze")
    for number in range(1, 16):

        async def form(session: AsyncSession, number: int = number) -> None:
            on = await forms.mapped(session, DAY, None)
            if number in _LISTS:
                await forms.households(session, number, DAY, on, None, _WHOLE_LIST)
            else:
                await forms.table(session, number, DAY, BEFORE, on)

        for _ in range(turns):
            await bench.service(f"form {number}", form, role="commune-officer")
            await bench.bare(f"form {number}", *bare_reviews.FORMS[number])


async def measure(households: int) -> list[dict[str, Any]]:
    """Return a row for each step: seconds of both, their ratio, statements, and whether the bounds are met."""
    found: list[Bench] = []
    for many, turns in ((FEW, 1), (households, TURNS)):
        with tempfile.TemporaryDirectory(prefix="review-bench-") as folder:
            cluster = Cluster(Path(folder) / "postgres")
            with cluster:
                found.append(await run(cluster, "ftp_beneficiaries", many, turns))
            cluster.remove()
    few, all_of_them = found
    return [_row(step, all_of_them, few.statements[step]) for step in all_of_them.taken]


def _row(step: str, bench: Bench, of_few: int) -> dict[str, Any]:
    middle = {who: statistics.median(seconds) for who, seconds in bench.taken[step].items()}
    ratio, many = middle["service"] / middle["bare"], bench.statements[step]
    return {"what": step, **middle, "ratio": ratio, "statements": many, "met": ratio <= MOST and many == of_few}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a poverty review and its reports against bare SQL.")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    asked = parser.parse_args()
    rows = asyncio.run(measure(asked.households))
    title = f"A review of {asked.households:,} households against bare SQL"
    table = Table("step", "service s", "bare s", "ratio", "bound", "statements", "", title=title)
    for row in rows:
        table.add_row(
            row["what"],
            f"{row['service']:.3f}",
            f"{row['bare']:.3f}",
            f"{row['ratio']:.2f}",
            f"at most {MOST}",
            str(row["statements"]),
            "PASS" if row["met"] else "MISS",
        )
    Console(width=100).print(table)
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
