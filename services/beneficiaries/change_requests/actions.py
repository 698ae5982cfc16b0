"""Propose a change, have it checked by another person, apply it: fetch, ask, save."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.change_requests import changing, naming, queries, schemas, trail
from services.beneficiaries.change_requests.errors import AttachmentMissing
from services.beneficiaries.change_requests.models import ChangeRequest, ChangeRequestKind
from services.beneficiaries.household_acts import queries as acts
from services.beneficiaries.households.models import Household


async def propose(session: AsyncSession, given: schemas.ChangeRequestIn, vault: Vault, *, by: Actor) -> UUID:
    """Keep a proposed change, and return its id.

    Errors: HouseholdNotFound, NotYoursToPropose, BaseVersionUnknown, Invalid, ChangeOfAnotherKind,
    PayloadOfAnotherHousehold; by constraint ChangeRequestAlreadyThere.
    """
    kind = await queries.one_kind(session, given.kind)
    kind.must_be_proposed_by(by)
    household_id, current = await naming.named(session, given.household_id, given.household_code, by=by)
    made = ChangeRequest(
        id=given.id or new_id(),
        kind=kind.code,
        household_id=household_id,
        named_code=None if given.household_code is None else given.household_code.strip().upper(),
        base_version=naming.base(given.base_version, current),
        reason=given.reason,
        proposed_by=by.subject,
        version=1,
    )
    await _write(session, made, given.payload, vault, by=by)
    made.await_decision(kind, today())
    session.add(made)
    await trail.leave(session, made, "proposed", given.reason, by=by)
    return made.id


async def resubmit(
    session: AsyncSession, request_id: UUID, given: schemas.ResubmissionIn, vault: Vault, *, by: Actor
) -> None:
    """Propose it again, changed or not, for a version of today.

    Errors: ChangeRequestNotFound, ProposerOnly, ChangeRequestStepRefused and those of `propose`.
    """
    found = await queries.locked(session, request_id)
    found.must_be_open_to(by)
    kind = await queries.one_kind(session, found.kind)
    kind.must_be_proposed_by(by)
    _, current = await naming.named(session, found.household_id, None, by=by)
    found.base_version = naming.base(given.base_version, current)
    found.reason = given.reason
    await _write(session, found, given.payload or queries.payload(found, vault), vault, by=by)
    found.await_decision(kind, today())
    found.version += 1
    await trail.leave(session, found, "resubmitted", given.reason, by=by)


async def withdraw(session: AsyncSession, request_id: UUID, *, by: Actor) -> None:
    """Errors: ChangeRequestNotFound, ProposerOnly, ChangeRequestStepRefused."""
    found = await queries.locked(session, request_id)
    found.must_be_open_to(by)
    found.withdraw()
    await trail.leave(session, found, "withdrawn", None, by=by)


async def give_back(session: AsyncSession, request_id: UUID, reason: str, *, by: Actor) -> None:
    """Ask the proposer for more, or for a request about the household as it is now.

    Errors: ChangeRequestNotFound, DecidedByAnother, NotYoursToDecide, ChangeRequestStepRefused.
    """
    found, kind = await _to_decide(session, request_id, by)
    found.give_back(kind, today())
    await trail.leave(session, found, "returned", reason, by=by)


async def reject(session: AsyncSession, request_id: UUID, reason: str, *, by: Actor) -> schemas.ChangeDecision:
    """Errors: ChangeRequestNotFound, DecidedByAnother, NotYoursToDecide, ChangeRequestStepRefused."""
    found, _ = await _to_decide(session, request_id, by)
    return await _decide(session, found, "rejected", reason, by=by)


async def approve(
    session: AsyncSession, request_id: UUID, reason: str | None, vault: Vault, *, by: Actor
) -> schemas.ChangeDecision:
    """Approve a change and make it, both or neither.

    Errors: ChangeRequestNotFound, DecidedByAnother, NotYoursToDecide, ChangeRequestStepRefused, AttachmentMissing,
    HouseholdNotFound, HouseholdChangedSince, and whatever a direct change of that kind is refused for.
    """
    found, kind = await _to_decide(session, request_id, by)
    if kind.attachment_needed and not await queries.attached(session, found.id):
        raise AttachmentMissing
    household = await _unchanged(session, found)
    payload = changing.read(found.kind, queries.payload(found, vault), found.household_id)
    # The request first: after a move to another commune neither household nor request is in the caller's sight.
    decision = await _decide(session, found, "approved", reason, by=by)
    applying = changing.Applying(session, household.id, household.version, vault, by)
    decision.became_id = await changing.CHANGES[found.kind].apply(applying, payload)
    return decision


async def unmask(session: AsyncSession, request_id: UUID, reason: str, vault: Vault, *, by: Actor) -> dict[str, Any]:
    """Return the change with its numbers in full, and record who asked and why. Errors: ChangeRequestNotFound."""
    found = await queries.locked(session, request_id)
    await audit.record(session, by, "change_request.unmasked", "change_request", found.id, reason=reason)
    return queries.payload(found, vault)


async def change_kind(
    session: AsyncSession, code: str, given: schemas.ChangeRequestKindChange, expected: int, *, by: Actor
) -> schemas.ChangeRequestKind:
    """Errors: ChangeRequestKindNotFound, StaleVersion."""
    kind = await queries.one_kind(session, code, lock=True)
    expect_version(kind.version, expected)
    if given.title is not None:
        kind.title_vi, kind.title_en, kind.title_fr = given.title.vi, given.title.en, given.title.fr
    for name in given.model_fields_set - {"title"}:
        value = getattr(given, name)
        if value is not None:
            setattr(kind, name, value)
    kind.version += 1
    await session.flush()
    facts = {"code": code, **given.model_dump(mode="json", exclude_unset=True)}
    await audit.record(session, by, "change_request_kind.changed", "change_request_kind", kind.subject, facts)
    return queries.kind(kind)


async def _write(session: AsyncSession, request: ChangeRequest, given: Any, vault: Vault, *, by: Actor) -> None:
    """Seal what is to change, and note of which versions."""
    payload = changing.read(request.kind, given, request.household_id)
    request.fields = changing.fields(payload)
    request.payload_sealed = vault.seal(changing.written(payload), context=request.payload_context)
    other = changing.CHANGES[request.kind].other(payload)
    if other is not None:
        request.other_household_id, request.other_base_version = await naming.named(session, other, None, by=by)


async def _to_decide(session: AsyncSession, request_id: UUID, by: Actor) -> tuple[ChangeRequest, ChangeRequestKind]:
    found = await queries.locked(session, request_id)
    kind = await queries.one_kind(session, found.kind)
    found.must_be_decidable_by(by, kind)
    return found, kind


async def _unchanged(session: AsyncSession, request: ChangeRequest) -> Household:
    """Lock the household, and the other one where the change is about two. Errors: see `approve`."""
    versions = {request.household_id: request.base_version}
    if request.other_household_id is not None:
        versions[request.other_household_id] = request.other_base_version or 0
    both = await acts.locked(session, list(versions))
    for household_id, version in versions.items():
        await naming.must_be_as_it_was(session, both[household_id], version)
    return both[request.household_id]


async def _decide(
    session: AsyncSession,
    request: ChangeRequest,
    state: Literal["approved", "rejected"],
    reason: str | None,
    *,
    by: Actor,
) -> schemas.ChangeDecision:
    request.decide(state, datetime.now(UTC), by=by)
    await trail.leave(session, request, state, reason, by=by)
    return schemas.ChangeDecision(
        id=request.id,
        kind=request.kind,
        state=request.state,
        household_id=request.household_id,
        proposed_by=request.proposed_by,
        decided_by=by.subject,
        decided_at=request.decided_at or datetime.now(UTC),
        became_id=None,
        version=request.version,
    )
