"""What each kind of request changes: the schema of a direct change of that kind, and the action that makes it.

A change is judged once, by that schema and that action; a request adds who proposes and who decides.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault, mask
from kit.identity import Actor
from kit.problems.validation import invalid
from services.beneficiaries.change_requests.errors import ChangeOfAnotherKind, PayloadOfAnotherHousehold
from services.beneficiaries.change_requests.parts import kinds_of
from services.beneficiaries.dwellings import actions as dwellings
from services.beneficiaries.dwellings.schemas import DwellingIn
from services.beneficiaries.household_acts import actions as acts
from services.beneficiaries.household_acts.schemas import DeathIn, MergeIn, MoveIn, SplitIn
from services.beneficiaries.households import actions as households
from services.beneficiaries.households.changes import HouseholdChange
from services.beneficiaries.review_requests import actions as review_requests
from services.beneficiaries.review_requests.schemas import RequestIn

_HIDDEN: Final = ("identity_number", "phone")


@dataclass(frozen=True)
class Applying:
    """A change on its way into the registry. version: of the household, locked and compared before."""

    session: AsyncSession
    household_id: UUID
    version: int
    vault: Vault
    by: Actor


Apply = Callable[[Applying, Any], Awaitable[UUID | None]]
"""Makes the change, and returns the id of the act or request that it became, if it did."""


@dataclass(frozen=True)
class Change:
    """schema: what a direct change of this kind takes. other: the second household that it touches."""

    schema: type[BaseModel]
    apply: Apply
    household: Callable[[Any], UUID | None] = lambda _: None
    other: Callable[[Any], UUID | None] = lambda _: None


async def _patch(to: Applying, given: HouseholdChange) -> None:
    await households.change(to.session, to.household_id, given, to.version, to.vault, by=to.by)


async def _dwell(to: Applying, given: DwellingIn) -> None:
    await dwellings.write_down(to.session, to.household_id, given, to.version, by=to.by)


async def _move(to: Applying, given: MoveIn) -> UUID:
    return (await acts.move(to.session, to.household_id, given, by=to.by)).id


async def _split(to: Applying, given: SplitIn) -> UUID:
    return (await acts.split(to.session, to.household_id, given, by=to.by)).id


async def _merge(to: Applying, given: MergeIn) -> UUID:
    return (await acts.merge(to.session, given, by=to.by)).id


async def _death(to: Applying, given: DeathIn) -> UUID:
    return (await acts.death(to.session, to.household_id, given, by=to.by)).id


async def _review(to: Applying, given: RequestIn) -> UUID:
    return await review_requests.receive(to.session, given, by=to.by)


_OF_THE_HOUSEHOLD = Change(HouseholdChange, _patch)

CHANGES: Final[Mapping[str, Change]] = {
    "person_facts": _OF_THE_HOUSEHOLD,
    "identity": _OF_THE_HOUSEHOLD,
    "members": _OF_THE_HOUSEHOLD,
    "place": _OF_THE_HOUSEHOLD,
    "dwelling": Change(DwellingIn, _dwell),
    "move": Change(MoveIn, _move),
    "split": Change(SplitIn, _split),
    "merge": Change(
        MergeIn, _merge, household=lambda given: given.household_id, other=lambda given: given.into_household_id
    ),
    "death": Change(DeathIn, _death),
    "review": Change(RequestIn, _review, household=lambda given: given.household_id),
}


def read(kind: str, given: Any, household_id: UUID) -> BaseModel:
    """Return what is to change. Errors: Invalid, ChangeOfAnotherKind, PayloadOfAnotherHousehold."""
    change = CHANGES[kind]
    try:
        payload = change.schema.model_validate(given)
    except ValidationError as error:
        raise invalid({**one, "loc": ("body", "payload", *one["loc"])} for one in error.errors()) from error
    if isinstance(payload, HouseholdChange) and (found := kinds_of(payload)) != {kind}:
        raise ChangeOfAnotherKind(kinds=", ".join(sorted(found)))
    if change.household(payload) not in {None, household_id}:
        raise PayloadOfAnotherHousehold
    return payload


def fields(payload: BaseModel) -> list[str]:
    """Return the names of what is to change, without a value of it: `members.change.full_name`."""
    return sorted(set(_names(payload.model_dump(exclude_unset=True))))


def _names(given: Any, *above: str) -> Iterator[str]:
    if isinstance(given, Mapping) and given:
        for name, value in given.items():
            yield from _names(value, *above, name)
    elif isinstance(given, list) and given and isinstance(given[0], Mapping):
        for value in given:
            yield from _names(value, *above)
    else:
        yield ".".join(above)


def written(payload: BaseModel) -> str:
    """Return what is to be sealed: as it was given, since what is absent says something too."""
    return payload.model_dump_json(exclude_unset=True)


def masked(given: Any) -> Any:
    """Return a payload as people see it; numbers in full are asked for with a reason."""
    if isinstance(given, Mapping):
        return {
            name: mask(value) if name in _HIDDEN and isinstance(value, str) else masked(value)
            for name, value in given.items()
        }
    return [masked(value) for value in given] if isinstance(given, list) else given
