"""Whether this process may be sent requests.

`/livez`   200 as long as the process answers at all; an orchestrator restarts it otherwise.
`/readyz`  503 while draining, and where no service can be reached. Where only some are missing it answers 200 and names
           them: taking the gateway away would take the healthy services with it, and starting another one would not
           bring the sick one back. Alarms belong on the `services` of the answer, or on the services' own `/readyz`.

The services are asked at most once a second, however often this one is.
"""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

from aiohttp import ClientTimeout

from gateway.answers import Answer, Asked, json_answer
from gateway.settings import Settings
from gateway.upstream import NO_ANSWER, Upstream

_READY = 200


class Health:
    def __init__(self, settings: Settings, upstreams: Mapping[str, Upstream], draining: Callable[[], bool]) -> None:
        self._upstreams, self._draining = upstreams, draining
        self._seconds = settings.readiness_seconds
        self._timeout = ClientTimeout(total=settings.readiness_timeout_seconds)
        self._asked_at = float("-inf")
        self._states: dict[str, str] = {}
        self._asking = asyncio.Lock()

    async def ready(self, _: Asked) -> Answer:
        if self._draining():
            return json_answer({"status": "draining", "services": self._states}, 503)
        async with self._asking:
            if monotonic() - self._asked_at > self._seconds:
                names = list(self._upstreams)
                states = await asyncio.gather(*(self._ask(self._upstreams[name]) for name in names))
                self._states = dict(zip(names, states, strict=True))
                self._asked_at = monotonic()
        missing = [name for name, state in self._states.items() if state != "ready"]
        reachable = any(state != "unreachable" for state in self._states.values())
        status = "ready" if not missing else "degraded" if reachable else "unavailable"
        return json_answer({"status": status, "services": self._states, "missing": missing}, 200 if reachable else 503)

    async def _ask(self, upstream: Upstream) -> str:
        if upstream.session is None:
            return "unreachable"
        try:
            async with upstream.session.get(f"{upstream.origin}/readyz", timeout=self._timeout) as response:
                return "ready" if response.status == _READY else "not ready"
        except NO_ANSWER:
            return "unreachable"
