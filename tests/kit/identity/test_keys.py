"""Keys fetched from a real issuer over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from kit.identity import Verifier
from kit.problems import Unauthenticated, Unavailable
from local.issuer.tokens import Keys, access_token
from local.people import find


class Issuer:
    """Publishes the keys it is given, and counts how often it was asked."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.asked = 0
        self.server: TestServer

    @property
    def address(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    async def discovery(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": self.address, "jwks_uri": f"{self.address}/jwks"})

    async def jwks(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response(self.keys.jwks())

    def token(self) -> str:
        return access_token(self.keys, find("treasurer"), issuer=self.address)


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer(Keys.generate())
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", made.discovery)
    app.router.add_get("/jwks", made.jwks)
    async with TestServer(app) as made.server:
        yield made


async def test_twenty_first_callers_at_once_are_all_let_in_with_one_fetch(issuer: Issuer) -> None:
    verifier = Verifier(issuer=issuer.address, audience="forthepoor")
    actors = await asyncio.gather(*(verifier.actor(issuer.token()) for _ in range(20)))
    assert {actor.subject for actor in actors} == {"treasurer"}
    assert issuer.asked == 1


async def test_a_new_key_is_fetched_and_forgeries_do_not_make_us_ask_again_and_again(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier = Verifier(issuer=issuer.address, audience="forthepoor")
    await verifier.actor(issuer.token())
    issuer.keys = issuer.keys.rotated()
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await verifier.actor(issuer.token())
    assert issuer.asked == 1
    later = verifier._fetched_at + 11
    monkeypatch.setattr("kit.identity.verifier.time.monotonic", lambda: later)
    assert (await verifier.actor(issuer.token())).subject == "treasurer"
    assert issuer.asked == 2


async def test_an_issuer_that_cannot_be_reached_is_our_trouble_not_the_callers() -> None:
    verifier = Verifier(issuer="http://127.0.0.1:1", audience="forthepoor")
    with pytest.raises(Unavailable):
        await verifier.actor(access_token(Keys.generate(), find("treasurer"), issuer="http://127.0.0.1:1"))
