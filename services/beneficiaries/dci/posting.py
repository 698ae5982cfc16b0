"""Sends a signed message to a partner's address, past the same guard as every webhook."""

from typing import Final, Protocol, Self

import aiohttp
import orjson

from kit.webhooks import Guard, UnsafeEndpoint
from services.beneficiaries.dci.answers import Json

_ANSWER_WITHIN: Final = 10
_LARGEST_ANSWER: Final = 16 * 1024


class Undelivered(Exception):  # noqa: N818 - a state of the world: the partner did not take it
    """The partner did not take a message; the text says how, and holds nothing of it."""


class Post(Protocol):
    async def __call__(self, url: str, message: Json) -> None: ...


class Courier:
    """Posts messages; made in the worker, closed with it."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=guard.resolver(), use_dns_cache=False),
            timeout=aiohttp.ClientTimeout(total=_ANSWER_WITHIN),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer must not become a large one
            trust_env=False,
            headers={"content-type": "application/json", "user-agent": "forthepoor-exchange/1"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def __call__(self, url: str, message: Json) -> None:
        """Errors: Undelivered, also where the address may not be written to."""
        try:
            address = self._guard.check(url)
            async with self._client.post(address, data=orjson.dumps(message), allow_redirects=False) as answer:
                await answer.content.read(_LARGEST_ANSWER)
                if not answer.content.at_eof():
                    answer.close()
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError, UnsafeEndpoint) as error:
            raise Undelivered(type(error).__name__) from error
        if not 200 <= status < 300:  # noqa: PLR2004 - success, as HTTP defines it
            raise Undelivered(f"answered {status}")
