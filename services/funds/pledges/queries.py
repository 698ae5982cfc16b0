from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from kit.values.dates import today
from services.funds.donations.models import Donation, DonationReversal
from services.funds.pledges.errors import PledgeNotFound
from services.funds.pledges.models import Pledge, PledgeInstalment, PledgePayment
from services.funds.pledges.schemas import PledgeOut, PledgesQuery
from services.funds.values import plain

NEWEST_FIRST: Final = Keyset((Pledge.pledged_on, Pledge.id), (date, UUID), descending=True)

_DAY: Final = bindparam("day", type_=Date)
_SCHEDULED: Final = (
    select(
        func.coalesce(func.sum(PledgeInstalment.amount).filter(PledgeInstalment.due_on <= _DAY), 0).label("due"),
        func.array_agg(PledgeInstalment.due_on).label("days"),
        func.array_agg(PledgeInstalment.amount).label("amounts"),
    )
    .where(PledgeInstalment.pledge_id == Pledge.id)
    .lateral("scheduled")
)
_ACTUAL: Final = (
    select(func.coalesce(func.sum(Donation.amount), 0).label("paid"))
    .select_from(PledgePayment)
    .join(Donation, Donation.id == PledgePayment.donation_id)
    .where(
        PledgePayment.pledge_id == Pledge.id,
        Donation.received_on <= _DAY,
        ~exists().where(DonationReversal.donation_id == Donation.id),
    )
    .lateral("actual")
)
_SHOWN: Final = (
    select(Pledge, _SCHEDULED.c.due, _SCHEDULED.c.days, _SCHEDULED.c.amounts, _ACTUAL.c.paid, _DAY.label("day"))
    .select_from(Pledge)
    .join(_SCHEDULED, _SCHEDULED.c.due >= 0)
    .join(_ACTUAL, _ACTUAL.c.paid >= 0)
)


def listed(query: PledgesQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = _SHOWN.params(day=query.as_of or today())
    if query.campaign is not None:
        statement = statement.where(Pledge.campaign_id == query.campaign)
    if query.donor is not None:
        statement = statement.where(Pledge.donor_id == query.donor)
    if query.overdue is not None:
        behind = (_SCHEDULED.c.due > _ACTUAL.c.paid) & Pledge.cancelled_at.is_(None)
        statement = statement.where(behind if query.overdue else ~behind)
    return statement


async def one(session: AsyncSession, pledge_id: UUID, as_of: date | None = None) -> PledgeOut:
    """Errors: PledgeNotFound."""
    statement = _SHOWN.params(day=as_of or today()).where(Pledge.id == pledge_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise PledgeNotFound
    return shown(row)


async def locked(session: AsyncSession, pledge_id: UUID) -> Pledge:
    """Errors: PledgeNotFound."""
    pledge = await session.get(Pledge, pledge_id, with_for_update=True)
    if pledge is None:
        raise PledgeNotFound
    return pledge


def settled(amounts: Sequence[int], paid: int) -> Iterator[int]:
    """Yield how much of each instalment has come: what was paid settles the earliest first."""
    for amount in amounts:
        yield min(amount, paid)
        paid -= min(amount, paid)


def shown(row: Any) -> PledgeOut:
    pledge: Pledge = row[0]
    due, paid = int(row.due), int(row.paid)
    cancelled = pledge.cancelled_at is not None
    instalments = sorted(zip(row.days, row.amounts, strict=True))
    come = settled([amount for _, amount in instalments], paid)
    return PledgeOut.model_validate(
        {
            "id": pledge.id,
            "reference": pledge.reference,
            "campaign_id": pledge.campaign_id,
            "donor_id": pledge.donor_id,
            "pledged_on": pledge.pledged_on,
            "as_of": row.day,
            "state": "cancelled" if cancelled else "fulfilled" if paid >= pledge.amount else "open",
            "pledged": plain(pledge.unit, pledge.amount),
            "due": plain(pledge.unit, due),
            "paid": plain(pledge.unit, paid),
            "overdue": plain(pledge.unit, 0 if cancelled else max(due - paid, 0)),
            "instalments": [
                {
                    "due_on": due_on,
                    "scheduled": plain(pledge.unit, amount),
                    "actual": plain(pledge.unit, actual),
                }
                for (due_on, amount), actual in zip(instalments, come, strict=True)
            ],
            "recorded_by": pledge.recorded_by,
            "cancelled_because": pledge.cancelled_because,
            "version": pledge.version,
        }
    )
