"""The process as it is run: `python -m gateway`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from gateway.settings import Settings
from local import ports
from tests.gateway.conftest import PATIENCE, Asked, Service, StartService, until

ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def running(funds: Service, **environment: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A gateway process; yields its address once it answers."""
    port = ports.pick()
    given = {"PORT": str(port), "UPSTREAMS": json.dumps({"funds": funds.url}), "ISSUER": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", cwd=ROOT, env={**os.environ, **given, **environment}
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with ClientSession() as client:
            await _answers(client, url, process)
        yield url, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(client: ClientSession, url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(3 * PATIENCE):
        while process.returncode is None:
            try:
                async with client.get(f"{url}/livez") as response:
                    assert response.status == 200
                    return
            except ClientError:
                await asyncio.sleep(0.02)
    pytest.fail("the gateway did not start")


async def test_on_a_signal_it_turns_unready_serves_on_finishes_what_it_began_and_ends(service: StartService) -> None:
    release = asyncio.Event()

    async def slow(asked: Asked) -> None:
        if b"slow" in asked.line:
            await release.wait()
        await asked.answer()

    funds = await service(slow)
    async with running(funds, DRAIN_SECONDS="1") as (url, process), ClientSession() as client:
        begun = asyncio.create_task(client.get(f"{url}/v1/funds/slow"))
        await until(lambda: funds.asked)
        process.send_signal(signal.SIGTERM)
        statuses: list[int] = []
        while 503 not in statuses:
            async with client.get(f"{url}/readyz") as response:
                statuses.append(response.status)
        async with client.get(f"{url}/v1/funds/x") as response:
            assert response.status == 200, "still served while balancers take notice"
        await _refuses(client, url)
        release.set()
        async with asyncio.timeout(PATIENCE):
            assert (await begun).status == 200
            assert await process.wait() in {0, -signal.SIGTERM}


async def _refuses(client: ClientSession, url: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with client.get(f"{url}/livez", headers={"connection": "close"}) as response:
                    await response.read()
            except ClientError:
                return


async def test_without_a_wait_it_ends_at_once(funds: Service) -> None:
    async with running(funds) as (_, process):
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() in {0, -signal.SIGINT}


def test_production_wants_addresses_of_its_own() -> None:
    with pytest.raises(ValueError, match="ISSUER, PUBLIC_URL"):
        Settings(environment="production")
    Settings(environment="production", issuer="https://login.example", public_url="https://api.example")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    set_one: Callable[[str, str], None] = monkeypatch.setenv
    set_one("UPSTREAMS", '{"funds": "http://funds:8000"}')
    set_one("ROUTES", '{"/v1/funds/imports": {"max_body_bytes": 5}}')
    set_one("TRUSTED_PROXIES", '["10.0.0.0/8"]')
    settings = Settings()
    assert settings.upstreams == {"funds": "http://funds:8000"}
    assert settings.limits_of(b"/v1/funds/imports/7") == (5, settings.deadline_seconds)
    assert settings.limits_of(b"/v1/funds/x") == (settings.max_body_bytes, settings.deadline_seconds)
    assert str(settings.trusted_proxies[0]) == "10.0.0.0/8"
