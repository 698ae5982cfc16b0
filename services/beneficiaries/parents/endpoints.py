"""`/v1/beneficiaries/people/{id}/parents`: mothers and fathers, to those who answer for the child."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link
from kit.problems import problems
from services.beneficiaries import examples
from services.beneficiaries.auth import AreaKeeper, Registrar, RegistryReader
from services.beneficiaries.errors import DatesDisagree, PersonNotFound
from services.beneficiaries.parents import actions, errors, queries
from services.beneficiaries.parents.models import ParentAge, Parentage, ParentKind
from services.beneficiaries.parents.schemas import (
    ParentageEnd,
    ParentAgeIn,
    ParentageIn,
    ParentAgeOut,
    ParentageOut,
    ParentAges,
)
from services.beneficiaries.people import queries as people
from services.beneficiaries.people.endpoints import PersonId
from services.beneficiaries.people.errors import RecordedMeanwhile
from services.beneficiaries.people.schemas import TimeQuery

parents = router("people", "People")
parentages = router("parentages", "People")
parent_ages = router("parent-ages", "People")


@parents.post(
    "/{person_id}/parents",
    status_code=201,
    operation_id="record_parent",
    summary="Record a mother or father",
    response_model=ParentageOut,
    responses=problems(
        PersonNotFound,
        errors.ParentNotFound,
        errors.ParentSexDisagrees,
        errors.ParentTooYoung,
        DatesDisagree,
        RecordedMeanwhile,
    ),
)
async def record_parent(
    person_id: PersonId,
    given: Annotated[ParentageIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Parentage:
    """Say who is mother or father of a person, from birth or, for an adoption, from a day on.

    Somebody who is in the registry, wherever they live now, and older by as many years as `/parent-ages` says. Who was
    known for that day is superseded; what was known before is kept: ask with `known_at`.
    """
    return await actions.record(session, person_id, given, by=by)


@parents.get(
    "/{person_id}/parents",
    operation_id="list_parents",
    summary="List mother and father of a person",
    responses=problems(PersonNotFound),
)
async def list_parents(
    person_id: PersonId,
    query: Annotated[TimeQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[ParentageOut]:
    """Give who is and was mother and father, as it is known now or was at a moment, in the order of recording."""
    await people.must_be_answered_for(session, person_id)
    items, following = await queries.page(session, person_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@parentages.post(
    "/{parentage_id}/end",
    operation_id="end_parentage",
    summary="Let a mother or father be so no more",
    response_model=ParentageOut,
    responses=problems(errors.ParentageNotFound, DatesDisagree),
)
async def end_parentage(
    parentage_id: Annotated[
        UUID,
        row_id("The `id` of the mother or father, as the child's list gives it", "to end", examples.PARENTAGE),
    ],
    given: Annotated[ParentageEnd, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Parentage:
    """Record that somebody is no parent of that child from a day on; from its first day: it was recorded by mistake.

    The answer is what is known of it now; if it never held, its row as it was known until now.
    """
    return await actions.end(session, parentage_id, given, by=by)


@parent_ages.get("", operation_id="list_parent_ages", summary="How much older a mother and a father are at least")
async def list_parent_ages(session: Reader, _by: RegistryReader) -> ParentAges:
    """Give the least difference in years of birth between parent and child, below which it is refused as a slip."""
    return ParentAges(items=await queries.ages(session))


@parent_ages.post(
    "/{kind}",
    operation_id="supersede_parent_age",
    summary="Set how much older a mother or father is at least",
    response_model=ParentAgeOut,
)
async def supersede_parent_age(
    kind: Annotated[ParentKind, Path(description="Mother or father", openapi_examples={"mother": {"value": "mother"}})],
    given: Annotated[ParentAgeIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
) -> ParentAge:
    """Set the least difference in years and who says so. It holds for what is recorded from now on."""
    return await actions.set_age(session, kind, given, by=by)
