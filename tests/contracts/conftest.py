from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import schemathesis

from local.issuer.grants import GRANTS
from local.issuer.tokens import Keys, access_token
from local.people import Client, find
from tests.running import Platform, platform

__all__ = ["LOGINS", "METHODS", "login_for", "merged", "platform", "token"]

METHODS = ("get", "post", "put", "patch", "delete")
# The service that may ask for a household's status is none of the people.
LOGINS = {**{role: role for role in GRANTS}, "commune-officer": "commune-officer:04117"}


@pytest.fixture(scope="session")
def merged(platform: Platform) -> Any:
    """The merged document, as the gateway gives it to everybody."""
    schema = schemathesis.openapi.from_url(f"{platform.gateway}/openapi.json")
    # 400 is a cursor of the right form that no list gave out; 409 and 412 are rules; so is 422 for
    # data of the right shape (characters, several fields together); 428 is an If-Match that is sent empty.
    accepted = schema.config.checks.positive_data_acceptance
    # 401 and 403 are not: each operation is called by somebody who may, and a refusal would hide all that lies behind.
    accepted.expected_statuses = ["2xx", "304", "400", "404", "409", "412", "422", "428"]
    refused = schema.config.checks.negative_data_rejection
    refused.expected_statuses = [*refused.expected_statuses, "405", "409", "412", "413", "414", "415", "431"]
    return schema


@pytest.fixture(scope="session")
def token(platform: Platform) -> Callable[[str], str]:
    """Give a function that returns an access token for a login; one for each, signed with the issuer's own key."""
    keys = Keys.load(platform.home.issuer)

    @cache
    def of(login: str) -> str:
        who = Client(login) if login.startswith("service:") else find(login)
        return access_token(keys, who, issuer=platform.issuer, ttl=3600)

    return of


def login_for(operation: dict[str, Any]) -> str | None:
    """Return somebody who may call this operation: the role with the fewest scopes that has those needed.

    Where nobody has to log in but may, for more, somebody does.
    """
    if operation["operationId"] == "unmask_household":
        return "district-admin"  # the scope alone does not do here
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
