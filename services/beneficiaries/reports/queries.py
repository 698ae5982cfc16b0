"""What the forms count: each a statement over all households of a day, whatever their number."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.areas.models import Atlas, Unit
from services.beneficiaries.poverty_rate.queries import with_code

_LISTED = """
    select p.household_id, p.area_id, p.village, s.status
    from household_places p
    join poverty_statuses s on s.household_id = p.household_id and s.status <> 'none' and s.recorded_to is null
        and s.valid_from <= :day and (s.valid_to is null or s.valid_to > :day)
    where p.recorded_to is null and p.valid_from <= :day and (p.valid_to is null or p.valid_to > :day)
"""
# The form of the last decided review that gave the household the status it has.
_FORMS = """
    select l.*, f.id as form_id from listed l
    cross join lateral (
        select k.id from review_cases k join review_campaigns r on r.id = k.campaign_id
        where k.household_id = l.household_id and r.state = 'decided' and r.valid_from <= :day and k.class = l.status
        order by r.valid_from desc, r.id desc limit 1
    ) review
    join review_forms f on f.case_id = review.id and f.superseded_at is null
"""
_HELD = """m.recorded_to is null and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)"""
# The review behind a status that has one; others were decided without.
_DEPTHS = """
    select l.area_id, l.status, case when r.deprivations is null then '' else least(r.deprivations, 5)::text end as key,
           count(*) as n
    from listed l
    left join lateral (
        select k.deprivations from review_cases k join review_campaigns r on r.id = k.campaign_id
        where k.household_id = l.household_id and r.state = 'decided' and r.valid_from <= :day and k.class = l.status
        order by r.valid_from desc, r.id desc limit 1
    ) r on true
    group by 1, 2, 3
"""
_BY = {
    "status": text(
        f"with listed as ({_LISTED})"  # noqa: S608
        " select area_id, status, '' as key, count(*) as n from listed group by 1, 2"
    ),
    "deprivation": text(
        f"with listed as ({_LISTED}), formed as ({_FORMS})"  # noqa: S608 - of constants
        " select f.area_id, f.status, d.indicator as key, count(*) as n"
        " from formed f join review_form_deprivations d on d.form_id = f.form_id group by 1, 2, 3"
    ),
    "cause": text(
        f"with listed as ({_LISTED}), formed as ({_FORMS})"  # noqa: S608
        " select f.area_id, f.status, c.cause as key, count(*) as n"
        " from formed f join review_form_causes c on c.form_id = f.form_id group by 1, 2, 3"
    ),
    "ethnicity": text(
        f"with listed as ({_LISTED})"  # noqa: S608
        " select l.area_id, l.status, p.ethnicity as key, count(*) as n from listed l"
        " join memberships m on m.household_id = l.household_id and m.relation = 'head' and m.recorded_to is null"
        "  and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)"
        " join people p on p.id = m.person_id group by 1, 2, 3"
    ),
    "child": text(
        f"with listed as ({_LISTED}), formed as ({_FORMS}), minors as ("  # noqa: S608
        " select m.household_id, count(*) as many from memberships m join people p on p.id = m.person_id"
        f" where {_HELD} and p.birth_date > cast(:day as date) - interval '16 years' group by 1)"
        " select f.area_id, f.status, d.indicator as key, sum(c.many)::bigint as n"
        " from formed f join minors c on c.household_id = f.household_id"
        " join review_form_deprivations d on d.form_id = f.form_id group by 1, 2, 3"
    ),
    "depth": text(f"with listed as ({_LISTED}) {_DEPTHS}"),
}
_FAMILIES = text(
    f"""
    with families as (
        select m.household_id, count(*) as people,
               count(*) filter (where p.birth_date > cast(:day as date) - interval '16 years') as children,
               count(*) filter (where p.birth_date <= cast(:day as date) - interval '60 years') as old,
               bool_or(m.relation = 'head' and p.sex = 'female') as woman,
               bool_or(m.relation = 'head' and p.ethnicity <> '01') as minority
        from memberships m join people p on p.id = m.person_id where {_HELD} group by 1
    )
    select h.area_id, coalesce(s.status, 'none') as status, count(*) as households,
           coalesce(sum(f.people), 0)::bigint as people, count(*) filter (where f.minority) as minority,
           coalesce(sum(f.people) filter (where f.minority), 0)::bigint as minority_people,
           count(*) filter (where f.woman) as women, coalesce(sum(f.children), 0)::bigint as children,
           count(*) filter (where f.children > 0) as with_children, count(*) filter (where f.old > 0) as with_old,
           count(*) filter (where f.children + f.old = f.people) as without_workers
    from household_places h
    left join poverty_statuses s on s.household_id = h.household_id and s.status <> 'none' and s.recorded_to is null
        and s.valid_from <= :day and (s.valid_to is null or s.valid_to > :day)
    left join families f on f.household_id = h.household_id
    where h.recorded_to is null and h.valid_from <= :day and (h.valid_to is null or h.valid_to > :day)
    group by 1, 2
    """  # noqa: S608
)
_INDICATORS = text(
    "select i.code, i.title_vi from poverty_indicators i join poverty_rules r on r.id = i.rules_id"
    " join poverty_standards s on s.code = r.standard where r.recorded_to is null and s.valid_from <= :day"
    " and s.valid_to > :day order by i.number"
)
_CAUSES = text("select code, title_vi from poverty_causes order by number")
_GROUPS = text("select code, name as title_vi from ethnic_groups order by code")
TITLES = {"deprivation": _INDICATORS, "child": _INDICATORS, "cause": _CAUSES, "ethnicity": _GROUPS}
_LIST = text(
    f"""
    with listed as ({_LISTED})
    select l.household_id, h.code, coalesce(head.full_name, '') as head_name, l.village, l.area_id, counted.members
    from listed l
    join households h on h.id = l.household_id
    left join memberships m on m.household_id = l.household_id and m.relation = 'head' and m.recorded_to is null
        and m.joined_on <= :day and (m.left_on is null or m.left_on > :day)
    left join people head on head.id = m.person_id
    cross join lateral (select count(*) as members from memberships o where o.household_id = l.household_id
        and o.recorded_to is null and o.joined_on <= :day and (o.left_on is null or o.left_on > :day)) counted
    where l.status = :status and l.area_id = any (:units)
        and (cast(:after as uuid) is null or l.household_id > :after)
    order by l.household_id limit :most
    """  # noqa: S608
)

Counts = Mapping[tuple[UUID | None, str, str], int]


@dataclass(frozen=True)
class Map:
    """The communes of a day, and which of them are asked for."""

    atlas: Atlas
    day: date
    units: list[Unit]

    @classmethod
    def of(cls, atlas: Atlas, day: date, code: str | None) -> "Map":
        """Errors: AreaNotFound."""
        return cls(atlas, day, atlas.on(day) if code is None else [with_code(atlas, day, code)])

    def held(self) -> list[UUID]:
        """Return every unit of any time that lies in those asked for."""
        wanted = {unit.id for unit in self.units}
        return [unit for unit, place in self.atlas.places(self.day).items() if place in wanted]


async def counts(session: AsyncSession, kind: str, day: date, on: Map) -> Counts:
    """Return the caller's listed households by (commune, status, key)."""
    found: dict[tuple[UUID | None, str, str], int] = defaultdict(int)
    for row in await session.execute(_BY[kind], {"day": day}):
        found[on.atlas.place(row.area_id, on.day), row.status, row.key] += row.n
    return found


@dataclass
class Families:
    """Households of one place and status, and who lives in them.

    minority, women: by the head, whose ethnic group is not Kinh, or who is a woman. children: under 16; old: from 60.
    """

    households: int = 0
    people: int = 0
    minority: int = 0
    minority_people: int = 0
    women: int = 0
    children: int = 0
    with_children: int = 0
    with_old: int = 0
    without_workers: int = 0

    def __add__(self, other: "Families") -> "Families":
        return Families(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


async def families(session: AsyncSession, day: date, on: Map) -> Mapping[tuple[UUID | None, str], Families]:
    """Return all of the caller's households by (commune, status), also those that are on no list."""
    found: dict[tuple[UUID | None, str], Families] = defaultdict(Families)
    for row in await session.execute(_FAMILIES, {"day": day}):
        here = Families(**{one.name: getattr(row, one.name) for one in fields(Families)})
        found[on.atlas.place(row.area_id, on.day), row.status] += here
    return found


async def titles(session: AsyncSession, kind: str, day: date) -> list[tuple[str, str]]:
    """Return code and Vietnamese title of what a form counts, in its order."""
    statement = TITLES[kind]
    rows = await session.execute(statement, {"day": day} if statement is _INDICATORS else {})
    return [(row.code, row.title_vi) for row in rows]


async def listed(session: AsyncSession, status: str, day: date, on: Map, after: UUID | None, most: int) -> list[Any]:
    """Return the caller's households of one status after a household, at most so many."""
    asked = {"day": day, "status": status, "units": on.held(), "after": after, "most": most}
    return list(await session.execute(_LIST, asked))
