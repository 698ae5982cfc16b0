"""Accepted households written to the registry, so many in a transaction: all of it, its audit rows and its events."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.values.ids import new_id
from services.beneficiaries.households.models import Household
from services.beneficiaries.imports import checking
from services.beneficiaries.imports.models import Import

_SPAN: Final = text(
    "select max(number) from (select number from import_households where import_id = :import_id and not refused"
    " and not unchanged and number > :after order by number limit :most) as following"
)
_NEXT: Final = text(
    "select h.number, h.row_number, h.area_id, a.code as area, h.members,"
    " array(select cast(r.id as text) from import_rows r where r.import_id = h.import_id and r.household = h.number"
    "   order by r.row_number) as people"
    " from import_households h join areas a on a.id = h.area_id"
    " where h.import_id = :import_id and not h.refused and not h.unchanged and h.number > :after"
    " and h.number <= :until and not exists (select from imported_households i where i.digest = :digest"
    "   and i.number = h.number) order by h.number"
)
# Each household looked up by its number, its rows by it: `offset 0` keeps the planner, who knows nothing yet of rows
# that came a moment ago, from comparing each with each.
_NEW: Final = (
    "unnest(cast(:numbers as int[]), cast(:ids as uuid[]), cast(:codes as text[]), cast(:places as uuid[]))"
    " as w (number, id, code, place) cross join lateral (select k.* from import_households k"
    " where k.import_id = :import_id and k.number = w.number offset 0) h"
)
_ROWS: Final = f"""{_NEW} cross join lateral (select k.* from import_rows k
    where k.import_id = :import_id and k.household = w.number offset 0) r
"""  # noqa: S608 - no input in it
_HOUSEHOLDS: Final = f"""
    insert into households (id, code, area_id, village, address, registered_on, names, version)
    select w.id, w.code, h.area_id, h.village, h.address, h.registered_on,
           (select string_agg(' ' || r.folded || ' |', '' order by r.row_number) from import_rows r
            where r.import_id = :import_id and r.household = w.number), 1
    from {_NEW}
"""  # noqa: S608 - no input in it
_PLACES: Final = f"""
    insert into household_places (id, household_id, area_id, village, address, valid_from)
    select w.place, w.id, h.area_id, h.village, h.address, h.registered_on from {_NEW}
"""  # noqa: S608
_PEOPLE: Final = f"""
    insert into people (id, area_id, full_name, sex, birth_date, birth_precision, ethnicity, identity_sealed,
        identity_index, phone_sealed, phone_index)
    select r.id, h.area_id, r.full_name, r.sex, r.birth_date, r.birth_precision, r.ethnicity, r.identity_sealed,
           r.identity_index, r.phone_sealed, r.phone_index
    from {_ROWS}
"""  # noqa: S608
_MEMBERSHIPS: Final = f"""
    insert into memberships (id, household_id, person_id, relation, joined_on)
    select r.membership_id, w.id, r.id, r.relation, r.joined_on from {_ROWS}
"""  # noqa: S608
_PARENTAGES: Final = f"""
    insert into parentages (id, child_id, parent_id, kind, valid_from, recorded_by)
    select gen_random_uuid(), r.id, p.parent_id, p.kind, r.birth_date, :by
    from {_ROWS} cross join lateral (values ('mother', r.mother_id), ('father', r.father_id)) p (kind, parent_id)
    where p.parent_id is not null
"""  # noqa: S608
_BUSINESS_KEYS: Final = f"""
    insert into imported_households (household_id, import_id, digest, number)
    select w.id, :import_id, :digest, w.number from {_NEW}
"""  # noqa: S608
_WRITES: Final = tuple(map(text, (_HOUSEHOLDS, _PLACES, _PEOPLE, _MEMBERSHIPS, _PARENTAGES, _BUSINESS_KEYS)))
_ACTION: Final = "household.registered"


async def spans(session: AsyncSession, found: Import, most: int, lanes: int) -> list[tuple[int, int]]:
    """Return where the next households stand, `most` in each span: after one number and until another."""
    after, made = found.written_to, []
    for _ in range(lanes):
        until = await session.scalar(_SPAN, {"import_id": found.id, "after": after, "most": most})
        if until is None:
            break
        made.append((after, until))
        after = until
    return made


async def write(session: AsyncSession, found: Import, after: int, until: int) -> tuple[int, int]:
    """Write the households of a span that are not written yet; return how many, and how many members.

    Numbers are held against the registry once more: somebody may have been registered since the check.
    """
    span = {"import_id": found.id, "after": after, "until": until, "digest": found.digest}
    await checking.taken_numbers(session, found, after, until)
    rows = (await session.execute(_NEXT, span)).all()
    new = {
        "numbers": [row.number for row in rows],
        "ids": [new_id() for _ in rows],
        "codes": [Household.new_code() for _ in rows],
        "places": [new_id() for _ in rows],
    }
    for statement in _WRITES:
        await session.execute(statement, {**new, "import_id": found.id, "digest": found.digest, "by": found.sent_by})
    if rows:
        await _tell(session, found, rows, new["ids"])
    return len(rows), sum(row.members for row in rows)


async def _tell(session: AsyncSession, found: Import, rows: Any, ids: list[Any]) -> None:
    changes = [
        (
            household,
            {
                "area": row.area,
                "area_id": str(row.area_id),
                "import_id": str(found.id),
                "row": row.row_number,
                "members": row.people,
            },
        )
        for household, row in zip(ids, rows, strict=True)
    ]
    await audit.record_all(session, found.sender, _ACTION, "household", changes, request=found.request_id)
    facts = [
        (str(household), {"household_id": household, "area_id": row.area_id, "version": 1})
        for household, row in zip(ids, rows, strict=True)
    ]
    await outbox.add_all(session, _ACTION, facts)
