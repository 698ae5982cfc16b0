"""The decision on a review, refusals in writing, and certificates that anybody may check."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, RowScope, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link
from kit.paper import Pdf
from kit.problems import problems
from kit.values.dates import today
from kit.values.reference import read_reference
from services.beneficiaries import examples
from services.beneficiaries.auth import Approver, RegistryReader
from services.beneficiaries.errors import DatesDisagree
from services.beneficiaries.review_decisions import actions, errors, paper, queries
from services.beneficiaries.review_decisions.schemas import (
    CertificateLine,
    CertificateQuery,
    Refusal,
    ReviewDecided,
    ReviewDecisionIn,
    Verified,
    VoidIn,
)
from services.beneficiaries.reviews.errors import (
    ReviewCaseNotFound,
    ReviewIsCancelled,
    ReviewIsDecided,
    ReviewNotFound,
    ReviewNotListed,
    TwoPeopleNeeded,
)

decisions = router("reviews", "Poverty reviews")
certificates = router("certificates", "Poverty reviews")
_CASE = "The household's place in the review, as its list gave it"
CaseId = Annotated[UUID, row_id(_CASE, "with a certificate", examples.CASE)]
Refused = Annotated[UUID, row_id(_CASE, "refused", examples.CASE_REFUSED)]
_REVIEW = "The review's `id`"
ReviewId = Annotated[UUID, row_id(_REVIEW, "decided", examples.REVIEW)]
ToDecide = Annotated[UUID, row_id(_REVIEW, "posted", examples.REVIEW_TO_DECIDE)]
_CODE = "The code on the certificate"
Code = Annotated[
    str, Path(max_length=40, description=_CODE, openapi_examples={"a code": {"value": examples.CERTIFICATE}})
]
CodeToVoid = Annotated[
    str,
    Path(max_length=40, description=_CODE, openapi_examples={"a mistake": {"value": examples.MISTAKEN_CERTIFICATE}}),
]


@decisions.post(
    "/{review_id}/decision",
    operation_id="decide_review",
    summary="Decide on a review",
    responses=problems(
        DatesDisagree,
        ReviewIsCancelled,
        ReviewIsDecided,
        ReviewNotFound,
        ReviewNotListed,
        TwoPeopleNeeded,
        errors.ReviewNotReady,
    ),
)
async def decide_review(
    review_id: ToDecide,
    given: Annotated[ReviewDecisionIn, Body()],
    session: Session,
    by: Approver,
    _key: IdempotencyKey,
) -> ReviewDecided:
    """Decide as the chairperson of the commune, once every household is agreed to and was posted to the end.

    Writes the status of all households from `valid_from` on under the review's standard, gives certificates to those
    who are poor or near-poor and refuses requests in writing. Who opened or scored the review cannot decide it.
    """
    return await actions.decide(session, review_id, given, by=by)


@decisions.get(
    "/{review_id}/cases/{case_id}/refusal",
    operation_id="read_refusal",
    summary="Why a request was refused",
    responses=problems(ReviewCaseNotFound, ReviewNotFound, errors.NoRefusal),
)
async def read_refusal(review_id: ReviewId, case_id: Refused, session: Reader, _by: RegistryReader) -> Refusal:
    """Give the refusal of a household that asked in writing, with the numbers and lines that led to it."""
    return await queries.refusal(session, review_id, case_id)


@decisions.get(
    "/{review_id}/cases/{case_id}/certificate",
    operation_id="read_certificate",
    summary="A household's certificate as PDF",
    response_class=Pdf,
    responses=problems(ReviewNotFound, errors.CertificateIsVoid, errors.CertificateNotFound),
)
async def read_certificate(
    review_id: ReviewId, case_id: CaseId, session: Reader, _by: RegistryReader, request: Request
) -> Pdf:
    """Give the certificate of a poor or near-poor household, to be printed and signed.

    It carries the head's name, village, commune, class, standard and decision, and the code that anybody can check.
    """
    found = await queries.paper(session, review_id, case_id)
    address = f"{request.app.state.settings.public_url}/v1/beneficiaries/certificates/{found.code}"
    return Pdf(await asyncio.to_thread(paper.pdf, found, address))


@decisions.get(
    "/{review_id}/certificates",
    operation_id="list_certificates",
    summary="List the certificates of a review",
    responses=problems(ReviewNotFound),
)
async def list_certificates(
    review_id: ReviewId,
    query: Annotated[CertificateQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[CertificateLine]:
    """Give the certificates that a decision issued, with their codes, in order of issue."""
    items, following = await queries.certificates(session, review_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@certificates.get(
    "/{code}",
    operation_id="verify_certificate",
    summary="Check a certificate",
    responses=problems(errors.CertificateNotFound),
)
async def verify_certificate(code: Code, request: Request) -> Verified:
    """Say whether the certificate with this code holds today, which commune gave it and for which year.

    Nothing about the household is told: who holds the certificate shows it. No sign-in is needed.
    """
    kept = read_reference(code, "PC")
    if kept is None:
        raise errors.CertificateNotFound
    async with request.app.state.database.transaction(RowScope.everything("certificates"), read_only=True) as session:
        return await queries.verified(session, kept, today())


@certificates.post(
    "/{code}/voiding",
    operation_id="void_certificate",
    summary="Declare a certificate void",
    responses=problems(DatesDisagree, errors.CertificateIsVoid, errors.CertificateNotFound),
)
async def void_certificate(
    code: CodeToVoid, given: Annotated[VoidIn, Body()], session: Session, by: Approver, _key: IdempotencyKey
) -> CertificateLine:
    """Declare a certificate void as the chairperson, for a reason that is kept; the household's status stays."""
    return await actions.void(session, code, given, by=by)
