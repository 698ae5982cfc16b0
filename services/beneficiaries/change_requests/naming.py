"""The household that a request names, its version, and what was changed of it since a version."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Actor
from kit.values.reference import read_reference
from services.beneficiaries.change_requests.errors import BaseVersionUnknown, HouseholdChangedSince
from services.beneficiaries.errors import HouseholdNotFound
from services.beneficiaries.households.models import Household

# Locked, so that its version is what the request is for.
_IN_SIGHT: Final = text(
    "select id, version from households where (cast(:id as uuid) is null or id = :id)"
    " and (cast(:code as text) is null or code = :code) for share"
)
_OUT_OF_SIGHT: Final = text("select id, version from household_named(cast(:id as uuid), cast(:code as text))")
_SINCE: Final = text(
    "select change from audit_log where subject_type = 'household' and subject_id = :id"
    " and cast(change ->> 'version' as bigint) > :version order by id"
).columns(change=JSONB)
_ABOUT_THE_CHANGE: Final = frozenset({"version", "since"})


async def named(session: AsyncSession, household_id: UUID | None, code: str | None, *, by: Actor) -> tuple[UUID, int]:
    """Return the id and version of a household, held until the transaction ends.

    Who reads the registry names those that they see; another office any by its exact id or code, and learns no more
    than that there is one. Errors: HouseholdNotFound.
    """
    wanted = {"id": household_id, "code": None if code is None else read_reference(code, "HH")}
    if wanted["id"] is None and wanted["code"] is None:
        raise HouseholdNotFound
    statement = _IN_SIGHT if by.may("beneficiaries.read") else _OUT_OF_SIGHT
    found = (await session.execute(statement, wanted)).one_or_none()
    if found is None:
        raise HouseholdNotFound
    return found.id, found.version


def base(given: int | None, current: int) -> int:
    """Return the version that a change is for. Errors: BaseVersionUnknown."""
    if given is not None and given > current:
        raise BaseVersionUnknown
    return given or current


async def must_be_as_it_was(session: AsyncSession, household: Household, version: int) -> None:
    """Errors: HouseholdChangedSince with the names of what was changed."""
    if household.version == version:
        return
    rows = (await session.scalars(_SINCE, {"id": household.id, "version": version})).all()
    names = {name for change in rows for name in _changed(change)}
    # The acts of areas let households follow their villages, and leave one row in the audit log for all of them.
    if len(rows) < household.version - version:
        names.add("area")
    raise HouseholdChangedSince(base=version, current=household.version, fields=", ".join(sorted(names)))


def _changed(change: dict[str, Any]) -> set[str]:
    if "act" in change:
        return {str(change["act"])}
    names = set(change) - _ABOUT_THE_CHANGE - {"members"}
    members = change.get("members") or {}
    names |= {f"members.{how}" for how in ("left", "added", "joined") if members.get(how)}
    return names | {f"members.{name}" for person in members.get("changed", {}).values() for name in person}
