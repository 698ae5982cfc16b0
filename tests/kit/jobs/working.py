"""Workers in the test's own loop, and one in a process of its own that can be killed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kit.jobs import Handler, Worker
from tests.kit.outbox.database import Place

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def working(place: Place, handlers: Mapping[str, Handler], **options: Any) -> AsyncIterator[None]:
    worker = Worker(place.url, handlers, **({"poll": timedelta(milliseconds=50)} | options))
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def start_process(module: str, *words: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, cwd=ROOT, env={**os.environ, **environment}
    )


async def job_rows(place: Place, name: str) -> list[dict[str, Any]]:
    found = await place.sql("select * from jobs where name = $1 order by created_at, id", name)
    return [dict(row) for row in found]


async def make_due(place: Place) -> None:
    """Let every wait and every lease be over."""
    await place.sql("update jobs set run_after = now() where state in ('queued', 'running', 'failed')")
