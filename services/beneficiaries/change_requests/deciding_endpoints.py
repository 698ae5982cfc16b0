"""`/v1/beneficiaries/change-requests/…` for those who decide: approved and made, rejected, returned, seen in full."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from kit.database import Session
from kit.http import IdempotencyKey, router, vault_of
from kit.problems import problems
from services.beneficiaries import errors as registry
from services.beneficiaries import examples
from services.beneficiaries.auth import ChangeChecker, Unmasker
from services.beneficiaries.change_requests import actions, errors
from services.beneficiaries.change_requests.endpoints import RequestId, id_of, shown
from services.beneficiaries.change_requests.schemas import (
    ApprovalIn,
    ChangeDecision,
    ChangeRequest,
    RefusalIn,
    UnmaskedChange,
)
from services.beneficiaries.household_acts import errors as acts
from services.beneficiaries.households.schemas import UnmaskingIn
from services.beneficiaries.reviews.errors import RequestAlreadyOpen
from services.beneficiaries.villages.errors import VillageUnknown

change_decisions = router("change-requests", "Change requests")
_DECIDING = (
    errors.ChangeRequestNotFound,
    errors.ChangeRequestStepRefused,
    errors.DecidedByAnother,
    errors.NotYoursToDecide,
)
_APPLYING = (
    registry.AreaNotFound,
    registry.AreaNotInForce,
    registry.DatesDisagree,
    registry.EthnicGroupUnknown,
    registry.GenerationsDisagree,
    registry.HouseholdAlreadyRegistered,
    registry.HouseholdDissolved,
    registry.HouseholdNotFound,
    registry.IdentityNumberTaken,
    registry.MemberNotFound,
    registry.NotOneHead,
    registry.PersonAlreadyRegistered,
    registry.PersonInAnotherHousehold,
    registry.PersonNotFound,
    acts.AlreadyThere,
    acts.MembersIncomplete,
    RequestAlreadyOpen,
    VillageUnknown,
)


@change_decisions.post(
    "/{change_request_id}/approval",
    operation_id="approve_change",
    summary="Approve a change, which makes it",
    responses=problems(*_DECIDING, *_APPLYING, errors.AttachmentMissing, errors.HouseholdChangedSince),
)
async def approve_change(
    change_request_id: Annotated[UUID, id_of(examples.CHANGE_REQUEST_TO_APPROVE)],
    given: Annotated[ApprovalIn, Body()],
    session: Session,
    by: ChangeChecker,
    _key: IdempotencyKey,
    request: Request,
) -> ChangeDecision:
    """Approve what another person proposed, and make the change, both in one transaction or neither.

    It is made as a direct change would be, with the same refusals, by the one who approves; the audit log names both.
    A household that was changed since it was proposed is refused with the names of what was changed.
    """
    return await actions.approve(session, change_request_id, given.reason, vault_of(request), by=by)


@change_decisions.post(
    "/{change_request_id}/rejection",
    operation_id="reject_change",
    summary="Reject a change",
    responses=problems(*_DECIDING),
)
async def reject_change(
    change_request_id: Annotated[UUID, id_of(examples.CHANGE_REQUEST_TO_REJECT)],
    given: Annotated[RefusalIn, Body()],
    session: Session,
    by: ChangeChecker,
    _key: IdempotencyKey,
) -> ChangeDecision:
    """Reject what another person proposed, with the reason. It stays to be read, and cannot be taken up again."""
    return await actions.reject(session, change_request_id, given.reason, by=by)


@change_decisions.post(
    "/{change_request_id}/return",
    operation_id="return_change",
    summary="Return a change request to its proposer",
    responses=problems(*_DECIDING),
)
async def return_change(
    change_request_id: Annotated[UUID, id_of(examples.CHANGE_REQUEST_TO_RETURN)],
    given: Annotated[RefusalIn, Body()],
    session: Session,
    by: ChangeChecker,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> ChangeRequest:
    """Ask for more, or for the request to be renewed where the household was changed since. Unanswered it expires."""
    await actions.give_back(session, change_request_id, given.reason, by=by)
    return await shown(session, change_request_id, request, response, by)


@change_decisions.post(
    "/{change_request_id}/unmaskings",
    operation_id="unmask_change_request",
    summary="Show the numbers in a change request, for a reason",
    responses=problems(errors.ChangeRequestNotFound),
)
async def unmask_change_request(
    change_request_id: RequestId,
    given: Annotated[UnmaskingIn, Body()],
    session: Session,
    by: Unmasker,
    request: Request,
    response: Response,
) -> UnmaskedChange:
    """Give the change with identity numbers and telephones in full. Who asked and why is recorded."""
    response.headers["Cache-Control"] = "no-store"
    return UnmaskedChange(
        payload=await actions.unmask(session, change_request_id, given.reason, vault_of(request), by=by)
    )
