"""`/v1/beneficiaries/households`: registered, read, changed, listed and searched by those who answer for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, ListQuery, Page, etag, router, row_id, set_next_link, vault_of
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import errors, examples
from services.beneficiaries.auth import Registrar, RegistryReader, Unmasker
from services.beneficiaries.change_requests.errors import ChangeNeedsRequest
from services.beneficiaries.change_requests.parts import kinds_of, must_be_direct
from services.beneficiaries.households import actions, history, lists, queries
from services.beneficiaries.households.changes import HouseholdChange
from services.beneficiaries.households.history import HistoryRow
from services.beneficiaries.households.schemas import (
    Household,
    HouseholdIn,
    HouseholdLine,
    HouseholdMoment,
    HouseholdQuery,
    Unmasked,
    UnmaskingIn,
)
from services.beneficiaries.parents.errors import ParentNotFound, ParentSexDisagrees, ParentTooYoung
from services.beneficiaries.villages.errors import VillageUnknown

households = router("households", "Households")
HouseholdId = Annotated[
    UUID,
    row_id("The household's `id`, as a list or its registration gave it", "a household", examples.HOUSEHOLD),
]

_MEMBER_RULES = (
    VillageUnknown,
    errors.NotOneHead,
    errors.GenerationsDisagree,
    errors.DatesDisagree,
    errors.EthnicGroupUnknown,
    errors.PersonAlreadyRegistered,
    errors.IdentityNumberTaken,
    ParentNotFound,
    ParentSexDisagrees,
    ParentTooYoung,
)


@households.post(
    "",
    status_code=201,
    operation_id="register_household",
    summary="Register a household with its members",
    responses=problems(errors.AreaNotFound, errors.AreaNotInForce, errors.HouseholdAlreadyRegistered, *_MEMBER_RULES),
)
async def register_household(
    given: Annotated[HouseholdIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Household:
    """Record a household, its members and who is its head, in the commune unit of the day of registration.

    A client that was offline sends ids of its own (UUIDv7) and repeats the call with the same `Idempotency-Key` until
    it is answered: the first answer comes again. Identity numbers and telephones are kept encrypted and are masked in
    every answer; a number that disagrees with sex or year of birth is accepted with a doubt.
    """
    vault = vault_of(request)
    household_id = await actions.register(session, given, vault, by=by)
    made = await queries.one(session, household_id, vault, today())
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"{request.url.path}/{household_id}"
    return made


@households.get("", operation_id="list_households", summary="List or search households")
async def list_households(
    query: Annotated[HouseholdQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[HouseholdLine]:
    """Give the households that the caller may see, in order of their ids (oldest first).

    `q` finds members by the beginnings of the words of their names, without regard to accents, case or punctuation:
    `lo thi doi` finds Lò Thị Đôi. An officer sees those of the commune and of the units it was made from.
    """
    items, following = await lists.page(session, query, today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@households.get(
    "/{household_id}",
    operation_id="read_household",
    summary="Read a household",
    responses=problems(errors.HouseholdNotFound),
)
async def read_household(
    household_id: HouseholdId,
    query: Annotated[HouseholdMoment, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Household:
    """Give a household with all its members, those who left included, and its version as `ETag`.

    With `as_of` it is given as it was on that day, with the members, head, place, status and dwelling of then; with
    `known_at` as it was known at that moment: such an answer never changes again. Outside the caller's area, before it
    was registered and before it was known it is not found.
    """
    found = await queries.one(
        session,
        household_id,
        vault_of(request),
        query.as_of or today(),
        known=query.known_at,
        only_that_day=query.as_of is not None,
    )
    if not query.model_fields_set:
        response.headers["ETag"] = etag(found.version)
    return found


@households.get(
    "/{household_id}/history",
    operation_id="list_household_history",
    summary="All that was ever recorded of a household",
    responses=problems(errors.HouseholdNotFound),
)
async def list_household_history(
    household_id: HouseholdId,
    query: Annotated[ListQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Page[HistoryRow]:
    """Give every row of members, places and dwellings with both clocks, in the order in which they were recorded.

    Rows with `recorded_to` have been superseded; `act_id` names the act that made a row.
    """
    await queries.must_be_seen(session, household_id)
    items, following = await history.page(session, household_id, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@households.patch(
    "/{household_id}",
    operation_id="change_household",
    summary="Change a household or its members",
    responses=problems(
        errors.HouseholdNotFound,
        errors.HouseholdDissolved,
        errors.MemberNotFound,
        errors.PersonNotFound,
        errors.PersonInAnotherHousehold,
        ChangeNeedsRequest,
        *_MEMBER_RULES,
    ),
)
async def change_household(
    household_id: HouseholdId,
    given: Annotated[HouseholdChange, Body()],
    session: Session,
    by: Registrar,
    version: IfMatch,
    request: Request,
    response: Response,
) -> Household:
    """Change village, address or members of the version named in `If-Match`; what is absent stays as it is.

    Village and address are set right where they were wrong; to live elsewhere is a move. Members leave on a day and
    with a reason, are corrected, are added new, or join by `person_id`; a changed relation to the head counts from
    `since`. The household keeps exactly one head on every day. What was known before is kept: ask with `known_at`.
    """
    vault = vault_of(request)
    await must_be_direct(session, kinds_of(given), by=by)
    await actions.change(session, household_id, given, version, vault, by=by)
    changed = await queries.one(session, household_id, vault, today())
    response.headers["ETag"] = etag(changed.version)
    return changed


@households.post(
    "/{household_id}/unmaskings",
    operation_id="unmask_household",
    summary="Show identity numbers and telephones, for a reason",
    responses=problems(errors.HouseholdNotFound),
)
async def unmask_household(
    household_id: HouseholdId,
    given: Annotated[UnmaskingIn, Body()],
    session: Session,
    by: Unmasker,
    request: Request,
    response: Response,
) -> Unmasked:
    """Give the current members' numbers in full to a district administrator.

    Who asked and why is written to the audit log in the same transaction; nothing of the answer is stored.
    """
    members = await actions.unmask(session, household_id, given.reason, vault_of(request), by=by)
    response.headers["Cache-Control"] = "no-store"
    return Unmasked(household_id=household_id, members=members)
