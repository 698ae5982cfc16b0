"""What the endpoints share: one issuer, its keys and what it remembers."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from local.issuer.clients import Authenticator
from local.issuer.dpop import ProofChecker
from local.issuer.memory import Clock, Kept
from local.issuer.settings import Settings
from local.issuer.tokens import Keys
from local.people import Person

#: Time to choose a person on the login page.
LOGIN_SECONDS = 600
CODE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """An authorization request that was found good and waits for a person.

    `challenge` is PKCE's S256; `thumbprint` the key that the code is bound to (`dpop_jkt`, RFC 9449 §10);
    `browser` the secret in the cookie of the browser that asked.
    """

    client_id: str
    redirect_uri: str
    state: str | None
    nonce: str | None
    scopes: tuple[str, ...]
    challenge: str
    thumbprint: str | None
    browser: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Who signed in for a request, and when (seconds since 1970): what an authorization code stands for."""

    request: LoginRequest
    person: Person
    at: int


class Issuer:
    """The running issuer."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Read or make the signing keys."""
        self.settings = settings
        self.clock = clock
        self.keys = Keys.load(settings.data_dir)
        self.logins: Kept[LoginRequest] = Kept(clock, LOGIN_SECONDS)
        self.codes: Kept[Consent] = Kept(clock, CODE_SECONDS)
        self.proofs = ProofChecker(clock)
        self.clients = Authenticator(settings, clock, (settings.issuer, self.url("/token")))

    def url(self, path: str) -> str:
        """Public address of one of its endpoints."""
        return f"{self.settings.issuer}{path}"

    def rotate_keys(self) -> dict[str, Any]:
        """Sign with a new key from now on, and return the published keys."""
        self.keys = self.keys.rotated()
        self.keys.save(self.settings.data_dir)
        return self.keys.jwks()


def issuer_of(request: Request) -> Issuer:
    """Return the issuer that this application serves."""
    issuer: Issuer = request.app.state.issuer
    return issuer
