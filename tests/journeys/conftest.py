from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest

from tests.running import Platform, platform

__all__ = ["SignIn", "platform", "signed_in"]

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def signed_in(platform: Platform) -> AsyncIterator[SignIn]:
    """Give a function that opens a client for a login, or for nobody."""
    async with AsyncExitStack() as stack:

        async def sign_in(login: str | None = None, language: str = "en") -> httpx2.AsyncClient:
            return await stack.enter_async_context(platform.client(login, language))

        yield sign_in
