"""An issuer as an application, asked over HTTP from a loopback address, at a time that the test sets."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from local.issuer.app import create_app
from local.issuer.proofs import client_assertion, new_proof_key, public_jwk
from local.issuer.settings import Settings
from tests.local.issuer.asking import BANK, ISSUER
from tests.local.issuer.visits import Visit

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        environment="test",
        issuer=ISSUER,
        data_dir=tmp_path,
        service_clients={"service:funds": "a secret: with 100% + signs"},
        gateway_url="http://127.0.0.1:8000",
    )


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Starlette:
    return create_app(settings, clock)


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


@pytest.fixture
async def bank_key(http: httpx2.AsyncClient) -> ECKey:
    """Key of the bank, registered with the issuer."""
    key = new_proof_key()
    answer = await http.post(
        "/development/clients",
        json={"client_id": BANK, "jwks": {"keys": [{**public_jwk(key), "kid": key.kid}]}},
    )
    assert answer.status_code == 201, answer.text
    return key


@pytest.fixture
def assertion_form(clock: Clock) -> Callable[..., dict[str, str]]:
    """Form by which the bank asks for a token; keyword arguments replace claims of its assertion."""

    def build(key: ECKey, audience: str = ISSUER, **claims: Any) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": client_assertion(key, BANK, audience, now=clock.now, **claims),
        }

    return build


@pytest.fixture
def visit(http: httpx2.AsyncClient) -> Visit:
    return Visit(http, secrets.token_urlsafe(48))
