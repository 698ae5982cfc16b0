import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from local import ports
from local.home import CHECKOUT, Home
from local.passwords import Passwords
from local.processes import Manager
from local.servers import ServerElsewhere
from local.stages import GATEWAY, ISSUER, SERVICES, Addresses, stages
from local.tokens import Signer, TokenRefusedError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
async def issuer(home: Home) -> AsyncIterator[str]:
    """The address of a development issuer, started with the environment that `up` gives it."""
    chosen = ports.kept(home.folder / "ports.json", (ISSUER, *SERVICES, GATEWAY), avoid=0)
    server = ServerElsewhere("postgresql://nobody@127.0.0.1:1/nothing", Passwords(home.folder / "none.json"))
    first, *_ = stages(home, server, Addresses(chosen))
    manager = Manager([first], logs=home.logs, folder=CHECKOUT, say=print)
    up, until = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(manager.run(until, started=up.set))
    async with asyncio.timeout(60):
        await up.wait()
    yield Addresses(chosen)[ISSUER]
    until.set()
    await running


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


async def test_a_person_gets_a_bearer_token_with_the_scopes_of_the_role(home: Home, issuer: str) -> None:
    signer = Signer(home, issuer, "commune-officer:04105")
    token = await asyncio.to_thread(signer.token)
    assert claims(token)["area"] == "04105"
    assert signer.headers(token, "GET", "http://127.0.0.1:8000/") == {"Authorization": f"Bearer {token}"}


async def test_a_partner_bank_gets_a_token_bound_to_a_key_that_stays(home: Home, issuer: str) -> None:
    first, again = Signer(home, issuer, "partner-bank:vbsp"), Signer(home, issuer, "partner-bank:vbsp")
    tokens = [await asyncio.to_thread(signer.token) for signer in (first, again)]
    thumbprints = {claims(token)["cnf"]["jkt"] for token in tokens}
    assert len(thumbprints) == 1
    assert first.key_file.stat().st_mode & 0o777 == 0o600
    headers = first.headers(tokens[0], "GET", "http://127.0.0.1:8000/v1/loans/programmes")
    assert headers["Authorization"] == f"DPoP {tokens[0]}"
    assert claims(headers["DPoP"])["htu"] == "http://127.0.0.1:8000/v1/loans/programmes"


def test_somebody_nobody_knows_gets_nothing(home: Home) -> None:
    with pytest.raises(TokenRefusedError, match="nobody in the directory"):
        Signer(home, "http://127.0.0.1:1", "mayor")


def test_an_issuer_that_does_not_answer_is_named(home: Home) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        signer = Signer(home, f"http://127.0.0.1:{closed.getsockname()[1]}", "treasurer")
        with pytest.raises(TokenRefusedError, match="does not answer"):
            signer.token()
