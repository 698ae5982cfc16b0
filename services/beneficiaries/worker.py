"""The registry's background process: sends its events. Run as `python -m services.beneficiaries.worker`."""

import asyncio

from kit.jobs import service_worker
from services.beneficiaries.settings import Settings


def main() -> None:
    asyncio.run(service_worker.run("beneficiaries", Settings()))


if __name__ == "__main__":
    main()
