from typing import Any, Final

import asyncpg

DATABASE_AWAY: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a worker waits out: the backend was ended, restarts, or cannot be reached.

The last one too: asyncpg raises it for a query on a connection whose backend was ended that very moment.
"""


async def worker_pool(database_url: str, *, size: int = 10, application: str = "worker") -> Any:
    """Open a pool for a background process: reach `all` over the rows that policies guard.

    It is for the plumbing's own short statements; what a job does goes through the service's `Database`. The
    scope belongs to the session from its start, so that a reset on return brings it back instead of clearing it.
    """
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=size,
        timeout=5,
        command_timeout=30,
        server_settings={
            "application_name": application,
            "app.reach": "all",
            "app.subject": application,
            "jit": "off",
            "lock_timeout": "10s",
            "idle_in_transaction_session_timeout": "30s",
        },
    )
