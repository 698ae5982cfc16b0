"""Kinds of grievances, and the days on which offices work: data that the district keeps."""

from typing import Annotated

from fastapi import Body, Path, Query, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, etag, router
from kit.problems import problems
from services.beneficiaries.auth import AreaKeeper
from services.beneficiaries.grievances import actions, errors, queries
from services.beneficiaries.grievances.kind_schemas import (
    CalendarDay,
    CalendarDays,
    CalendarQuery,
    GrievanceKind,
    GrievanceKindChange,
    GrievanceKindIn,
    GrievanceKinds,
)

grievance_kinds = router("grievance-kinds", "Grievances")
calendar_days = router("calendar-days", "Grievances")
KindCode = Annotated[
    str,
    Path(pattern="^[a-z][a-z_]{0,39}$", description="Code of the kind", openapi_examples={"other": {"value": "other"}}),
]


@grievance_kinds.get("", operation_id="list_grievance_kinds", summary="The kinds of grievances")
async def list_grievance_kinds(session: Reader) -> GrievanceKinds:
    """Give every kind with its deadline in working days and its days for reopening. No sign-in is needed."""
    return await queries.kinds(session)


@grievance_kinds.get(
    "/{code}",
    operation_id="read_grievance_kind",
    summary="Read a kind of grievance",
    responses=problems(errors.GrievanceKindNotFound),
)
async def read_grievance_kind(code: KindCode, session: Reader, response: Response) -> GrievanceKind:
    """Give one kind, and its version as `ETag`: what a change of it has to name. No sign-in is needed."""
    found = queries.kind(await queries.one_kind(session, code))
    response.headers["ETag"] = etag(found.version)
    return found


@grievance_kinds.post(
    "",
    status_code=201,
    operation_id="add_grievance_kind",
    summary="Add a kind of grievance",
    responses=problems(errors.GrievanceKindTaken),
)
async def add_grievance_kind(
    given: Annotated[GrievanceKindIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
    response: Response,
) -> GrievanceKind:
    """Add a kind with its terms for answering and reopening, and where they come from. The district keeps them."""
    made = await actions.add_kind(session, given, by=by)
    response.headers["ETag"] = etag(made.version)
    return made


@grievance_kinds.patch(
    "/{code}",
    operation_id="change_grievance_kind",
    summary="Change a kind of grievance",
    responses=problems(errors.GrievanceKindNotFound),
)
async def change_grievance_kind(
    code: KindCode,
    given: Annotated[GrievanceKindChange, Body()],
    session: Session,
    by: AreaKeeper,
    version: IfMatch,
    response: Response,
) -> GrievanceKind:
    """Change titles or terms, or take the kind out of use. Deadlines that were told already stay."""
    changed = await actions.change_kind(session, code, given, version, by=by)
    response.headers["ETag"] = etag(changed.version)
    return changed


@calendar_days.get("", operation_id="list_calendar_days", summary="Holidays and days worked instead")
async def list_calendar_days(query: Annotated[CalendarQuery, Query()], session: Reader) -> CalendarDays:
    """Give the days of a year on which offices do not keep to Monday to Friday. No sign-in is needed."""
    return await queries.calendar(session, query.year)


@calendar_days.post("", operation_id="set_calendar_day", summary="Enter or correct a holiday")
async def set_calendar_day(
    given: Annotated[CalendarDay, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey
) -> CalendarDay:
    """Say that a day is off, or worked instead of another. Deadlines set from now on follow it."""
    return await actions.set_day(session, given, by=by)
