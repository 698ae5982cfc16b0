from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.calls import NeighbourDown
from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, UnansweredKey, etag, router, row_id, set_next_link, vault_of
from kit.problems import problems
from kit.values.dates import today
from services.loans import examples
from services.loans.applications import actions, queries
from services.loans.applications.schemas import (
    ApplicationDetailOut,
    ApplicationIn,
    ApplicationOut,
    ApplicationQuery,
    ApprovalIn,
    VerificationIn,
)
from services.loans.auth import Approver, CreditOfficer, LoanReader, row_scope
from services.loans.clients.registry import Answer
from services.loans.errors import (
    AmountAboveCap,
    ApplicationExists,
    ApplicationNotFound,
    ApplicationOpen,
    DateOutOfOrder,
    HouseholdNotFound,
    NotThisState,
    ProgrammeNotFound,
    ProgrammeNotOpen,
    RegistryAway,
    SecondPersonNeeded,
    SnapshotBroken,
    SnapshotExpired,
    TermTooLong,
)

applications = router("applications", "Applications")

ApplicationId = Annotated[UUID, row_id("Id of the application", "an application", examples.ELIGIBLE)]
RenewableId = Annotated[UUID, row_id("Id of the application", "an application", examples.TO_VERIFY)]


async def _status_when_applied(
    request: Request, application: ApplicationIn, by: CreditOfficer, _key: UnansweredKey
) -> Answer | None:
    """Ask the registry before any transaction is open; None while it is away. Errors: HouseholdNotFound."""
    try:
        answer: Answer = await request.app.state.household_registry.poverty_status(
            application.household_id, application.applied_on, on_behalf_of=by.subject
        )
    except NeighbourDown:
        return None
    return answer


async def _status_now(
    request: Request, application_id: RenewableId, verification: VerificationIn, by: CreditOfficer, _key: UnansweredKey
) -> Answer:
    """Ask the registry again, outside any transaction. Errors: ApplicationNotFound, NotThisState, RegistryAway."""
    state = request.app.state
    as_of = verification.as_of or today()
    async with state.database.transaction(row_scope(by), read_only=True) as session:
        application = await queries.one(session, application_id)
    application.check_renewal(as_of)
    try:
        answer: Answer = await state.household_registry.poverty_status(
            application.household_id, as_of, on_behalf_of=by.subject
        )
    except NeighbourDown as away:
        raise RegistryAway(headers={"Retry-After": "5"}) from away
    return answer


StatusWhenApplied = Annotated[Answer | None, Depends(_status_when_applied)]
StatusNow = Annotated[Answer, Depends(_status_now)]


@applications.post(
    "",
    status_code=201,
    operation_id="apply_for_loan",
    summary="Record an application for a loan",
    responses=problems(
        ProgrammeNotFound,
        HouseholdNotFound,
        ProgrammeNotOpen,
        AmountAboveCap,
        TermTooLong,
        ApplicationExists,
        ApplicationOpen,
        DateOutOfOrder,
    ),
)
async def apply_for_loan(
    application: ApplicationIn,
    status: StatusWhenApplied,
    session: Session,
    by: CreditOfficer,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ApplicationDetailOut:
    """Record what a household asks for, and decide whether it may borrow here.

    The registry is asked for the household's poverty status on `applied_on`. Its answer is kept with the application,
    dated and signed, and decides: `eligible` or `refused`, with the reasons. While the registry is away the answer is
    201 with `awaiting_status`; the application is verified as soon as the registry is back, and cannot be approved
    before.
    """
    made = await actions.apply(session, application, status, by=by, vault=vault_of(request))
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"/v1/loans/applications/{made.id}"
    return made


@applications.get("", operation_id="list_applications", summary="List applications, the newest first")
async def list_applications(
    query: Annotated[ApplicationQuery, Query()],
    session: Reader,
    _by: LoanReader,
    request: Request,
    response: Response,
) -> Page[ApplicationOut]:
    """Return applications in reach of the caller. A partner bank sees those approved for it, and no others."""
    items, cursor = await queries.page(session, query)
    set_next_link(request, response, cursor)
    return Page(items=items, next=cursor)


@applications.get(
    "/{application_id}",
    operation_id="read_application",
    summary="Read one application",
    responses=problems(ApplicationNotFound),
)
async def read_application(
    application_id: ApplicationId, session: Reader, _by: LoanReader, response: Response
) -> ApplicationDetailOut:
    """Return the application with the registry's answer that it was decided on."""
    application = await queries.one(session, application_id)
    kept = await queries.snapshot_of(session, application)
    response.headers["ETag"] = etag(application.version)
    return ApplicationDetailOut.with_snapshot(application, kept)


@applications.post(
    "/{application_id}/verification",
    status_code=201,
    operation_id="verify_application",
    summary="Ask the registry again for the household's poverty status",
    responses=problems(ApplicationNotFound, HouseholdNotFound, NotThisState, DateOutOfOrder, RegistryAway),
)
async def verify_application(
    application_id: RenewableId,
    status: StatusNow,
    session: Session,
    by: CreditOfficer,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ApplicationDetailOut:
    """Renew the answer that an application waits for or that has expired; the new answer decides."""
    application = await queries.one(session, application_id, lock=True)
    made = await actions.take_answer(session, application, status, by=by, vault=vault_of(request))
    response.headers["ETag"] = etag(made.version)
    return made


@applications.post(
    "/{application_id}/approval",
    status_code=201,
    operation_id="approve_application",
    summary="Approve an application, as a second person",
    responses=problems(
        ApplicationNotFound,
        NotThisState,
        SecondPersonNeeded,
        DateOutOfOrder,
        SnapshotExpired,
        SnapshotBroken,
        ProgrammeNotOpen,
        AmountAboveCap,
        TermTooLong,
    ),
)
async def approve_application(
    application_id: ApplicationId,
    approval: ApprovalIn,
    session: Session,
    by: Approver,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ApplicationDetailOut:
    """Approve an eligible application at the rate in force on the day. The bank is told by `loan.approved`.

    Whoever made the application cannot approve it. An answer of the registry that is older than the programme allows
    must be renewed first.
    """
    made = await actions.approve(session, application_id, approval, by=by, vault=vault_of(request))
    response.headers["ETag"] = etag(made.version)
    return made
