"""`/v1/beneficiaries/people`: what only those see who answer for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link, vault_of
from kit.problems import problems
from services.beneficiaries import examples
from services.beneficiaries.auth import Registrar, SensitiveReader, Unmasker
from services.beneficiaries.errors import DatesDisagree, PersonNotFound
from services.beneficiaries.households.schemas import UnmaskingIn
from services.beneficiaries.people import actions, errors, queries
from services.beneficiaries.people.models import Disability
from services.beneficiaries.people.schemas import (
    DisabilityEnd,
    DisabilityIn,
    DisabilityOut,
    PaymentChannelIn,
    PaymentChannelOut,
    TimeQuery,
    UnmaskedPerson,
)

people = router("people", "People")
disabilities = router("disabilities", "People")
PersonId = Annotated[
    UUID,
    row_id("The person's `person_id`, as the household gives it", "a person", examples.PERSON),
]


@people.post(
    "/{person_id}/payment-channels",
    status_code=201,
    operation_id="record_payment_channel",
    summary="Record how a person is paid",
    responses=problems(PersonNotFound, DatesDisagree, errors.AccountMissing, errors.RecordedMeanwhile),
)
async def record_payment_channel(
    person_id: PersonId,
    given: Annotated[PaymentChannelIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
) -> PaymentChannelOut:
    """Set bank account, e-money wallet or cash at a point from a day on; the way known for that day ends there.

    The account number is kept encrypted and is masked in every answer. What was known before is kept: ask with
    `known_at`.
    """
    vault = vault_of(request)
    return queries.shown(await actions.pay_by(session, person_id, given, vault, by=by), vault)


@people.get(
    "/{person_id}/payment-channels",
    operation_id="list_payment_channels",
    summary="List how a person is paid",
    responses=problems(PersonNotFound),
)
async def list_payment_channels(
    person_id: PersonId,
    query: Annotated[TimeQuery, Query()],
    session: Reader,
    _by: SensitiveReader,
    request: Request,
    response: Response,
) -> Page[PaymentChannelOut]:
    """Give the payment channels of a person, account numbers masked, to who records or decides on them.

    Bank accounts are sensitive data (Decree 356/2025): auditors and those who only read do not see them.
    """
    items, following = await queries.channels(session, person_id, query, vault_of(request))
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@people.post(
    "/{person_id}/disabilities",
    status_code=201,
    operation_id="record_disability",
    summary="Record a disability, as certified",
    response_model=DisabilityOut,
    responses=problems(PersonNotFound, DatesDisagree, errors.RecordedMeanwhile),
)
async def record_disability(
    person_id: PersonId,
    given: Annotated[DisabilityIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Disability:
    """Record kind and degree of a disability with its certificate, from a day on; one of a kind holds on a day.

    What was known before is kept: ask with `known_at`.
    """
    return await actions.certify(session, person_id, given, by=by)


@people.get(
    "/{person_id}/disabilities",
    operation_id="list_disabilities",
    summary="List disabilities of a person",
    responses=problems(PersonNotFound),
)
async def list_disabilities(
    person_id: PersonId,
    query: Annotated[TimeQuery, Query()],
    session: Reader,
    _by: SensitiveReader,
    request: Request,
    response: Response,
) -> Page[DisabilityOut]:
    """Give the disabilities of a person, to who records or decides on them and answers for the person today.

    Health is sensitive data (Decree 356/2025): auditors and those who only read do not see it, and no list, export,
    public posting or message to another registry tells of it.
    """
    items, following = await queries.disabilities(session, person_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@people.post(
    "/{person_id}/unmaskings",
    operation_id="unmask_person",
    summary="Show a person's numbers, for a reason",
    responses=problems(PersonNotFound),
)
async def unmask_person(
    person_id: PersonId,
    given: Annotated[UnmaskingIn, Body()],
    session: Session,
    by: Unmasker,
    request: Request,
    response: Response,
) -> UnmaskedPerson:
    """Give identity number, telephone and account of a person in full.

    Who asked and why is written to the audit log in the same transaction; nothing of the answer is stored.
    """
    shown = await actions.unmask(session, person_id, given.reason, vault_of(request), by=by)
    response.headers["Cache-Control"] = "no-store"
    return shown


@disabilities.post(
    "/{disability_id}/end",
    operation_id="end_disability",
    summary="Let a disability end",
    response_model=DisabilityOut,
    responses=problems(errors.DisabilityNotFound, DatesDisagree),
)
async def end_disability(
    disability_id: Annotated[
        UUID,
        row_id("The disability's `id`, as the list gives it", "to end", examples.DISABILITY),
    ],
    given: Annotated[DisabilityEnd, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Disability:
    """Record that a disability does not hold any more from a day on; from its first day: it was recorded by mistake.

    The answer is what is known of it now; if it never held, its row as it was known until now.
    """
    return await actions.end(session, disability_id, given, by=by)
