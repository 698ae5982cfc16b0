from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx2
import pytest
import schemathesis

from local.issuer.grants import GRANTS
from local.issuer.tokens import Keys, access_token
from local.people import Client, find
from tests.contracts.rows import Rows
from tests.running import Platform, platform, until

__all__ = ["LOGINS", "METHODS", "login_for", "merged", "platform", "rows", "token"]

METHODS = ("get", "post", "put", "patch", "delete")
_SERVICES = ("beneficiaries", "funds", "loans")
# The service that may ask for a household's status is none of the people.
_OF_A_COMMUNE = ("commune-officer", "commune-chair")
LOGINS = {role: f"{role}:04117" if role in _OF_A_COMMUNE else role for role in GRANTS} | {
    "social-registry": "social-registry:moh"
}


@pytest.fixture(scope="session")
def merged(platform: Platform) -> Any:
    """The merged document, as the gateway gives it to everybody."""
    address = f"{platform.gateway}/openapi.json"

    def is_whole() -> bool:
        """Tell whether every service is in it: one that answers the gateway late on a busy machine is left out."""
        paths = httpx2.get(address, timeout=30, trust_env=False).json()["paths"]
        return all(any(path.startswith(f"/v1/{name}/") for path in paths) for name in _SERVICES)

    until(is_whole)
    schema = schemathesis.openapi.from_url(address)
    # Data that fits is accepted: neither a schema that says too little nor a state that is not ready may hide behind it.
    schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx"]
    # A 404 or a 409 would mean that it got past its schema and met a rule; a version of no known form is a 412.
    refused = schema.config.checks.negative_data_rejection
    refused.expected_statuses = ["400", "401", "405", "412", "413", "414", "415", "422", "428", "431"]
    return schema


@pytest.fixture(scope="session")
def rows(platform: Platform, token: Callable[[str], str]) -> Iterator[Rows]:
    made = Rows(platform.gateway, token)
    yield made
    made.close()


@pytest.fixture(scope="session")
def token(platform: Platform) -> Callable[[str], str]:
    """Give a function that returns an access token for a login; one for each, signed with the issuer's own key."""
    keys = Keys.load(platform.home.issuer)

    @cache
    def of(login: str) -> str:
        who = Client(login) if login.startswith("service:") else find(login)
        return access_token(keys, who, issuer=platform.issuer, ttl=3600)

    return of


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how often each operation was called and what it answered: a green run that reached nothing would show it."""
    told = [told for report in terminalreporter.stats.get("passed", ()) for told in report.user_properties]
    for kind in ("fitting", "misfitting"):
        answers = sum((Counter(counted) for name, counted in told if name == kind), Counter[int]())
        if answers:
            shown = ", ".join(f"{status}: {times}" for status, times in sorted(answers.items()))
            terminalreporter.write_line(f"{answers.total()} calls with {kind} data, answered {shown}")
    accepted = sorted((times, operation) for name, value in told if name == "accepted" for operation, times in [value])
    if accepted:
        (fewest, least), total = accepted[0], sum(times for times, _ in accepted)
        terminalreporter.write_line(
            f"{len(accepted)} operations accepted {total} calls, none fewer than {fewest} ({least})"
        )


def login_for(operation: dict[str, Any]) -> str | None:
    """Return somebody who may call this operation: the role with the fewest scopes that has those needed.

    Where nobody has to log in but may, for more, somebody does.
    """
    ways = operation.get("security") or [{}]
    scopes = [way["oauth2"] for way in ways if "oauth2" in way]
    if not scopes:
        return None
    # The one operation that is open to either of two scopes names none; this is the one that people have.
    needed = set(scopes[0]) or {"beneficiaries.read"}
    holders = [role for role, scopes in GRANTS.items() if needed <= set(scopes) and role != "partner-bank"]
    if not holders:
        return "service:funds"
    return LOGINS[min(holders, key=lambda role: len(GRANTS[role]))]
