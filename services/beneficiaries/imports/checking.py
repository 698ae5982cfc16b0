"""What only shows in the whole file, or against what is registered: in SQL, over all rows at once."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.errors import IdentityNumberTaken, PersonInAnotherHousehold
from services.beneficiaries.imports.errors import HouseholdScattered, InTwoHouseholds
from services.beneficiaries.imports.models import Import

# Rows that came a moment ago are unknown to the planner's statistics: it would compare each with each.
_AS_A_WHOLE: Final = (text("set local statement_timeout = '5min'"), text("set local enable_nestloop = off"))
# Written by an earlier import of this very file, which may have been ended half-way: not again.
_UNCHANGED: Final = text(
    "update import_households h set unchanged = true, refused = false from imported_households i"
    " where h.import_id = :import_id and i.digest = :digest and i.number = h.number"
)
_FORGIVEN: Final = text(
    "delete from import_errors e using import_households h where e.import_id = :import_id"
    " and h.import_id = e.import_id and h.number = e.household and h.unchanged"
)
# No input stands in any of these texts.
_TELL: Final = "insert into import_errors (import_id, household, row_number, id, sheet, field, code)"
_SCATTERED: Final = text(
    f"{_TELL} select h.import_id, h.number, h.row_number, gen_random_uuid(), h.sheet, 'household', :code"  # noqa: S608
    " from (select *, count(*) over (partition by key) as times from import_households where import_id = :import_id) h"
    " where h.times > 1 and h.key <> '' and not h.unchanged"
)
_TWICE: Final = text(
    f"{_TELL} select r.import_id, r.household, r.row_number, gen_random_uuid(), r.sheet, 'identity_number', :code"  # noqa: S608
    " from (select *, count(*) over (partition by identity_index) as times from import_rows"
    "   where import_id = :import_id and identity_index is not null) r"
    " where r.times > 1 and not exists (select from import_households h where h.import_id = r.import_id"
    "   and h.number = r.household and h.unchanged)"
)
_TAKEN: Final = text(
    "with asked as (select array_agg(r.identity_index order by r.id) as indexes,"
    "   array_agg(r.joined_on order by r.id) as days from import_rows r"
    "   join import_households h on h.import_id = r.import_id and h.number = r.household"
    "   where r.import_id = :import_id and r.identity_index is not null and not h.refused and not h.unchanged"
    "     and h.number > :after and h.number <= :until"
    "     and not exists (select from imported_households i where i.digest = :digest and i.number = h.number)),"
    " taken as materialized (select t.* from asked, numbers_taken(asked.indexes, asked.days) t)"
    "insert into import_errors (import_id, household, row_number, id, sheet, field, code)"
    " select r.import_id, r.household, r.row_number, gen_random_uuid(), r.sheet, 'identity_number',"
    " case when t.in_household then :elsewhere else :taken end"
    " from taken t join import_rows r on r.import_id = :import_id and r.identity_index = t.number"
    "   and r.household > :after and r.household <= :until"
)
_REFUSE: Final = text(
    "update import_households h set refused = true where h.import_id = :import_id and not h.refused"
    " and not h.unchanged and h.number > :after and h.number <= :until and exists (select from import_errors e"
    " where e.import_id = h.import_id and e.household = h.number)"
)
_SUMS: Final = text(
    "update imports i set rows_read = s.rows, rows_refused = s.rows_refused, rows_unchanged = s.rows_unchanged,"
    " households_refused = s.refused, households_unchanged = s.unchanged,"
    " rows_accepted = case when :whole then s.rows - s.rows_refused - s.rows_unchanged else 0 end,"
    " households_accepted = case when :whole then s.households - s.refused - s.unchanged else 0 end"
    " from (select coalesce(sum(members), 0) as rows, count(*) as households,"
    "   coalesce(sum(members) filter (where refused), 0) as rows_refused, count(*) filter (where refused) as refused,"
    "   coalesce(sum(members) filter (where unchanged), 0) as rows_unchanged,"
    "   count(*) filter (where unchanged) as unchanged from import_households where import_id = :import_id) s"
    " where i.id = :import_id"
)
_ALL: Final = {"after": 0, "until": (1 << 31) - 1}


async def check(session: AsyncSession, found: Import) -> None:
    """Refuse households by what other rows and the registry say, and count."""
    asked: dict[str, Any] = {"import_id": found.id}
    for setting in _AS_A_WHOLE:
        await session.execute(setting)
    await session.execute(_UNCHANGED, {**asked, "digest": found.digest})
    await session.execute(_FORGIVEN, asked)
    await session.execute(_SCATTERED, {**asked, "code": HouseholdScattered.slug()})
    await session.execute(_TWICE, {**asked, "code": InTwoHouseholds.slug()})
    await taken_numbers(session, found)
    await count(session, found.id, whole=found.dry_run)


async def taken_numbers(session: AsyncSession, found: Import, after: int = 0, until: int = _ALL["until"]) -> None:
    """Refuse households after one and until another in which somebody carries a number that is registered."""
    span = {"import_id": found.id, "after": after, "until": until}
    codes = {"elsewhere": PersonInAnotherHousehold.slug(), "taken": IdentityNumberTaken.slug()}
    await session.execute(_TAKEN, {**span, **codes, "digest": found.digest})
    await session.execute(_REFUSE, span)


async def count(session: AsyncSession, import_id: UUID, *, whole: bool) -> None:
    """Bring the sums of an import up to date.

    whole: nothing is left to be written, so that what is neither refused nor unchanged is accepted.
    """
    await session.execute(_SUMS, {"import_id": import_id, "whole": whole})
