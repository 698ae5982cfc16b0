"""`/v1/beneficiaries/poverty-standards`: read by anybody; entered and superseded by the keeper of reference data."""

from typing import Annotated

from fastapi import Body, Path, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, router
from kit.problems import problems
from services.beneficiaries.auth import AreaKeeper
from services.beneficiaries.standards import actions, errors, queries
from services.beneficiaries.standards.schemas import (
    Causes,
    PointTableIn,
    RulesIn,
    StandardDetail,
    StandardIn,
    Standards,
)

standards = router("poverty-standards", "Poverty standards")
causes = router("poverty-causes", "Poverty standards")
Code = Annotated[
    str,
    Path(pattern="^[a-z0-9-]{1,40}$", openapi_examples={"2022 to 2026": {"value": "decree-07-2021"}}),
]


@standards.get("", operation_id="list_poverty_standards", summary="The poverty standards and when they hold")
async def list_poverty_standards(session: Reader) -> Standards:
    """Give the standards by date with their thresholds and how sure they are. No sign-in is needed."""
    return await queries.page(session)


@standards.get(
    "/{code}",
    operation_id="read_poverty_standard",
    summary="One standard with its indicators, points and versions",
    responses=problems(errors.StandardNotFound),
)
async def read_poverty_standard(code: Code, session: Reader) -> StandardDetail:
    """Give the income lines and indicators of a standard, the points reviewers score by, and what they superseded.

    No sign-in is needed.
    """
    return await queries.one(session, code)


@standards.post(
    "",
    status_code=201,
    operation_id="enter_poverty_standard",
    summary="Enter a new poverty standard",
    responses=problems(errors.StandardCodeTaken, errors.StandardPeriodTaken),
)
async def enter_poverty_standard(
    given: Annotated[StandardIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> StandardDetail:
    """Enter a standard with its first rules; the one in force before ends on the day the new one begins.

    Refused where households were already classified under the other for later days: nothing that was decided changes.
    Needs the scope `areas.write` of those who keep the reference data.
    """
    await actions.enter(session, given, by=by)
    response.headers["Location"] = f"{request.url.path}/{given.code}"
    return await queries.one(session, given.code)


@standards.post(
    "/{code}/rules",
    status_code=201,
    operation_id="supersede_poverty_rules",
    summary="Enter another version of a standard's rules",
    responses=problems(errors.StandardNotFound, errors.VersionTaken),
)
async def supersede_poverty_rules(
    code: Code, given: Annotated[RulesIn, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey
) -> StandardDetail:
    """Supersede income lines and indicators, say when the text of a decree is seen at last.

    Reviews opened before keep the version they were opened with, and so do their classifications.
    """
    await actions.supersede_rules(session, code, given, by=by)
    return await queries.one(session, code)


@standards.post(
    "/{code}/point-tables",
    status_code=201,
    operation_id="supersede_point_table",
    summary="Enter another version of the points reviewers score by",
    responses=problems(errors.StandardNotFound, errors.VersionTaken),
)
async def supersede_point_table(
    code: Code, given: Annotated[PointTableIn, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey
) -> StandardDetail:
    """Supersede the points of the forms B1 (income) and B2 (deprivations); reviews opened before keep theirs."""
    await actions.supersede_points(session, code, given, by=by)
    return await queries.one(session, code)


@causes.get("", operation_id="list_poverty_causes", summary="The eight causes of poverty")
async def list_poverty_causes(session: Reader) -> Causes:
    """Give the causes of poverty that a review may name for a household. No sign-in is needed."""
    return await queries.causes(session)
