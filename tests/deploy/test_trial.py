"""The stand-in for Keycloak gives tokens as the realm file describes them; here they meet our own verifier."""

import json
import runpy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from kit.identity import Actor
from kit.identity.verifier import Verifier
from services.beneficiaries.auth import row_scope

_NAME = "https://id.example.vn/realms/forthepoor"
_AT = f"{_NAME}/protocol/openid-connect"
_ENVIRONMENT = {
    "KC_HOSTNAME": "https://id.example.vn",
    "KC_BOOTSTRAP_ADMIN_PASSWORD": "of the administrator",
    "FTP_FUNDS_CLIENT_SECRET": "of the fund",
    "FTP_LOANS_CLIENT_SECRET": "of the loans",
}


@pytest.fixture
async def issuer(root: Path) -> AsyncIterator[httpx2.AsyncClient]:
    realm = json.loads((root / "deploy/keycloak/forthepoor-realm.json").read_text(encoding="utf-8"))
    app = runpy.run_path(str(root / "deploy/trial/issuer.py"))["create_app"](realm, _ENVIRONMENT)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app)) as client:
        yield client


async def _actor(issuer: httpx2.AsyncClient, client: str, secret: str) -> Actor:
    about: dict[str, Any] = (await issuer.get(f"{_NAME}/.well-known/openid-configuration")).json()
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    granted = (await issuer.post(about["token_endpoint"], data=form)).json()
    keys = (await issuer.get(about["jwks_uri"])).json()
    return await Verifier(issuer=about["issuer"], audience="forthepoor", jwks=keys).actor(granted["access_token"])


async def test_the_fund_of_the_realm_may_ask_the_registry_about_every_household(issuer: httpx2.AsyncClient) -> None:
    actor = await _actor(issuer, "service:funds", "of the fund")
    assert actor.may("households.status")
    assert row_scope(actor).reach == "all"


async def test_whoever_holds_a_role_of_the_realm_may_do_what_the_role_says(issuer: httpx2.AsyncClient) -> None:
    treasurer = await _actor(issuer, "trial-treasurer", "of the administrator")
    assert treasurer.may("donations.write")
    assert not treasurer.may("support.approve")


@pytest.mark.parametrize("secret", ["", "of the loans"])
async def test_a_wrong_secret_gets_no_token(issuer: httpx2.AsyncClient, secret: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": "service:funds", "client_secret": secret}
    assert (await issuer.post(f"{_AT}/token", data=form)).status_code == 401
