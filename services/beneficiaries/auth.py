"""Who calls the registry, by name, and whose rows each of them reaches."""

from typing import Annotated

from fastapi import Depends, Security

from kit.database import RowScope
from kit.identity import Actor, signed_in
from kit.problems import Forbidden

RegistryReader = Annotated[Actor, Security(signed_in, scopes=["beneficiaries.read"])]
Registrar = Annotated[Actor, Security(signed_in, scopes=["beneficiaries.write"])]
StatusService = Annotated[Actor, Security(signed_in, scopes=["households.status"])]


def _any_status_reader(actor: Annotated[Actor, Security(signed_in, scopes=[])]) -> Actor:
    if not (actor.may("households.status") or actor.may("beneficiaries.read")):
        raise Forbidden(needed="households.status / beneficiaries.read")
    return actor


StatusReader = Annotated[Actor, Depends(_any_status_reader)]
"""Our own services (`households.status`) and people who read the registry (`beneficiaries.read`)."""


def _administrator(actor: Registrar) -> Actor:
    if "district-admin" not in actor.roles:
        raise Forbidden(needed="district-admin")
    return actor


Unmasker = Annotated[Actor, Depends(_administrator)]
"""Who may see identity numbers and telephones in full, giving a reason."""


def row_scope(actor: Actor | None) -> RowScope:
    """Administrators, auditors and our services reach all rows, an officer those of the commune."""
    if actor is None:
        return RowScope()
    if actor.roles & {"district-admin", "auditor"} or any(role.startswith("service:") for role in actor.roles):
        return RowScope(subject=actor.subject, reach="all")
    if "commune-officer" in actor.roles and actor.area:
        return RowScope(subject=actor.subject, reach="area", area=actor.area)
    return RowScope(subject=actor.subject)
