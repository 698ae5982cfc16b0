"""The addresses that the gateway answers itself; all of them take GET and HEAD only."""

from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest

from aiohttp import ClientSession
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.answers import Answer, Asked, json_answer
from gateway.docs import Docs
from gateway.health import Health
from gateway.impact import Impact
from gateway.impact_page import ImpactPage
from gateway.metrics import Metrics
from gateway.openapi.source import MergedDocument
from gateway.pages import Pages
from gateway.settings import Settings
from gateway.upstream import Upstream
from kit.problems import NotFound, Unauthenticated

Handler = Callable[[Asked], Awaitable[Answer]]
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})


class OwnAddresses:
    def __init__(
        self,
        settings: Settings,
        upstreams: Mapping[str, Upstream],
        metrics: Metrics,
        draining: Callable[[], bool],
    ) -> None:
        self._settings, self._metrics = settings, metrics
        self._document = MergedDocument(settings, upstreams)
        health = Health(settings, upstreams, draining)
        docs = Docs(settings, self._document)
        pages = Pages(self._document)
        impact = Impact(settings, upstreams)
        self._routes: dict[str, Handler] = {
            "/": pages.home,
            "/problems": pages.problem_list,
            "/livez": self._alive,
            "/readyz": health.ready,
            "/metrics": self._counts,
            "/openapi.json": self._openapi,
            "/docs": docs.swagger,
            "/docs/oauth2-redirect": docs.oauth2_redirect,
            "/redoc": docs.redoc,
            "/v1/impact": impact.answer,
            "/impact": ImpactPage(impact, pages).answer,
        }
        self._below: tuple[tuple[str, Handler], ...] = (
            ("/problems/", pages.problem),
            ("/assets/", docs.asset),
        )

    def start(self, session: ClientSession) -> None:
        self._document.start(session)

    async def stop(self) -> None:
        await self._document.stop()

    @staticmethod
    def is_probe(path: str) -> bool:
        """Say whether an orchestrator or a monitor asks: nobody's rate limit shall make a process look sick."""
        return path in _PROBES

    def find(self, path: str) -> Handler:
        """Return who answers at `path`; NotFound where nobody does."""
        handler = self._routes.get(path)
        if handler is not None:
            return handler
        for prefix, below in self._below:
            if path.startswith(prefix) and "/" not in path[len(prefix) :]:
                return below
        raise NotFound

    async def answer(self, asked: Asked) -> Answer:
        return await self.find(asked.path)(asked)

    async def _alive(self, _: Asked) -> Answer:
        return json_answer({"status": "alive"})

    async def _openapi(self, asked: Asked) -> Answer:
        return await self._document.answer(asked)

    async def _counts(self, asked: Asked) -> Answer:
        token = self._settings.metrics_token
        if token is not None:
            wanted = f"Bearer {token.get_secret_value()}".encode()
            if not compare_digest(asked.headers.get(b"authorization", b""), wanted):
                raise Unauthenticated(headers={"www-authenticate": "Bearer"}, reason="metrics need their token")
        return Answer(self._metrics.render(), CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})
