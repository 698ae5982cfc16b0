"""A service's whole background process, as its `worker.py` starts it: `python -m tests.kit.jobs.service`.

Its settings come from the environment, as they do for a service.
"""

import asyncio

from kit.jobs import Job, service_worker
from kit.settings import Settings


async def work(_: Job) -> None:
    pass


if __name__ == "__main__":
    asyncio.run(service_worker.run("parts", Settings(), {"work": work}))
