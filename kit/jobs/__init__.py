"""Work that happens after the request: enqueued in its transaction, run by the service's worker at least once.

await jobs.enqueue(session, "loans.close_day", {"day": "2026-03-31"}, key="2026-03-31")

async def close_day(job: Job) -> None: ...
Worker(url, {"loans.close_day": close_day}, periodic=[every(60, "loans.mark_late", mark_late)])
"""

from kit.jobs.job import Handler, Job, JobLost, Periodic, every
from kit.jobs.queue import enqueue
from kit.jobs.worker import Worker

__all__ = ["Handler", "Job", "JobLost", "Periodic", "Worker", "enqueue", "every"]
