"""What the loans of the district amount to, counted from the records themselves in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_COUNT = text(
    """
    with place as (
        select * from unnest(cast(:places as uuid[]), cast(:units as uuid[])) as place (area_id, unit)
    ), lent as (
        select place.unit,
               count(*) filter (where l.disbursed_on between :first and :last) as turns,
               count(distinct l.household_id) filter (where l.disbursed_on between :first and :last) as households,
               coalesce(sum(l.principal) filter (where l.disbursed_on between :first and :last), 0) as lent,
               coalesce(sum(l.principal) filter (where l.disbursed_on <= :last), 0) as ever
        from loans l left join place on place.area_id = l.area_id
        group by place.unit
    ), back as (
        select place.unit,
               coalesce(sum(r.amount) filter (where r.paid_on between :first and :last), 0) as repaid,
               coalesce(sum(a.principal) filter (where r.paid_on <= :last), 0) as principal
        from repayments r
        join repayment_allocations a on a.repayment_id = r.id and a.recorded_to is null
        join loans l on l.id = r.loan_id
        left join place on place.area_id = l.area_id
        group by place.unit
    )
    select lent.unit, lent.turns, lent.households, lent.lent, coalesce(back.repaid, 0) as repaid,
           lent.ever - coalesce(back.principal, 0) as outstanding
    from lent left join back on back.unit is not distinct from lent.unit
    """
)


@dataclass(frozen=True)
class Figures:
    """Of one unit, or of the whole where `unit` is None. Money in whole đồng."""

    unit: UUID | None
    turns: int = 0
    households: int = 0
    lent: int = 0
    repaid: int = 0
    outstanding: int = 0


async def figures(session: AsyncSession, first: date, last: date, places: Mapping[UUID, UUID | None]) -> list[Figures]:
    """Return what was lent and repaid from `first` to `last`, both included, and what was owed at the end of `last`.

    places: the unit that every area counts to; areas that are not in it count together under None.
    """
    values: dict[str, Any] = {
        "places": list(places.keys()),
        "units": list(places.values()),
        "first": first,
        "last": last,
    }
    rows = (await session.execute(_COUNT, values)).all()
    return [
        Figures(row.unit, row.turns, row.households, int(row.lent), int(row.repaid), int(row.outstanding))
        for row in rows
    ]
