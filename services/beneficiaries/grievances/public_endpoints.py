"""`/v1/beneficiaries/grievances` for anybody: file, follow, reopen. No sign-in, strict limits, nothing of others."""

import re
from typing import Annotated, Final

from fastapi import Body, Depends, Header, Request, Response

from kit.database import RowScope
from kit.http import router, vault_of
from kit.problems import IdempotencyKeyMissing, IdempotencyMismatch, Malformed, TooLarge, TooManyRequests, problems
from services.beneficiaries.auth import Registrar
from services.beneficiaries.errors import AreaNotFound, DatesDisagree, HouseholdNotFound
from services.beneficiaries.grievances import errors, filing
from services.beneficiaries.grievances.schemas import (
    FilingIn,
    FilingReceipt,
    Followed,
    FollowingIn,
    IntakeIn,
    ReopeningIn,
)

filings = router("grievances", "Grievances")

_LARGEST: Final = 24 << 10
_SHAPE: Final = r"^[\x21-\x7e]{16,128}$"
_KEY: Final = re.compile(_SHAPE, re.ASCII)
_SCOPE: Final = RowScope.everything("grievances")


async def _own_key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A name of your own for this filing (16 to 128 visible characters, a UUID is best); nobody"
            " else should be able to guess it. Sending the filing again with it returns the same code and secret.",
            json_schema_extra={"pattern": _SHAPE},
            openapi_examples={"a UUID": {"value": "8e03978e-40d5-43e8-bc93-6894a57f9324"}},
        ),
    ] = None,
) -> str:
    if idempotency_key is None:
        raise IdempotencyKeyMissing
    if not _KEY.fullmatch(idempotency_key):
        raise Malformed
    if len(await request.body()) > _LARGEST:
        raise TooLarge
    return idempotency_key


OwnKey = Annotated[str, Depends(_own_key)]
"""The complainant's own name for a filing, at least 16 characters; the secret is made from it, so it is no kit key:
that would store the answer, and the secret with it."""


async def _limited(request: Request, what: str, most: int) -> None:
    """Count the visit in a transaction of its own: a wrong secret is undone, the attempt is not."""
    chain = request.headers.get("x-forwarded-for") or (request.client.host if request.client else "")
    address = chain.rpartition(",")[2].strip()
    async with request.app.state.database.transaction(_SCOPE) as session:
        times = await filing.visits(session, vault_of(request), address, what)
    if times > most:
        raise TooManyRequests(headers={"Retry-After": "600"})


@filings.post(
    "",
    status_code=201,
    operation_id="file_grievance",
    summary="File a grievance, also without a name",
    responses=problems(AreaNotFound, errors.GrievanceKindUnknown, IdempotencyMismatch, TooManyRequests),
)
async def file_grievance(
    given: Annotated[FilingIn, Body()], key: OwnKey, request: Request, response: Response
) -> FilingReceipt:
    """Tell what went wrong, from any telephone, without signing in and without a name if you like.

    Keep `code` and `secret`: only both together show the answer. They come once more to the same `Idempotency-Key`
    (16 characters or more, of your own making) with the same words. About somebody of the commune itself say
    `about_staff`: then the district alone sees it. At most so many an hour from one address.
    """
    await _limited(request, "filing", request.app.state.settings.grievance_filings_per_hour)
    response.headers["Cache-Control"] = "no-store"
    intake = filing.Intake(key=key, channel="app", by=filing.ANYBODY)
    async with request.app.state.database.transaction(_SCOPE) as session:
        return await filing.file(session, given, intake, vault_of(request))


@filings.post(
    "/intake",
    status_code=201,
    operation_id="take_in_grievance",
    summary="Take a grievance in from somebody",
    responses=problems(
        AreaNotFound, HouseholdNotFound, errors.GrievanceKindUnknown, IdempotencyMismatch, DatesDisagree
    ),
)
async def take_in_grievance(
    given: Annotated[IntakeIn, Body()], by: Registrar, key: OwnKey, request: Request, response: Response
) -> FilingReceipt:
    """Enter what somebody says in person or by telephone, or wrote in a letter; hand them `code` and `secret`.

    The deadline counts from `received_on`. A grievance about staff of the commune goes to the district, and out of
    the commune's sight, with this call.
    """
    response.headers["Cache-Control"] = "no-store"
    intake = filing.Intake(key=key, channel=given.channel, by=by)
    # The commune's officer may take in what the commune must not see: so under the scope of all, the place checked.
    async with request.app.state.database.transaction(_SCOPE) as session:
        await filing.must_answer_for(session, given.household_id, by)
        return await filing.file(session, given, intake, vault_of(request))


@filings.post(
    "/following",
    operation_id="follow_grievance",
    summary="Follow a grievance with code and secret",
    responses=problems(errors.GrievanceNotFound, TooManyRequests),
)
async def follow_grievance(given: Annotated[FollowingIn, Body()], request: Request, response: Response) -> Followed:
    """Give where a grievance stands and how it was answered. A wrong code and a wrong secret are told alike.

    It is a POST so that the secret stands in no address and no log.
    """
    await _limited(request, "looking", request.app.state.settings.grievance_looks_per_hour)
    response.headers["Cache-Control"] = "no-store"
    async with request.app.state.database.transaction(_SCOPE, read_only=True) as session:
        return await filing.follow(session, given, vault_of(request))


@filings.post(
    "/reopening",
    operation_id="reopen_grievance",
    summary="Reopen an answered grievance, once",
    responses=problems(errors.GrievanceNotFound, errors.ReopeningRefused, TooManyRequests),
)
async def reopen_grievance(given: Annotated[ReopeningIn, Body()], request: Request, response: Response) -> Followed:
    """Say why the answer does not do, within the days that its kind allows, once. A new deadline begins."""
    await _limited(request, "looking", request.app.state.settings.grievance_looks_per_hour)
    response.headers["Cache-Control"] = "no-store"
    async with request.app.state.database.transaction(_SCOPE) as session:
        return await filing.reopen(session, given, vault_of(request))
