"""How a machine asks for a token, and what a refusal looks like."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx2
from joserfc.jwk import ECKey

from local.issuer.proofs import dpop_proof

ISSUER = "http://127.0.0.1:8080"
TOKEN_URL = f"{ISSUER}/token"
BANK = "partner-bank:vbsp"
BuildForm = Callable[..., dict[str, str]]


def unsigned_part(token: str, index: int) -> dict[str, Any]:
    part = token.split(".")[index]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


async def ask(
    http: httpx2.AsyncClient, form: dict[str, str], key: ECKey | None = None, **claims: Any
) -> httpx2.Response:
    """Ask for a token, with a DPoP proof by `key`; keyword arguments replace claims of the proof."""
    url = claims.pop("url", TOKEN_URL)
    headers = {"DPoP": dpop_proof(key, "POST", url, **claims)} if key else None
    return await http.post("/token", data=form, headers=headers)


def refused(answer: httpx2.Response, error: str) -> bool:
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    assert body["error_description"].isascii()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.status_code == (401 if error == "invalid_client" else 400), body
    return bool(body["error"] == error)
