"""`/v1/beneficiaries/households/…`: what happens to households, as acts with a day, a paper and a name."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, ListQuery, Page, router, row_id, set_next_link
from kit.problems import problems
from services.beneficiaries import errors, examples
from services.beneficiaries.auth import Registrar, RegistryReader
from services.beneficiaries.change_requests.errors import ChangeNeedsRequest
from services.beneficiaries.change_requests.parts import must_be_direct
from services.beneficiaries.household_acts import actions, queries, reversals
from services.beneficiaries.household_acts.errors import (
    ActAlreadyReversed,
    ActBuiltUpon,
    ActNotFound,
    ActNotReversible,
    AlreadyThere,
    MembersIncomplete,
)
from services.beneficiaries.household_acts.schemas import Act, DeathIn, MergeIn, MoveIn, ReversalIn, SplitIn

household_acts = router("households", "Household acts")
_HOUSEHOLD = "The household's `id`"
Moving = Annotated[UUID, row_id(_HOUSEHOLD, "in Mai Sơn", examples.MOVING_HOUSEHOLD)]
Splitting = Annotated[UUID, row_id(_HOUSEHOLD, "in Mai Sơn", examples.SPLITTING_HOUSEHOLD)]
Bereaved = Annotated[UUID, row_id(_HOUSEHOLD, "in Mai Sơn", examples.BEREAVED_HOUSEHOLD)]
Moved = Annotated[UUID, row_id(_HOUSEHOLD, "in Mai Sơn", examples.MOVED_HOUSEHOLD)]
_ALWAYS = (errors.HouseholdNotFound, errors.HouseholdDissolved, errors.DatesDisagree, ChangeNeedsRequest)
_MEMBERS = (errors.NotOneHead, errors.GenerationsDisagree, errors.PersonInAnotherHousehold)


@household_acts.post(
    "/merges",
    status_code=201,
    operation_id="merge_households",
    summary="Dissolve a household into another",
    responses=problems(*_ALWAYS, *_MEMBERS, MembersIncomplete),
)
async def merge_households(
    given: Annotated[MergeIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Act:
    """Take all members of one household into another from a day on; the caller answers for both.

    The dissolved household keeps its history, is marked `dissolved_on`, and takes no members any more. The other one
    keeps its head and its poverty status.
    """
    await must_be_direct(session, {"merge"}, by=by)
    return Act.model_validate(await actions.merge(session, given, by=by))


@household_acts.post(
    "/{household_id}/moves",
    status_code=201,
    operation_id="move_household",
    summary="Move a household to another place",
    responses=problems(*_ALWAYS, errors.AreaNotFound, errors.AreaNotInForce, AlreadyThere),
)
async def move_household(
    household_id: Moving,
    given: Annotated[MoveIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Act:
    """Record that a household lives elsewhere from a day on, in this commune or in any other.

    The officer of the place that is left files it, or an administrator. A household that goes to another commune is
    from then on found by the officer there, with its whole history, and no longer by the officer here. A move of the
    past ends on the day of the next one that is known.
    """
    await must_be_direct(session, {"move"}, by=by)
    return Act.model_validate(await actions.move(session, household_id, given, by=by))


@household_acts.post(
    "/{household_id}/splits",
    status_code=201,
    operation_id="split_household",
    summary="Make some members a household of their own",
    responses=problems(*_ALWAYS, *_MEMBERS, errors.MemberNotFound, errors.HouseholdAlreadyRegistered),
)
async def split_household(
    household_id: Splitting,
    given: Annotated[SplitIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Act:
    """Let members leave and form a new household, `other_household_id`, with a head of its own from the same day.

    Where the head goes, `relations` names the new head of those who stay. `poverty_status` says whether the new one
    starts on no list or with the status of the old one.
    """
    await must_be_direct(session, {"split"}, by=by)
    return Act.model_validate(await actions.split(session, household_id, given, by=by))


@household_acts.post(
    "/{household_id}/deaths",
    status_code=201,
    operation_id="record_death",
    summary="Record the death of a member",
    responses=problems(*_ALWAYS, *_MEMBERS, errors.MemberNotFound),
)
async def record_death(
    household_id: Bereaved,
    given: Annotated[DeathIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Act:
    """End a membership because the person died; where the head died, `relations` names the new head in the same act.

    The death of the last member dissolves the household. A death that was wrong is reversed.
    """
    await must_be_direct(session, {"death"}, by=by)
    return Act.model_validate(await actions.death(session, household_id, given, by=by))


@household_acts.post(
    "/{household_id}/acts/{act_id}/reversal",
    status_code=201,
    operation_id="reverse_household_act",
    summary="Take back an act that was wrong",
    responses=problems(
        errors.HouseholdNotFound,
        ActNotFound,
        ActNotReversible,
        ActAlreadyReversed,
        ActBuiltUpon,
        *_MEMBERS,
        errors.DatesDisagree,
    ),
)
async def reverse_household_act(
    household_id: Moved,
    act_id: Annotated[UUID, row_id("The act's `id`", "a move", examples.MISTAKEN_MOVE)],
    given: Annotated[ReversalIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Act:
    """Take back a death, move or merge that never was: the household is again as it was known before.

    What was recorded stays and is read with `known_at`. Refused where a later change rests on the act.
    """
    return Act.model_validate(await reversals.reverse(session, household_id, act_id, given.reason, by=by))


@household_acts.get(
    "/{household_id}/acts",
    operation_id="list_household_acts",
    summary="What happened to a household",
    responses=problems(errors.HouseholdNotFound),
)
async def list_household_acts(
    household_id: Moved,
    query: Annotated[ListQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[Act]:
    """Give the splits, merges, moves, deaths and reversals that touched a household, in the order of recording."""
    items, following = await queries.page(session, household_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)
