"""Calls to another of our services: own identity, deadline, bounded retries where safe, a breaker when it is down.

Never made inside an open transaction: a slow neighbour must not hold our locks.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from kit.problems import Unavailable
from kit.telemetry import request_id

_TIMEOUT: Final = httpx2.Timeout(5.0, connect=1.0)
_TRIES: Final = 3
_PAUSE: Final = 0.1
_OPENS_AFTER: Final = 5
_STAYS_OPEN: Final = 5.0
_RENEW_BEFORE: Final = 60.0


class NeighbourDown(Exception):  # noqa: N818 - a state of the world, not of our code
    """The other service did not answer in time, or answered 5xx; nothing is known about what was asked."""


class ServiceClient:
    """HTTP to one neighbour, under this service's own name (client credentials), on behalf of a caller."""

    def __init__(
        self,
        base_url: str,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=_TIMEOUT, transport=transport, trust_env=False)
        self._issuer = issuer.rstrip("/")
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._token_endpoint = ""
        self._token = ""
        self._token_until = 0.0
        self._renewing = asyncio.Lock()
        self._failures = 0
        self._open_until = 0.0

    async def get(
        self, path: str, *, query: Mapping[str, Any] | None = None, on_behalf_of: str | None = None
    ) -> httpx2.Response:
        """Return the answer (below 500), after at most three tries. Errors: NeighbourDown."""
        return await self._tried("GET", path, on_behalf_of, params=dict(query or {}))

    async def post(
        self, path: str, body: Any, *, idempotency_key: str, on_behalf_of: str | None = None
    ) -> httpx2.Response:
        """Return the answer; repeated safely under its key. Errors: NeighbourDown."""
        return await self._tried("POST", path, on_behalf_of, json=body, headers={"Idempotency-Key": idempotency_key})

    async def close(self) -> None:
        await self._http.aclose()

    async def _tried(self, method: str, path: str, on_behalf_of: str | None, **request: Any) -> httpx2.Response:
        for attempt in range(_TRIES):
            try:
                return await self._once(method, path, on_behalf_of, **request)
            except NeighbourDown:
                if attempt == _TRIES - 1 or self._is_open():
                    raise
                await asyncio.sleep(_PAUSE * 2**attempt)
        raise AssertionError  # the loop returns or raises

    async def _once(self, method: str, path: str, on_behalf_of: str | None, **request: Any) -> httpx2.Response:
        if self._is_open():
            raise NeighbourDown("the breaker is open")
        headers = {**request.pop("headers", {}), "X-Request-Id": request_id.get()}
        if on_behalf_of is not None:
            headers["On-Behalf-Of"] = on_behalf_of
        try:
            headers["Authorization"] = f"Bearer {await self._access_token()}"
            answer = await self._http.request(method, path, headers=headers, **request)
        except httpx2.TransportError as error:
            self._failed()
            raise NeighbourDown(type(error).__name__) from error
        if answer.status_code >= 500:  # noqa: PLR2004
            self._failed()
            raise NeighbourDown(f"answered {answer.status_code}")
        self._failures = 0
        return answer

    async def _access_token(self) -> str:
        async with self._renewing:
            if time.monotonic() < self._token_until:
                return self._token
            # In the form, not as Basic: issuers cut that header at its first colon, and our ids hold one.
            form = {"grant_type": "client_credentials", **self._credentials}
            granted = self._told(await self._http.post(await self._where_tokens_are(), data=form))
            self._token = granted["access_token"]
            self._token_until = time.monotonic() + float(granted["expires_in"]) - _RENEW_BEFORE
            return self._token

    async def _where_tokens_are(self) -> str:
        """Return the token endpoint, which every issuer names as it likes, as it is reached from here."""
        if not self._token_endpoint:
            about = self._told(await self._http.get(f"{self._issuer}/.well-known/openid-configuration"))
            named = str(about["issuer"]).rstrip("/")
            self._token_endpoint = str(about["token_endpoint"]).replace(named, self._issuer, 1)
        return self._token_endpoint

    def _told(self, answer: httpx2.Response) -> dict[str, Any]:
        if answer.status_code != 200:  # noqa: PLR2004
            self._failed()
            raise NeighbourDown(f"the issuer answered {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= _OPENS_AFTER:
            self._open_until = time.monotonic() + _STAYS_OPEN
            self._failures = 0

    def _is_open(self) -> bool:
        return time.monotonic() < self._open_until


def unavailable(_: NeighbourDown) -> Unavailable:
    """Return the refusal for a caller who cannot wait."""
    return Unavailable(headers={"Retry-After": "5"})
