"""Which scopes a role may have. The only place that says so for the development issuer.

The services check scopes and reach, never roles; another identity provider needs the same table.
"""

from collections.abc import Iterable

IMPACT = "impact.read"

GRANTS: dict[str, tuple[str, ...]] = {
    "district-admin": (
        "beneficiaries.read",
        "beneficiaries.write",
        "people.reveal",
        "areas.write",
        "funds.read",
        "campaigns.write",
        "loans.read",
        "programmes.write",
        "dci.partners",
        "changes.propose",
        "changes.decide",
        IMPACT,
        "audit.read",
    ),
    "commune-officer": ("beneficiaries.read", "beneficiaries.write", "changes.propose", "changes.decide", IMPACT),
    "commune-chair": (
        "beneficiaries.read",
        "beneficiaries.approve",
        "people.reveal",
        "changes.propose",
        "changes.decide",
        IMPACT,
    ),
    "treasurer": ("funds.read", "funds.write", "donations.write", "support.propose", "changes.propose", IMPACT),
    "fund-approver": ("funds.read", "support.approve", IMPACT),
    "credit-officer": ("loans.read", "loans.write", "loans.approve", "changes.propose", IMPACT),
    "partner-bank": ("loans.read", "loans.bank"),
    "social-registry": ("dci.search", "dci.subscribe"),
    "auditor": ("beneficiaries.read", "funds.read", "loans.read", IMPACT, "audit.read"),
    "donor": ("donations.own",),
}

#: Our own services, whatever their name (`service:<name>`).
SERVICE_GRANT = ("households.status", "events.write")

#: Scopes of OpenID Connect itself: anybody may ask for them, and no service looks at them.
IDENTITY_SCOPES = ("openid", "profile")


def allowed(role: str) -> tuple[str, ...]:
    """Scopes of the platform that the role may have; none for a role that the table does not know."""
    return SERVICE_GRANT if role.startswith("service:") else GRANTS.get(role, ())


def granted(role: str, requested: Iterable[str] = ()) -> tuple[str, ...]:
    """Platform scopes of a token: those asked for that the role may have, or all where none is asked for.

    Asking for identity scopes alone counts as asking for none. What the role may not have is left out, not
    refused (RFC 6749 §3.3); the answer to the caller names what it got.
    """
    asked = set(requested) - set(IDENTITY_SCOPES)
    return tuple(scope for scope in allowed(role) if not asked or scope in asked)


def every_scope() -> tuple[str, ...]:
    """All scopes there are, sorted: for the discovery document."""
    platform = {scope for scopes in (*GRANTS.values(), SERVICE_GRANT) for scope in scopes}
    return (*IDENTITY_SCOPES, *sorted(platform))
