"""Who calls the loans service, by name, and whose rows each of them reaches."""

from typing import Annotated

from fastapi import Depends, Security

from kit.database import RowScope
from kit.identity import Actor, signed_in
from kit.problems import Forbidden, Unauthenticated


def row_scope(actor: Actor | None) -> RowScope:
    """A bank reaches its own rows, and only with a token bound to its key; staff of the programme reach all."""
    if actor is None:
        return RowScope()
    if actor.bank is not None:
        if actor.key_thumbprint is None:
            return RowScope(subject=actor.subject)
        return RowScope(subject=actor.subject, reach="bank", bank=actor.bank)
    if actor.area is not None or not actor.scopes & {"loans.read", "loans.write", "loans.approve", "audit.read"}:
        return RowScope(subject=actor.subject)
    if "loans.bank" in actor.scopes:
        return RowScope(subject=actor.subject)
    return RowScope.everything(actor.subject)


async def _bound(actor: Annotated[Actor, Depends(signed_in)]) -> Actor:
    """Refuse a bank whose token is not bound to its key: a copied token must be worth nothing."""
    if actor.bank is not None and actor.key_thumbprint is None:
        raise Unauthenticated(
            reason="a bank's token is bound to its key: send it as DPoP, with a proof",
            headers={"WWW-Authenticate": 'DPoP algs="ES256 EdDSA PS256"'},
        )
    return actor


async def _keeps_records(actor: Annotated[Actor, Depends(_bound)]) -> Actor:
    """Let a credit officer in, and a bank for its own loans."""
    if actor.may("loans.write") or (actor.may("loans.bank") and actor.bank is not None):
        return actor
    needed = "loans.write or loans.bank"
    raise Forbidden(
        needed=needed, headers={"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="loans.write"'}
    )


LoanReader = Annotated[Actor, Security(_bound, scopes=["loans.read"])]
"""Credit officer, district administrator, auditor; a partner bank for its own rows."""

CreditOfficer = Annotated[Actor, Security(_bound, scopes=["loans.write"])]

Approver = Annotated[Actor, Security(_bound, scopes=["loans.approve"])]
"""A credit officer too; never the one who applied."""

BookKeeper = Annotated[Actor, Security(_keeps_records, scopes=["loans.read"])]
"""Credit officer, or the partner bank that holds the loan."""

Administrator = Annotated[Actor, Security(_bound, scopes=["programmes.write"])]

Auditor = Annotated[Actor, Security(_bound, scopes=["audit.read"])]

ImpactReader = Annotated[Actor, Security(_bound, scopes=["impact.read"])]
