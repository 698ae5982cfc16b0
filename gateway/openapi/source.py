"""The merged document, kept fresh in the background: nobody waits for a service that does not answer."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

import orjson
import structlog
from aiohttp import ClientSession, ClientTimeout

from gateway.answers import Answer, Asked, etag_of, revalidated
from gateway.openapi.merge import merge, scopes_of
from gateway.openapi.own import own_document
from gateway.settings import Settings
from gateway.upstream import NO_ANSWER, Upstream, read_whole

_log = structlog.get_logger("gateway")
_TIMEOUT = ClientTimeout(total=5)
_PATIENCE = 1.0  # how long a reader waits for a part that was missing, before getting the document without it
_MISSING_SECONDS = 2.0  # how soon a document that lacks something is made again
_DESCRIPTION = (
    "The registry of households, the fund and the loans of the movement *For the Poor: no one is left behind*.\n\n"
    "Sign in with **Authorize**, or send an access token as `Authorization: Bearer …`. Errors are problem documents "
    "(RFC 9457) in Vietnamese, English or French by `Accept-Language`; each kind has a page under `/problems`."
)


class MergedDocument:
    """Made again at most every `OPENAPI_SECONDS`, sooner while a part is missing; the last one is served meanwhile."""

    def __init__(self, settings: Settings, upstreams: Mapping[str, Upstream]) -> None:
        self._settings, self._upstreams = settings, upstreams
        self._session: ClientSession | None = None
        self._made_of: object = None
        self._body = b""
        self._etag = ""
        self._made = float("-inf")
        self._complete = False
        self._making: asyncio.Task[None] | None = None
        self.problems: dict[str, dict[str, Any]] = own_document()["x-problems"]
        self.issuer_origins: frozenset[str] = frozenset()

    def start(self, session: ClientSession) -> None:
        self._session = session

    async def stop(self) -> None:
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def answer(self, asked: Asked) -> Answer:
        await self.fresh()
        headers = {"cache-control": "no-cache", "access-control-allow-origin": "*"}
        return revalidated(asked, Answer(self._body, "application/json", headers=headers), self._etag)

    async def fresh(self) -> None:
        """Make it if there is none yet or a part is missing; where it is only old, the old one serves meanwhile."""
        age = monotonic() - self._made
        if age > (self._settings.openapi_seconds if self._complete else _MISSING_SECONDS) and self._making is None:
            self._making = asyncio.create_task(self._make())
            self._making.add_done_callback(self._made_once)
        if self._making is not None and not self._complete:
            await asyncio.wait({self._making}, timeout=_PATIENCE if self._body else None)

    def _made_once(self, task: "asyncio.Task[None]") -> None:
        self._making = None
        if not task.cancelled() and (error := task.exception()):
            _log.error("merging the OpenAPI documents failed", exc_info=error)

    async def _make(self) -> None:
        names = list(self._upstreams)
        issuer = (self._settings.issuer_internal_url or self._settings.issuer).rstrip("/")
        *documents, discovery = await asyncio.gather(
            *(self._fetch(f"{self._upstreams[name].origin}/openapi.json") for name in names),
            self._fetch(f"{issuer}/.well-known/openid-configuration"),
        )
        parts = {name: document for name, document in zip(names, documents, strict=True) if document is not None}
        missing = [name for name in names if name not in parts]
        if self._made_of != (parts, discovery):
            merged = self._merge(parts, missing, discovery)
            self.problems = merged["x-problems"]
            self._body = orjson.dumps(merged)
            self._etag = etag_of(self._body)
            self._made_of = (parts, discovery)
        self._complete = not missing and discovery is not None
        self._made = monotonic()

    async def _fetch(self, url: str) -> dict[str, Any] | None:
        if self._session is None:
            return None
        try:
            async with self._session.get(url, timeout=_TIMEOUT, allow_redirects=False) as response:
                body = await read_whole(response, self._settings.max_answer_bytes)
                document = orjson.loads(body) if response.ok else None
        except NO_ANSWER as error:
            _log.warning("no document", url=url, cause=type(error).__name__)
            return None
        return document if isinstance(document, dict) else None

    def _merge(
        self, parts: Mapping[str, dict[str, Any]], missing: list[str], discovery: dict[str, Any] | None
    ) -> dict[str, Any]:
        documents = {"platform": own_document(), **parts}
        merged = merge(documents)
        schemes: dict[str, Any] = {}
        authorize, token = (self._endpoint(discovery, name) for name in ("authorization", "token"))
        text = _DESCRIPTION
        if authorize and token:
            schemes["oauth2"] = _authorization_code(authorize, token, scopes_of(documents.values()))
            self.issuer_origins = frozenset("/".join(url.split("/")[:3]) for url in (authorize, token))
        else:
            _drop_scheme(merged, "oauth2")
            text += f"\n\n**Signing in is not possible just now**: `{self._settings.issuer}` does not answer."
        schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt (RFC 9068)"}
        merged["components"]["securitySchemes"] = schemes
        if missing:
            text += f"\n\n**Missing just now**: {', '.join(missing)}. Their operations return when they answer again."
        return {
            "openapi": "3.1.0",
            "info": {"title": "For the Poor", "version": "1", "description": text},
            "servers": [{"url": "/"}, {"url": self._settings.public_url.rstrip("/")}],
            **merged,
            "x-missing-services": missing,
        }

    def _endpoint(self, discovery: dict[str, Any] | None, name: str) -> str:
        """Return where a browser finds it: an issuer asked by its internal name may answer with that name."""
        endpoint = str((discovery or {}).get(f"{name}_endpoint", ""))
        internal = (self._settings.issuer_internal_url or "").rstrip("/")
        if internal and endpoint.startswith(f"{internal}/"):
            return self._settings.issuer.rstrip("/") + endpoint[len(internal) :]
        return endpoint


def _authorization_code(authorize: str, token: str, scopes: dict[str, str]) -> dict[str, Any]:
    flow = {"authorizationUrl": authorize, "tokenUrl": token, "scopes": scopes}
    return {"type": "oauth2", "description": "With PKCE (S256)", "flows": {"authorizationCode": flow}}


def _drop_scheme(document: dict[str, Any], scheme: str) -> None:
    """Take out the requirements that name a scheme which is not described."""
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "security" in operation:
                operation["security"] = [way for way in operation["security"] if scheme not in way]
