"""One browser that visits the login page, with an application behind it."""

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2

ISSUER = "http://127.0.0.1:8080"
DOCS_REDIRECT = "http://127.0.0.1:8000/docs/oauth2-redirect"


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Visit:
    """One browser, with one application behind it."""

    http: httpx2.AsyncClient
    verifier: str
    client_id: str = "docs"
    redirect_uri: str = DOCS_REDIRECT

    async def ask(self, **changes: str | None) -> httpx2.Response:
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile",
            "state": "a state & more",
            "nonce": "a nonce",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        params = {name: value for name, value in asked.items() if value is not None}
        return await self.http.get("/authorize", params=params)

    async def choose(self, page: httpx2.Response, login: str, **headers: str) -> httpx2.Response:
        handle = re.search(r'name="request" value="([^"]+)"', page.text)
        assert handle, page.text
        sent = [(name.encode(), value.encode()) for name, value in {"Origin": ISSUER, **headers}.items()]
        return await self.http.post("/login", data={"request": handle[1], "login": login}, headers=sent)

    async def code(self, login: str = "treasurer", **changes: str | None) -> str:
        back = await self.choose(await self.ask(**changes), login)
        assert back.status_code == 303, back.text
        return answer_in(back)["code"]

    async def exchange(self, code: str, /, *, proof: str | None = None, **changes: str) -> httpx2.Response:
        headers = {} if proof is None else {"DPoP": proof}
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code": code,
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.http.post("/token", data=form, headers=headers)


def answer_in(back: httpx2.Response) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(back.headers["location"]).query).items()}
