"""Which kinds of change a change of a household is of; kinds that need a request are refused to be made directly."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Actor
from services.beneficiaries.change_requests.errors import ChangeNeedsRequest
from services.beneficiaries.change_requests.models import ChangeRequestKind
from services.beneficiaries.households.changes import HouseholdChange, MemberChange

_FACTS: Final = frozenset({"full_name", "sex", "birth_date", "birth_precision", "ethnicity"})
_NUMBERS: Final = frozenset({"identity_number", "phone"})
_MEMBERSHIP: Final = frozenset({"relation", "since", "joined_on"})
_DISTRICT: Final = "district-admin"


def kinds_of(change: HouseholdChange) -> set[str]:
    """Return the kinds of a change: a name beside an address is of two."""
    kinds = {"place"} if change.model_fields_set & {"village", "address"} else set()
    members = change.members
    if members is not None:
        if members.leave or members.add or members.join:
            kinds.add("members")
        for one in members.change:
            kinds |= _kinds_of_member(one)
    return kinds


def _kinds_of_member(change: MemberChange) -> set[str]:
    named = (("person_facts", _FACTS), ("identity", _NUMBERS), ("members", _MEMBERSHIP))
    return {kind for kind, names in named if change.model_fields_set & names}


async def must_be_direct(session: AsyncSession, kinds: Iterable[str], *, by: Actor) -> None:
    """Refuse what only a change request may change; the district sets right directly what nobody else may.

    Errors: ChangeNeedsRequest.
    """
    if _DISTRICT in by.roles:
        return
    closed = await session.scalar(
        select(ChangeRequestKind.code)
        .where(ChangeRequestKind.code.in_(sorted(kinds)), ~ChangeRequestKind.direct_allowed)
        .order_by(ChangeRequestKind.code)
        .limit(1)
    )
    if closed is not None:
        raise ChangeNeedsRequest(kind=closed)
