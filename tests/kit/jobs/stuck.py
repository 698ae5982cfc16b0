"""A worker whose job never ends: `python -m tests.kit.jobs.stuck <url>`, to be killed in the middle of it."""

import asyncio
import sys

from kit.jobs import Job, Worker


async def never_ends(_: Job) -> None:
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(Worker(sys.argv[1], {"work": never_ends}).run(asyncio.Event()))
