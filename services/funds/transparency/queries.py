"""What the public may see, and nothing else: only the owner's public views and function are read here.

They carry no donor who did not agree, no household and no number of households below five.
"""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, MetaData, Select, Table, Text, Uuid, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from kit.values.reference import read_reference
from services.funds.rounds.queries import values
from services.funds.transparency.schemas import PublicDonation, PublicDonationsQuery, Use
from services.funds.values import plain

_donations = Table(
    "public_donations",
    MetaData(),
    Column("id", Uuid),
    Column("reference", Text),
    Column("campaign_id", Uuid),
    Column("unit", Text),
    Column("amount"),
    Column("received_on", Date),
    Column("donor", Text),
    Column("reversed", Boolean),
    Column("on_behalf_of", Text),
)
_uses = Table(
    "public_uses",
    MetaData(),
    Column("id", Uuid),
    Column("campaign_id", Uuid),
    Column("kind", Text),
    Column("occasion", Text),
    Column("given_on", Date),
    Column("money"),
    Column("rice_g"),
)
MOST_USES: Final = 200

NEWEST_FIRST: Final = Keyset((_donations.c.received_on, _donations.c.id), (date, UUID), descending=True)


async def counts(session: AsyncSession, campaign_id: UUID) -> tuple[int, int, int | None]:
    """Return how many donations, rounds given, and households reached (None for one to four of them)."""
    donations = select(func.count()).where(_donations.c.campaign_id == campaign_id, ~_donations.c.reversed)
    uses = select(func.count()).where(_uses.c.campaign_id == campaign_id)
    row = (
        await session.execute(
            select(donations.scalar_subquery(), uses.scalar_subquery(), func.public_households_reached(campaign_id))
        )
    ).one()
    return row[0], row[1], row[2]


async def uses_of(session: AsyncSession, campaign_id: UUID) -> list[Use]:
    """Return the rounds given last, at most `MOST_USES`."""
    rows = await session.execute(
        select(_uses.c.kind, _uses.c.occasion, _uses.c.given_on, _uses.c.money, _uses.c.rice_g)
        .where(_uses.c.campaign_id == campaign_id)
        .order_by(_uses.c.given_on.desc(), _uses.c.id.desc())
        .limit(MOST_USES)
    )
    return [
        Use.model_validate(
            {
                "kind": row.kind,
                "occasion": row.occasion,
                "on": row.given_on,
                "values": values(row.money, row.rice_g),
            }
        )
        for row in rows
    ]


async def donations_of(
    session: AsyncSession, campaign_id: UUID, query: PublicDonationsQuery
) -> tuple[list[PublicDonation], str | None]:
    """Errors: BadCursor."""
    rows, following = await NEWEST_FIRST.rows(
        session, _listed(campaign_id, query), query, lambda row: (row.received_on, row.id)
    )
    return [
        PublicDonation.model_validate(
            {
                "reference": row.reference,
                "donor": row.donor,
                "on_behalf_of": row.on_behalf_of,
                "value": plain(row.unit, row.amount),
                "received_on": row.received_on,
                "reversed": row.reversed,
            }
        )
        for row in rows
    ], following


def _listed(campaign_id: UUID, query: PublicDonationsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(_donations).where(_donations.c.campaign_id == campaign_id)
    if query.reference is not None:
        reference = read_reference(query.reference, "DN")
        statement = statement.where(_donations.c.reference == reference if reference else false())
    return statement
