"""Reads of donations: Core, and statements made once where they are hot (ADR on the cost of a request)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from kit.http import Keyset
from kit.statements import Statements
from services.funds.campaigns.models import Campaign
from services.funds.donations.models import Donation, DonationReversal
from services.funds.donations.schemas import DonationIn, DonationsQuery
from services.funds.donors.models import Donor
from services.funds.errors import CampaignNotFound, DonationNotFound, DonorNotFound
from services.funds.values import UNIT_OF_KIND, plain

NEWEST_FIRST: Final = Keyset((Donation.received_on, Donation.id), (date, UUID), descending=True)

INSERT: Final = insert(Donation.__table__)  # type: ignore[arg-type] # a Table, though typed as FromClause

_Survivor = aliased(Donor)
# A donor as seen: of those merged, the one who stands for both.
_FACES: Final = select(
    Donor.id,
    func.coalesce(_Survivor.id, Donor.id).label("face_id"),
    func.coalesce(_Survivor.name, Donor.name).label("name"),
).outerjoin(_Survivor, _Survivor.id == Donor.merged_into)
_Giver = _FACES.subquery("giver")
_Group = _FACES.subquery("credited")

# The campaign's key is locked as the foreign key would lock it anyway: a change of dates waits, givers do not.
_NAMED: Final = (
    select(
        Campaign.id,
        Campaign.name,
        Campaign.opens_on,
        Campaign.closes_on,
        Campaign.state,
        _Giver.c.id.label("donor_id"),
        _Giver.c.face_id.label("donor_face"),
        _Giver.c.name.label("donor_name"),
        _Group.c.id.label("group_id"),
        _Group.c.face_id.label("group_face"),
        _Group.c.name.label("group_name"),
    )
    .select_from(Campaign)
    .outerjoin(_Giver, _Giver.c.id == bindparam("donor"))
    .outerjoin(_Group, _Group.c.id == bindparam("group"))
    .where(Campaign.id == bindparam("campaign"))
    .with_for_update(read=True, key_share=True, of=Campaign)
)

SHOWN: Final = (
    select(
        Donation.id,
        Donation.reference,
        Donation.campaign_id,
        func.coalesce(_Giver.c.face_id, Donation.donor_id).label("donor_face"),
        _Giver.c.name.label("donor_name"),
        func.coalesce(_Group.c.face_id, Donation.on_behalf_of).label("group_face"),
        _Group.c.name.label("group_name"),
        Donation.unit,
        Donation.amount,
        Donation.valuation,
        Donation.valuation_basis,
        Donation.received_on,
        Donation.recorded_at,
        Donation.recorded_by,
        Donation.corrects,
        DonationReversal.kind,
        DonationReversal.reason,
        DonationReversal.reversed_on,
        DonationReversal.reversed_by,
    )
    .select_from(Donation)
    .outerjoin(_Giver, _Giver.c.id == Donation.donor_id)
    .outerjoin(_Group, _Group.c.id == Donation.on_behalf_of)
    .outerjoin(DonationReversal, DonationReversal.donation_id == Donation.id)
)
_ONE: Final = SHOWN.where(Donation.id == bindparam("donation"))


@dataclass(frozen=True)
class Named:
    """What a gift names: the campaign, its key locked, and who gave and who is credited, by id and name."""

    campaign: Campaign
    donor: tuple[UUID | None, str | None]
    group: tuple[UUID | None, str | None]


async def named(session: Statements, gift: DonationIn) -> Named:
    """Errors: CampaignNotFound, DonorNotFound."""
    asked = {"campaign": gift.campaign_id, "donor": gift.donor_id, "group": gift.on_behalf_of}
    row = (await session.execute(_NAMED, asked)).one_or_none()
    if row is None:
        raise CampaignNotFound
    if (row.donor_id, row.group_id) != (gift.donor_id, gift.on_behalf_of):
        raise DonorNotFound
    campaign = Campaign(id=row.id, name=row.name, opens_on=row.opens_on, closes_on=row.closes_on, state=row.state)
    return Named(campaign, (row.donor_face, row.donor_name), (row.group_face, row.group_name))


def columns(donation: Donation) -> dict[str, Any]:
    return {column.key: getattr(donation, column.key) for column in Donation.__table__.columns}


def _given_by(column: InstrumentedAttribute[UUID | None], name: str) -> ColumnElement[bool]:
    """Hold for the donor and for all who were merged into them."""
    return column.in_(select(Donor.id).where(or_(Donor.id == bindparam(name), Donor.merged_into == bindparam(name))))


_FILTERS: Final = {
    "campaign": Donation.campaign_id == bindparam("campaign"),
    "donor": _given_by(Donation.donor_id, "donor"),
    "on_behalf_of": _given_by(Donation.on_behalf_of, "on_behalf_of"),
    "unit": Donation.unit == bindparam("unit"),
    "from_": Donation.received_on >= bindparam("from_"),
    "to": Donation.received_on <= bindparam("to"),
}


def filters(query: DonationsQuery) -> dict[str, Any]:
    """Return the parameters of the filters that are set, by name."""
    asked = {
        "campaign": query.campaign,
        "donor": query.donor,
        "on_behalf_of": query.on_behalf_of,
        "unit": query.kind and UNIT_OF_KIND[query.kind],
        "from_": query.from_,
        "to": query.to,
    }
    return {name: value for name, value in asked.items() if value is not None}


@cache
def listed(filtered: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Return the list's statement for one set of filters, made once."""
    return SHOWN.where(*(_FILTERS[name] for name in sorted(filtered)))


async def one(session: Statements, donation_id: UUID) -> Sequence[Any]:
    """Errors: DonationNotFound, also for one outside the caller's reach."""
    row = (await session.execute(_ONE, {"donation": donation_id})).one_or_none()
    if row is None:
        raise DonationNotFound
    found: Sequence[Any] = row
    return found


def recorded(donation: Donation, found: Named) -> dict[str, Any]:
    """Return a donation just recorded in the shape of `DonationOut`, without reading it again."""
    return shown(
        (
            *(donation.id, donation.reference, donation.campaign_id, *found.donor, *found.group),
            *(donation.unit, donation.amount, donation.valuation, donation.valuation_basis),
            *(donation.received_on, donation.recorded_at, donation.recorded_by, donation.corrects),
            *(None, None, None, None),
        )
    )


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """Return a row of `SHOWN` in the shape of `DonationOut`, as plain values: the list is hot.

    Ids become text here: the driver's UUID is a class of its own, which the JSON writer does not know.
    """
    donation_id, reference, campaign_id, donor, donor_name, group, group_name, unit, amount, worth, basis = row[:11]
    received_on, recorded_at, recorded_by, corrects, kind, reason, reversed_on, reversed_by = row[11:]
    reversal = reason and {
        "kind": kind,
        "reason": reason,
        "reversed_on": reversed_on,
        "reversed_by": reversed_by,
    }
    return {
        "id": str(donation_id),
        "reference": reference,
        "campaign_id": str(campaign_id),
        "donor": donor and {"id": str(donor), "name": donor_name},
        "on_behalf_of": group and {"id": str(group), "name": group_name},
        "value": plain(unit, amount),
        "valuation": worth and {"worth": plain("VND", worth), "basis": basis},
        "received_on": received_on,
        "recorded_at": recorded_at,
        "recorded_by": recorded_by,
        "state": "reversed" if reversal else "recorded",
        "reversal": reversal,
        "corrects": corrects and str(corrects),
        "version": 2 if reversal else 1,
    }
