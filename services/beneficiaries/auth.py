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


Approver = Annotated[Actor, Security(signed_in, scopes=["beneficiaries.approve"])]
"""Who decides on what an officer prepared: the chairperson of the commune."""

AreaKeeper = Annotated[Actor, Security(signed_in, scopes=["areas.write"])]

Unmasker = Annotated[Actor, Security(signed_in, scopes=["people.reveal"])]
"""Who may see identity numbers, telephones and accounts in full, giving a reason."""


def _any_sensitive_reader(actor: Annotated[Actor, Security(signed_in, scopes=["beneficiaries.read"])]) -> Actor:
    if not (actor.may("beneficiaries.write") or actor.may("people.reveal")):
        raise Forbidden(needed="beneficiaries.write / people.reveal")
    return actor


SensitiveReader = Annotated[Actor, Depends(_any_sensitive_reader)]
"""Who needs illness and accounts of people for their work: those who write them down and those who decide on them.

Auditors and other readers check sums, decisions and the trail of who did what; for none of that they need them.
"""


PartnerKeeper = Annotated[Actor, Security(signed_in, scopes=["dci.partners"])]
"""Who records which other registries may ask us, and for what."""

PartnerSearching = Annotated[Actor, Security(signed_in, scopes=["dci.search"])]
PartnerSubscribing = Annotated[Actor, Security(signed_in, scopes=["dci.subscribe"])]


Proposer = Annotated[Actor, Security(signed_in, scopes=["changes.propose"])]
"""Who may propose that a household be changed: officers, and other offices, which see no household."""

ChangeChecker = Annotated[Actor, Security(signed_in, scopes=["changes.decide"])]
"""Who may decide on what somebody else proposed; the kind of change says what it takes beside."""


def _any_change_reader(actor: Annotated[Actor, Security(signed_in, scopes=[])]) -> Actor:
    if not (actor.may("changes.propose") or actor.may("beneficiaries.read")):
        raise Forbidden(needed="changes.propose / beneficiaries.read")
    return actor


ChangeReader = Annotated[Actor, Depends(_any_change_reader)]
"""Who reads the registry, and who proposes a change: for what they proposed themselves."""


def row_scope(actor: Actor | None) -> RowScope:
    """Administrators, auditors and our services reach all rows, officers and chairpersons those of the commune.

    A partner's system reaches all households, since its queries carry what is recorded for it (basis, attributes); of
    the rows of the exchange itself it reaches its own, by the client named in `bank`.
    """
    if actor is None:
        return RowScope()
    if "social-registry" in actor.roles:
        return RowScope(subject=actor.subject, reach="all", bank=actor.client_id or "nobody")
    if actor.roles & {"district-admin", "auditor"} or any(role.startswith("service:") for role in actor.roles):
        return RowScope(subject=actor.subject, reach="all")
    if actor.roles & {"commune-officer", "commune-chair"} and actor.area:
        return RowScope(subject=actor.subject, reach="area", area=actor.area)
    return RowScope(subject=actor.subject)
