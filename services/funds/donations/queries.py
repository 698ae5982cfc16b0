"""Reads of donations: Core, and statements made once where they are hot (ADR on the cost of a request)."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, insert, select

from kit.http import Keyset
from kit.statements import Statements
from services.funds.campaigns.models import Campaign
from services.funds.donations.models import Donation, DonationReversal
from services.funds.donations.schemas import DonationsQuery
from services.funds.donors.models import Donor
from services.funds.errors import CampaignNotFound, DonationNotFound, DonorNotFound
from services.funds.values import UNIT_OF_KIND, plain

NEWEST_FIRST: Final = Keyset((Donation.received_on, Donation.id), (date, UUID), descending=True)

INSERT: Final = insert(Donation.__table__)  # type: ignore[arg-type] # a Table, though typed as FromClause

# The campaign's key is locked as the foreign key would lock it anyway: a change of dates waits, givers do not.
_CAMPAIGN: Final = (
    select(
        Campaign.id,
        Campaign.name,
        Campaign.opens_on,
        Campaign.closes_on,
        Campaign.state,
        Donor.id.label("donor_id"),
        Donor.name.label("donor_name"),
    )
    .outerjoin(Donor, Donor.id == bindparam("donor"))
    .where(Campaign.id == bindparam("campaign"))
    .with_for_update(read=True, key_share=True, of=Campaign)
)

SHOWN: Final = (
    select(
        Donation.id,
        Donation.reference,
        Donation.campaign_id,
        Donation.donor_id,
        Donor.name.label("donor_name"),
        Donation.unit,
        Donation.amount,
        Donation.received_on,
        Donation.recorded_at,
        Donation.recorded_by,
        DonationReversal.reason,
        DonationReversal.reversed_on,
        DonationReversal.reversed_by,
    )
    .outerjoin(Donor, Donor.id == Donation.donor_id)
    .outerjoin(DonationReversal, DonationReversal.donation_id == Donation.id)
)
_ONE: Final = SHOWN.where(Donation.id == bindparam("donation"))


async def campaign_and_donor(
    session: Statements, campaign_id: UUID, donor_id: UUID | None
) -> tuple[Campaign, str | None]:
    """Return the campaign, its key locked, and the donor's name. Errors: CampaignNotFound, DonorNotFound."""
    found = await session.execute(_CAMPAIGN, {"campaign": campaign_id, "donor": donor_id})
    row = found.one_or_none()
    if row is None:
        raise CampaignNotFound
    if row.donor_id != donor_id:
        raise DonorNotFound
    campaign = Campaign(id=row.id, name=row.name, opens_on=row.opens_on, closes_on=row.closes_on, state=row.state)
    return campaign, row.donor_name


_FILTERS: Final = {
    "campaign": Donation.campaign_id == bindparam("campaign"),
    "donor": Donation.donor_id == bindparam("donor"),
    "unit": Donation.unit == bindparam("unit"),
    "from_": Donation.received_on >= bindparam("from_"),
    "to": Donation.received_on <= bindparam("to"),
}


def filters(query: DonationsQuery) -> dict[str, Any]:
    """Return the parameters of the filters that are set, by name."""
    asked = {
        "campaign": query.campaign,
        "donor": query.donor,
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


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """Return a row of `SHOWN` in the shape of `DonationOut`, as plain values: the list is hot.

    Ids become text here: the driver's UUID is a class of its own, which the JSON writer does not know.
    """
    (
        donation_id,
        reference,
        campaign_id,
        donor_id,
        donor_name,
        unit,
        amount,
        received_on,
        recorded_at,
        recorded_by,
        reason,
        reversed_on,
        reversed_by,
    ) = row
    reversal = reason and {"reason": reason, "reversed_on": reversed_on, "reversed_by": reversed_by}
    return {
        "id": str(donation_id),
        "reference": reference,
        "campaign_id": str(campaign_id),
        "donor": donor_id and {"id": str(donor_id), "name": donor_name},
        "value": plain(unit, amount),
        "received_on": received_on,
        "recorded_at": recorded_at,
        "recorded_by": recorded_by,
        "state": "reversed" if reversal else "recorded",
        "reversal": reversal,
        "version": 2 if reversal else 1,
    }
