"""The chairperson decides on a review, and voids a certificate that should not be."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.identity import Actor
from kit.values.dates import now, today
from kit.values.ids import new_id
from kit.values.reference import read_reference, reference_of
from services.beneficiaries.households.models import in_order
from services.beneficiaries.review_decisions import deciding, queries, schemas
from services.beneficiaries.review_decisions.errors import CertificateIsVoid, CertificateNotFound, ReviewNotReady
from services.beneficiaries.reviews import queries as reviews
from services.beneficiaries.reviews.errors import TwoPeopleNeeded
from services.beneficiaries.reviews.models import Campaign

_HOLDERS = text(
    "select id, household_id, class from review_cases where campaign_id = :id and state = 'agreed' and class <> 'none'"
)
_ISSUE = text(
    "insert into poverty_certificates (id, code, campaign_id, case_id, household_id, class, issued_on, issued_by)"
    " select t.id, t.code, :review, t.case_id, t.household_id, t.class, cast(:on as date), :by"
    " from unnest(cast(:ids as uuid[]), cast(:codes as text[]), cast(:cases as uuid[]), cast(:households as uuid[]),"
    " cast(:classes as text[])) as t (id, code, case_id, household_id, class)"
)
_LOCK = text("select id, case_id, issued_on, void_on from poverty_certificates where code = :code for update")
_VOID = text(
    "update poverty_certificates set void_on = :void_on, void_because = :because, void_by = :by, version = version + 1"
    " where id = :id"
)


async def decide(
    session: AsyncSession, review_id: UUID, given: schemas.ReviewDecisionIn, *, by: Actor
) -> schemas.ReviewDecided:
    """Write the status of every household of a review, certificates and refusals; all of it or nothing.

    Errors: ReviewNotFound, ReviewIsDecided, ReviewNotListed, TwoPeopleNeeded, ReviewNotReady, DatesDisagree.
    """
    campaign = await reviews.locked(session, review_id)
    campaign.must_be_listed()
    if by.subject in campaign.prepared_by:
        raise TwoPeopleNeeded
    moment = await deciding.lock(session, review_id)
    await deciding.leave_out_who_is_gone(session, review_id)
    await _must_be_ready(session, review_id, given.decided_on)
    valid_from = given.valid_from or _first_day(campaign, given.decided_on)
    decision = {
        "day": valid_from,
        "standard": campaign.standard,
        "number": given.decision_number,
        "by": by.subject,
        "moment": moment,
    }
    made = await deciding.write(session, review_id, decision)
    await _issue(session, review_id, given.decided_on, by)
    await deciding.close(session, review_id)
    campaign.state = "decided"
    campaign.decided_by, campaign.decided_at = by.subject, now()
    campaign.decided_on, campaign.decision_number, campaign.valid_from = (
        given.decided_on,
        given.decision_number,
        valid_from,
    )
    campaign.version += 1
    await session.flush()
    events: list[tuple[str, dict[str, Any]]] = [
        (str(home), {"household_id": home, "decision_id": status}) for home, status in made
    ]
    if events:
        await outbox.add_all(session, "poverty_status.decided", events)
    found = await queries.decided(session, review_id)
    facts = found.model_dump(mode="json", exclude={"review_id", "decided_by"})
    await audit.record(session, by, "review.decided", "review", review_id, facts)
    return found


async def void(session: AsyncSession, code: str, given: schemas.VoidIn, *, by: Actor) -> schemas.CertificateLine:
    """Errors: CertificateNotFound, CertificateIsVoid, DatesDisagree."""
    kept = read_reference(code, "PC")
    row = (await session.execute(_LOCK, {"code": kept})).one_or_none() if kept else None
    if row is None or kept is None:
        raise CertificateNotFound
    if row.void_on is not None:
        raise CertificateIsVoid
    in_order("void_on", row.issued_on, given.void_on)
    in_order("void_on", given.void_on, today())
    await session.execute(_VOID, given.model_dump() | {"id": row.id, "by": by.subject})
    facts = {"void_on": given.void_on}
    await audit.record(session, by, "certificate.voided", "certificate", row.id, facts, reason=given.because)
    return await queries.line(session, kept)


async def _must_be_ready(session: AsyncSession, review_id: UUID, decided_on: date) -> None:
    in_order("decided_on", decided_on, today())
    found = await queries.readiness(session, review_id, today())
    if found.unagreed or found.unposted or found.unanswered:
        raise ReviewNotReady(unagreed=found.unagreed, unposted=found.unposted, unanswered=found.unanswered)
    if found.posted_until is not None:
        in_order("decided_on", found.posted_until, decided_on)


def _first_day(campaign: Campaign, decided_on: date) -> date:
    return date(campaign.year + 1, 1, 1) if campaign.kind == "yearly" else decided_on


async def _issue(session: AsyncSession, review_id: UUID, on: date, by: Actor) -> None:
    holders = (await session.execute(_HOLDERS, {"id": review_id})).all()
    await session.execute(
        _ISSUE,
        {
            "review": review_id,
            "on": on,
            "by": by.subject,
            "ids": [new_id() for _ in holders],
            "codes": [reference_of("PC", row.id) for row in holders],
            "cases": [row.id for row in holders],
            "households": [row.household_id for row in holders],
            "classes": [row[2] for row in holders],
        },
    )
