"""A stand-in for Keycloak in a trial of docker-compose.yml: its addresses, and tokens as the realm file describes them.

It knows the realm's own services by their secrets, and for each role a client `trial-<role>` whose secret is the
administrator's password. It signs nobody in, keeps nothing, and proves nothing about Keycloak itself.
"""

import json
import os
import secrets
import string
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_TTL_SECONDS: Final = 900


class Issuer:
    """Clients, key and addresses of one run."""

    def __init__(self, realm: dict[str, Any], environment: dict[str, str]) -> None:
        self.name = f"{environment['KC_HOSTNAME']}/realms/{realm['realm']}"
        self.path = f"/realms/{realm['realm']}"
        self._key = ECKey.generate_key("P-256", auto_kid=True)
        self._clients: dict[str, tuple[str, list[str]]] = {}
        self._scopes: dict[str, list[str]] = {}
        for mapping in realm["scopeMappings"]:
            for role in mapping["roles"]:
                self._scopes.setdefault(role, []).append(mapping["clientScope"])
        for role in self._scopes:
            self._clients[f"trial-{role}"] = (environment["KC_BOOTSTRAP_ADMIN_PASSWORD"], [role])
        roles = {user.get("serviceAccountClientId"): user["realmRoles"] for user in realm["users"]}
        for client in realm["clients"]:
            if "secret" in client:
                secret = string.Template(client["secret"]).substitute(environment)
                self._clients[client["clientId"]] = (secret, roles[client["clientId"]])

    async def discovery(self, _request: Request) -> JSONResponse:
        """Every address reads as it does from outside, as Keycloak's do when it has a hostname."""
        at = f"{self.name}/protocol/openid-connect"
        endpoints = {"authorization_endpoint": f"{at}/auth", "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/certs"}
        return JSONResponse({"issuer": self.name, **endpoints})

    async def certs(self, _request: Request) -> JSONResponse:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def token(self, request: Request) -> JSONResponse:
        """Client credentials, in the form (RFC 6749 §2.3.1); 401 for anybody else."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        client = form.get("client_id", "")
        secret, roles = self._clients.get(client, ("", []))
        if not secret or not secrets.compare_digest(secret, form.get("client_secret", "")):
            return JSONResponse({"error": "invalid_client"}, 401)
        scope = " ".join(scope for role in roles for scope in self._scopes[role])
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.name,
            "aud": "forthepoor",
            "sub": client,
            "client_id": client,
            "name": client,
        }
        claims |= {"iat": now, "exp": now + _TTL_SECONDS, "jti": secrets.token_urlsafe(16)}
        claims |= {"roles": roles, "scope": scope}
        minted = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}, claims, self._key)
        return JSONResponse({"access_token": minted, "token_type": "Bearer", "expires_in": _TTL_SECONDS})


def create_app(realm: dict[str, Any], environment: dict[str, str]) -> Starlette:
    issuer = Issuer(realm, environment)
    at = f"{issuer.path}/protocol/openid-connect"
    return Starlette(
        routes=[
            Route(f"{issuer.path}/.well-known/openid-configuration", issuer.discovery),
            Route(f"{at}/certs", issuer.certs),
            Route(f"{at}/token", issuer.token, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    described = json.loads(Path("/realm/forthepoor-realm.json").read_text(encoding="utf-8"))
    uvicorn.run(create_app(described, dict(os.environ)), host="0.0.0.0", port=8080, access_log=False)  # noqa: S104
