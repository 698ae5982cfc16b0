"""The callers of the fund, by what they may do."""

from typing import Annotated

from fastapi import Security

from kit.database import NOTHING, RowScope
from kit.identity import Actor, signed_in

CampaignKeeper = Annotated[Actor, Security(signed_in, scopes=["campaigns.write"])]
"""Opens, changes and closes campaigns: the district administrator."""

Reading = Annotated[Actor, Security(signed_in, scopes=["funds.read"])]
"""Sees all books of the fund: treasurer, approver, auditor, district administrator."""

DonorKeeper = Annotated[Actor, Security(signed_in, scopes=["funds.write"])]
"""Keeps the list of donors: the treasurer."""

Treasurer = Annotated[Actor, Security(signed_in, scopes=["donations.write"])]
"""Takes in donations."""

OwnGiver = Annotated[Actor, Security(signed_in, scopes=["donations.own"])]
"""A donor, who sees what they gave."""

Proposer = Annotated[Actor, Security(signed_in, scopes=["support.propose"])]
"""Proposes whom to support: the treasurer."""

Approver = Annotated[Actor, Security(signed_in, scopes=["support.approve"])]
"""Decides on another person's proposal."""

Auditor = Annotated[Actor, Security(signed_in, scopes=["audit.read"])]

_STAFF = frozenset({"funds.read", "funds.write", "donations.write", "support.propose", "support.approve"})


def row_scope(actor: Actor | None) -> RowScope:
    """Return `all` for those who keep or inspect the books, `own` for a donor, nothing for anybody else."""
    if actor is None:
        return NOTHING
    if actor.scopes & _STAFF:
        return RowScope(subject=actor.subject, reach="all")
    if actor.may("donations.own"):
        return RowScope(subject=actor.subject, reach="own")
    return RowScope(subject=actor.subject)
