"""Partners of the exchange, kept by an administrator; consents to it, kept by officers."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, ListQuery, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from kit.webhooks import Guard
from services.beneficiaries import examples
from services.beneficiaries.auth import PartnerKeeper, Registrar, RegistryReader
from services.beneficiaries.errors import DatesDisagree, PersonNotFound
from services.beneficiaries.partners import actions, errors, queries
from services.beneficiaries.partners.models import Consent, Partner
from services.beneficiaries.partners.schemas import (
    ConsentIn,
    ConsentOut,
    ConsentQuery,
    ConsentWithdrawalIn,
    PartnerChange,
    PartnerIn,
    PartnerOut,
)

partners = router("exchange-partners", "Social registry exchange")
consents = router("exchange-consents", "Social registry exchange")
PartnerId = Annotated[
    UUID,
    row_id("The partner's `id`, as the list gives it", "a ministry", examples.PARTNER),
]
ConsentId = Annotated[
    UUID,
    row_id("The consent's `id`, as the list gives it", "a person's", examples.CONSENT_TO_WITHDRAW),
]


@partners.post(
    "",
    status_code=201,
    operation_id="record_exchange_partner",
    summary="Let another system search the registry",
    response_model=PartnerOut,
    responses=problems(errors.PartnerAlreadyRecorded, errors.PartnerKeysMissing, errors.PartnerUnsafeAddress),
)
async def record_exchange_partner(
    given: Annotated[PartnerIn, Body()],
    session: Session,
    by: PartnerKeeper,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Partner:
    """Record a partner of the SP-DCI interface: on what basis it asks, what it may be given, how often, by which keys.

    With basis `consent` it is given people who agreed, and households all of whose members did; `statutory` is for
    state agencies whose work a law names (Law 91/2025/QH15).
    """
    made = await actions.record(session, given, _guard(request), by=by)
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"{request.url.path}/{made.id}"
    return made


@partners.get("", operation_id="list_exchange_partners", summary="List systems that may search the registry")
async def list_exchange_partners(
    query: Annotated[ListQuery, Query()], session: Reader, _by: PartnerKeeper, request: Request, response: Response
) -> Page[PartnerOut]:
    """Give the partners of the SP-DCI interface with their basis and what each may be given, oldest first."""
    found, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=[PartnerOut.model_validate(one) for one in found], next=following)


@partners.get(
    "/{partner_id}",
    operation_id="read_exchange_partner",
    summary="Read a system that may search the registry",
    response_model=PartnerOut,
    responses=problems(errors.PartnerNotFound),
)
async def read_exchange_partner(
    partner_id: PartnerId, session: Reader, _by: PartnerKeeper, response: Response
) -> Partner:
    """Give a partner of the SP-DCI interface, and its version as `ETag` for a change."""
    found = await queries.one(session, partner_id)
    response.headers["ETag"] = etag(found.version)
    return found


@partners.patch(
    "/{partner_id}",
    operation_id="change_exchange_partner",
    summary="Change what a system may be given, or suspend it",
    response_model=PartnerOut,
    responses=problems(errors.PartnerNotFound, errors.PartnerKeysMissing, errors.PartnerUnsafeAddress),
)
async def change_exchange_partner(
    partner_id: PartnerId,
    given: Annotated[PartnerChange, Body()],
    session: Session,
    by: PartnerKeeper,
    version: IfMatch,
    request: Request,
    response: Response,
) -> Partner:
    """Change basis, attributes, keys, quota or state of the version named in `If-Match`; what is absent stays.

    It holds from the next message on, also for answers and notices that were waiting to be sent.
    """
    changed = await actions.change(session, partner_id, given, version, _guard(request), by=by)
    response.headers["ETag"] = etag(changed.version)
    return changed


@consents.post(
    "",
    status_code=201,
    operation_id="record_exchange_consent",
    summary="Record that a person agrees to the exchange",
    response_model=ConsentOut,
    responses=problems(PersonNotFound, DatesDisagree, errors.ConsentNeedsRepresentative, errors.ConsentAlreadyRecorded),
)
async def record_exchange_consent(
    given: Annotated[ConsentIn, Body()], session: Session, by: Registrar, _key: IdempotencyKey
) -> Consent:
    """Record a consent to `social_registry_exchange` with its evidence; for a child under 16 a representative agrees.

    Partners that ask on the basis of consent are given this person from that day on.
    """
    return await actions.consent(session, given, by=by)


@consents.get("", operation_id="list_exchange_consents", summary="List consents to the exchange")
async def list_exchange_consents(
    query: Annotated[ConsentQuery, Query()], session: Reader, _by: RegistryReader, request: Request, response: Response
) -> Page[ConsentOut]:
    """Give the consents of people whom the caller may see, withdrawn ones included, oldest first."""
    found, following = await queries.consents(session, query)
    set_next_link(request, response, following)
    return Page(items=[ConsentOut.model_validate(one) for one in found], next=following)


@consents.post(
    "/{consent_id}/withdrawal",
    operation_id="withdraw_exchange_consent",
    summary="Withdraw a consent to the exchange",
    response_model=ConsentOut,
    responses=problems(errors.ConsentNotFound, errors.ConsentWithdrawn, DatesDisagree),
)
async def withdraw_exchange_consent(
    consent_id: ConsentId,
    given: Annotated[ConsentWithdrawalIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Consent:
    """End a consent from a day on: nothing of this person is given any more to partners that need it.

    Answers and notices that wait to be sent are looked at again when they are, so they obey it as well.
    """
    return await actions.withdraw(session, consent_id, given, by=by)


def _guard(request: Request) -> Guard:
    return Guard(allow_loopback=request.app.state.settings.environment != "production")
