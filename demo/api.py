"""A small client of the platform: many people at one gateway, each write under a key that may be sent again."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urlencode

import aiohttp
import orjson
from joserfc.jwk import ECKey

from demo.draw import SEED
from local.issuer.proofs import dpop_proof, new_proof_key

_TRIES: Final = 8
_LONGEST_PAUSE: Final = 10.0
_RENEW_BEFORE: Final = 60.0
"""Seconds before its end at which a token is renewed."""
_AGAIN: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_IN_FLIGHT: Final = "idempotency-in-flight"
_BOUND: Final = "partner-bank:"


class RefusedError(Exception):
    """The platform refused, or does not answer; the text is for people."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    replayed: bool = False
    """It had been asked before: this is the first answer once more."""

    @property
    def is_new(self) -> bool:
        """Whether something came into being by it, now."""
        return self.status < HTTPStatus.BAD_REQUEST and not self.replayed

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


@dataclass
class _Login:
    """A token of one person, and the key it is bound to where it is."""

    key: ECKey | None
    token: str = ""
    until: float = 0.0
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Api:
    """Opened for a block: `async with Api(gateway, issuer) as api`. `counted` tells how many answers of each status."""

    def __init__(self, gateway: str, issuer: str) -> None:
        self.gateway = gateway.rstrip("/")
        self._minting = f"{issuer.rstrip('/')}/development/token"
        self._logins: dict[str, _Login] = {}
        self.counted: Counter[int] = Counter()
        self.repeated = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=60),
            headers={"Accept-Language": "en"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(self, path: str, query: Mapping[str, str] | None = None, *, login: str | None = None) -> Any:
        """Return the body of a 200. Errors: RefusedError."""
        target = f"{path}?{urlencode(query)}" if query else path
        answer = await self._repeating("GET", target, login, None, {})
        if answer.status != HTTPStatus.OK:
            raise _refused("GET", target, login, answer)
        return answer.body

    async def pages(self, path: str, query: Mapping[str, str], *, login: str | None = None) -> AsyncIterator[Any]:
        """Yield the items of a list, page after page. Errors: RefusedError."""
        asked = {"limit": "200", **query}
        while True:
            page = await self.get(path, asked, login=login)
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            asked["cursor"] = page["next"]

    async def post(self, path: str, body: Any, *, login: str, key: str, known: Collection[str] = ()) -> Answer:
        """Send a write under `key`, again with the same key where nothing is known of it.

        `known` are the codes of refusals that say it was done before; they are returned, all others raised.
        Errors: RefusedError.
        """
        headers = {"Idempotency-Key": f"{SEED}/{key}"}
        answer = await self._repeating("POST", path, login, body, headers)
        if answer.status >= HTTPStatus.BAD_REQUEST and answer.code not in known:
            raise _refused("POST", path, login, answer)
        return answer

    async def send_file(self, path: str, query: Mapping[str, str], text: str, media: str, *, login: str) -> Answer:
        """Upload a file of text of that media type. Errors: RefusedError."""
        target = f"{path}?{urlencode(query)}"
        answer = await self._repeating("POST", target, login, text, {"Content-Type": media})
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refused("POST", target, login, answer)
        return answer

    async def put(self, path: str, body: Any, *, login: str, version: int, known: Collection[str] = ()) -> Answer:
        """Replace what has that version; `known` as for `post`. Errors: RefusedError."""
        answer = await self._repeating("PUT", path, login, body, {"If-Match": f'"{version}"'})
        if answer.status >= HTTPStatus.BAD_REQUEST and answer.code not in known:
            raise _refused("PUT", path, login, answer)
        return answer

    async def _repeating(
        self, method: str, target: str, login: str | None, body: Any, headers: Mapping[str, str]
    ) -> Answer:
        content = body.encode() if isinstance(body, str) else None if body is None else orjson.dumps(body)
        given = {"Content-Type": "application/json", **headers} if content is not None else dict(headers)
        pause = 0.1
        why = ""
        for _ in range(_TRIES):
            try:
                answer, after = await self._once(method, target, login, content, given)
            except (aiohttp.ClientError, TimeoutError) as error:
                why, after = str(error) or type(error).__name__, None
            else:
                if answer.status not in _AGAIN and answer.code != _IN_FLIGHT:
                    return answer
                why = f"{answer.status} {answer.code}"
            self.repeated += 1
            await asyncio.sleep(min(after or pause, _LONGEST_PAUSE))
            pause *= 2
        raise RefusedError(f"{method} {target} was tried {_TRIES} times; the last answer: {why}")

    async def _once(
        self, method: str, target: str, login: str | None, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer, float | None]:
        """Return the answer, and after how many seconds to ask again where it says so."""
        url = f"{self.gateway}{target}"
        signed = await self._signed(login, method, url)
        async with self._http.request(method, url, data=content, headers={**headers, **signed}) as response:
            raw = await response.read()
            self.counted[response.status] += 1
            after = response.headers.get("Retry-After", "")
            replayed = response.headers.get("Idempotency-Replayed") == "true"
            answer = Answer(response.status, _read(raw), replayed)
            return answer, float(after) if after.isascii() and after.isdigit() else None

    async def _signed(self, login: str | None, method: str, url: str) -> dict[str, str]:
        if login is None:
            return {}
        known = self._logins.get(login)
        if known is None:
            known = self._logins[login] = _Login(new_proof_key() if login.startswith(_BOUND) else None)
        async with known.renewing:
            if time.monotonic() > known.until:
                await self._renew(login, known)
        if known.key is None:
            return {"Authorization": f"Bearer {known.token}"}
        return {"Authorization": f"DPoP {known.token}", "DPoP": dpop_proof(known.key, method, url, known.token)}

    async def _renew(self, login: str, known: _Login) -> None:
        headers = {} if known.key is None else {"DPoP": dpop_proof(known.key, "POST", self._minting)}
        async with self._http.post(self._minting, data={"as": login}, headers=headers) as response:
            body = _read(await response.read())
            if response.status != HTTPStatus.OK:
                raise RefusedError(f"{login} cannot sign in: {response.status} {body}")
        known.token = body["access_token"]
        known.until = time.monotonic() + body["expires_in"] - _RENEW_BEFORE


def _read(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode(errors="replace")


def _refused(method: str, target: str, login: str | None, answer: Answer) -> RefusedError:
    said = answer.body
    if isinstance(said, dict):
        shown = [str(said.get("title", "")), str(said.get("detail") or "")]
        shown += [f"{error.get('pointer', '')}: {error.get('detail', error)}" for error in said.get("errors") or []]
        said = " ".join(part for part in shown if part)
    return RefusedError(f"{method} {target} as {login or 'nobody'} was answered {answer.status}: {said}")
