"""`python -m demo`: tell a platform that runs the story of Mai Sơn, then show what came of it.

GATEWAY_URL and ISSUER say where it runs; `forthepoor demo` sets both. Told twice, it changes nothing.
"""

import asyncio
import os
import sys
import time

from rich.console import Console
from rich.markup import escape

from demo import report
from demo.api import Api, RefusedError
from demo.load import load
from demo.pace import Pace
from demo.story import story


async def tell(gateway: str, issuer: str, console: Console) -> None:
    """Errors: RefusedError."""
    began = time.monotonic()
    async with Api(gateway, issuer) as api:
        with Pace(console) as pace:
            await load(api, pace, story())
        report.run(console, pace.stages, api)
        console.print(f"The story is told, in {time.monotonic() - began:.0f} s.\n")
        await report.show(api, console)
    report.addresses(console, gateway, issuer)


def main() -> int:
    # A pipe has no width of its own; the tables need one.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 130)
    gateway = os.environ.get("GATEWAY_URL", "http://127.0.0.1:8000")
    issuer = os.environ.get("ISSUER", "http://127.0.0.1:8080")
    try:
        asyncio.run(tell(gateway, issuer, console))
    except RefusedError as refused:
        console.print(f"[red]The story could not be told to the end:[/] {escape(str(refused))}")
        console.print("Run the demonstration again: it goes on where it stopped.")
        return 1
    except KeyboardInterrupt:
        console.print("Stopped; run it again and it goes on from there.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
