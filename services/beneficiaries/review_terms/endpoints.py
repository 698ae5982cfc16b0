"""`/v1/beneficiaries/review-terms`: when reviews happen, how long lists are posted, who has to agree."""

from typing import Annotated

from fastapi import Body

from kit.database import Reader, Session
from kit.http import IdempotencyKey, router
from kit.problems import problems
from services.beneficiaries.auth import AreaKeeper, RegistryReader
from services.beneficiaries.review_terms import actions, queries
from services.beneficiaries.review_terms.schemas import TermsIn, TermsList
from services.beneficiaries.standards.errors import VersionTaken

review_terms = router("review-terms", "Poverty reviews")


@review_terms.get("", operation_id="list_review_terms", summary="When reviews happen and what they take")
async def list_review_terms(session: Reader, _by: RegistryReader) -> TermsList:
    """Give every version of the terms of yearly and regular reviews, those in force first of their kind.

    Each says how sure it is: the days of posting are not verified.
    """
    return await queries.page(session)


@review_terms.post(
    "",
    status_code=201,
    operation_id="supersede_review_terms",
    summary="Enter other terms for reviews",
    responses=problems(VersionTaken),
)
async def supersede_review_terms(
    given: Annotated[TermsIn, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey
) -> TermsList:
    """Supersede the terms of yearly reviews, or of regular ones where `decide_within_days` is given.

    Reviews opened before keep the terms they were opened with. Needs the scope `areas.write` of those who keep the
    reference data.
    """
    await actions.supersede(session, given, by=by)
    return await queries.page(session)
