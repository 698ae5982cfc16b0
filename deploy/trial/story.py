"""Follow one gift through a running platform, from the donation to the household that received it.

    story.py --environment FILE give    a donation, a round for one household, approved by somebody else
    story.py --environment FILE look    after a failure: what was given is still there, and the books are clean

Only the gateway and the issuer are spoken to, at the addresses that docker-compose.yml publishes.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2

_GATEWAY: Final = "http://127.0.0.1:8000"
_TOKENS: Final = "http://127.0.0.1:8080/realms/forthepoor/protocol/openid-connect/token"
_PATIENCE_SECONDS: Final = 60.0
_GIVEN: Final = Path(".cache/trial.gift")


class Platform:
    """The public API, as whoever holds a role."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._http = httpx2.Client(timeout=40)

    def get(self, path: str, role: str) -> Any:
        return self._read(self._http.get(_GATEWAY + path, headers=self._signed(role)))

    def post(self, path: str, role: str, body: dict[str, Any] | None = None) -> Any:
        headers = {**self._signed(role), "Idempotency-Key": str(uuid4())}
        return self._read(self._http.post(_GATEWAY + path, json=body, headers=headers))

    def is_ready(self) -> bool:
        try:
            return bool(self._http.get(f"{_GATEWAY}/readyz").json()["missing"] == [])
        except (httpx2.TransportError, ValueError, KeyError):
            return False

    def _signed(self, role: str) -> dict[str, str]:
        secret = self._environment["KEYCLOAK_ADMIN_PASSWORD"]
        form = {"grant_type": "client_credentials", "client_id": f"trial-{role}", "client_secret": secret}
        return {"Authorization": f"Bearer {self._read(self._http.post(_TOKENS, data=form))['access_token']}"}

    def _read(self, answer: httpx2.Response) -> Any:
        request = answer.request
        sys.stdout.write(f"  {request.method} {request.url.path} {answer.status_code}\n")
        if answer.is_error:
            sys.exit(f"refused: {answer.text}")
        return answer.json()


def give(platform: Platform) -> None:
    area = platform.get("/v1/beneficiaries/areas?level=commune&limit=1", "district-admin")["items"][0]
    head = {"full_name": "Lò Văn An", "sex": "male", "birth_date": "1980-01-01", "ethnicity": "03", "relation": "head"}
    household = platform.post(
        "/v1/beneficiaries/households",
        "district-admin",
        {"area_id": area["id"], "village": "Bản Mai", "registered_on": "2026-01-05", "members": [head]},
    )
    campaign = platform.post(
        "/v1/funds/campaigns",
        "district-admin",
        {"name": "Tết vì người nghèo", "purpose": "Quà Tết", "opens_on": "2026-01-01"},
    )
    donor = {"kind": "individual", "named": True, "name": "Lò Thị Mai"}
    platform.post(
        "/v1/funds/donations",
        "treasurer",
        {
            "campaign_id": campaign["id"],
            "donor_id": platform.post("/v1/funds/donors", "treasurer", donor)["id"],
            "value": {"amount": 5_000_000, "currency": "VND"},
            "received_on": "2026-01-20",
        },
    )
    proposed = platform.post(
        "/v1/funds/rounds",
        "treasurer",
        {
            "kind": "gift",
            "campaign_id": campaign["id"],
            "occasion": "tet-2026",
            "on": "2026-02-10",
            "households": [household["id"]],
            "money": {"amount": 500_000, "currency": "VND"},
        },
    )
    platform.post(f"/v1/funds/rounds/{proposed['id']}/approval", "fund-approver")
    _GIVEN.write_text(household["id"], encoding="utf-8")


def look(platform: Platform) -> None:
    """The registry heard of the gift from the fund's worker, so it may need a moment."""
    path = f"/v1/beneficiaries/households/{_GIVEN.read_text(encoding='utf-8')}/support"
    _until(lambda: bool(platform.get(path, "district-admin")["items"]), "the household has no gift")
    for service in ("funds", "loans"):
        if not platform.get(f"/v1/{service}/audit", "auditor")["clean"]:
            sys.exit(f"the books of {service} are not clean")


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(otherwise)
        time.sleep(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description="Follow one gift through a running platform.")
    parser.add_argument("--environment", type=Path, required=True)
    parser.add_argument("part", choices=["give", "look"])
    asked = parser.parse_args()
    lines = asked.environment.read_text(encoding="utf-8").splitlines()
    platform = Platform(dict(line.split("=", 1) for line in lines))
    _until(platform.is_ready, "the gateway does not find every service ready")
    if asked.part == "give":
        give(platform)
    look(platform)


if __name__ == "__main__":
    main()
