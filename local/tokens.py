"""Access tokens for trying things out, from the development issuer that runs."""

import json
import os
from pathlib import Path

import httpx2
from joserfc.jwk import ECKey

from local.home import Home
from local.issuer.proofs import dpop_proof, new_proof_key
from local.people import UnknownLoginError, find

_BOUND_ROLE = "partner-bank"


class TokenRefusedError(RuntimeError):
    """No token; the text is the issuer's reason."""


class Signer:
    """A token for one login and, where the role is bound to a key, the proofs that go with it."""

    def __init__(self, home: Home, issuer: str, login: str) -> None:
        """Raises TokenRefusedError if nobody has the login."""
        try:
            self.bound = find(login).role == _BOUND_ROLE
        except UnknownLoginError as error:
            raise TokenRefusedError(str(error)) from None
        self.key_file = home.folder / f"dpop-{login.replace(':', '-')}.json"
        self._login = login
        self._endpoint = f"{issuer}/development/token"
        self._key = _kept_key(self.key_file) if self.bound else None

    def token(self) -> str:
        """An access token. Raises TokenRefusedError."""
        headers = {} if self._key is None else {"DPoP": dpop_proof(self._key, "POST", self._endpoint)}
        with httpx2.Client(trust_env=False, timeout=10) as client:
            try:
                answer = client.post(self._endpoint, data={"as": self._login}, headers=headers)
            except httpx2.HTTPError as error:
                raise TokenRefusedError(f"the issuer does not answer: {error}") from None
        if not answer.is_success:
            raise TokenRefusedError(f"the issuer refuses: {answer.text}")
        return str(answer.json()["access_token"])

    def headers(self, token: str, method: str, url: str) -> dict[str, str]:
        """The headers of one request to `url`; those of a bound token serve once."""
        if self._key is None:
            return {"Authorization": f"Bearer {token}"}
        return {"Authorization": f"DPoP {token}", "DPoP": dpop_proof(self._key, method, url, token)}


def _kept_key(path: Path) -> ECKey:
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(new_proof_key().as_dict(private=True), file)
    return ECKey.import_key(json.loads(path.read_text()))
