"""The floor of `benchmarks/reviews.py`: the same work in plain SQL, over tables without rules.

A floor may leave out what only the service promises, but it gives the same rows: those of one campaign, its lines and
day written into the statement. Where a form of the service shows a figure, the floor computes it.
"""

from typing import Any, Final
from uuid import UUID

_TABLES: Final = (
    "households",
    "household_places",
    "memberships",
    "people",
    "poverty_statuses",
    "review_campaigns",
    "review_cases",
    "review_requests",
    "review_forms",
    "review_form_deprivations",
    "review_form_causes",
    "poverty_certificates",
)
_SCORED: Final = ("review_cases", "review_forms", "review_form_deprivations", "review_form_causes")

DRAW: Final = (
    """
    insert into bare.review_cases (id, campaign_id, household_id, origin, village, status_before, state)
    select uuid_now(), r.id, h.id, 'list', h.village, s.status, 'scoring'
    from bare.review_campaigns r
    join bare.households h on h.area_id = r.area_id and h.dissolved_on is null and h.registered_on <= r.list_on
    join bare.poverty_statuses s on s.household_id = h.id and s.recorded_to is null and s.status <> 'none'
        and s.valid_from <= r.list_on and (s.valid_to is null or s.valid_to > r.list_on)
    order by h.village, h.id
    """,
    "select state, count(*) from bare.review_cases group by 1",
)

CLASSIFY: Final = (
    """
    update bare.review_cases c set state = 'classified', version = c.version + 1, changed_at = now(),
        low_income = f.income <= 1500000, deprivations = f.many,
        class = case when f.income > 1500000 then 'none' when f.many >= 3 then 'poor' else 'near_poor' end
    from (select f.case_id, f.income, count(d.indicator) as many from bare.review_forms f
        left join bare.review_form_deprivations d on d.form_id = f.id where f.superseded_at is null group by f.id) f
    where c.id = f.case_id and c.state = 'scored'
    """,
    "select state, count(*) from bare.review_cases group by 1",
)

DECIDE: Final = (
    (
        "update bare.poverty_statuses s set recorded_to = now() from bare.review_cases c"
        " where s.household_id = c.household_id and s.recorded_to is null and s.valid_to is null"
    ),
    (
        "insert into bare.poverty_statuses (id, household_id, status, valid_from, valid_to, standard, decision_number,"
        " decided_by, recorded_from) select uuid_now(), s.household_id, s.status, s.valid_from, date '2026-01-01',"
        " s.standard, s.decision_number, s.decided_by, now() from bare.poverty_statuses s where s.recorded_to = now()"
    ),
    (
        "insert into bare.poverty_statuses (id, household_id, status, valid_from, standard, decision_number, decided_by,"
        " recorded_from) select uuid_now(), household_id, class, date '2026-01-01', 'decree-07-2021', '215', 'x', now()"
        " from bare.review_cases"
    ),
    (
        "insert into bare.poverty_certificates (id, code, campaign_id, case_id, household_id, class, issued_on, issued_by)"
        " select uuid_now(), c.id::text, c.campaign_id, c.id, c.household_id, c.class, date '2025-12-10', 'x'"
        " from bare.review_cases c where c.class <> 'none'"
    ),
    (
        "insert into bare.outbox (id, type, subject, data) select uuid_now(), 'poverty_status.decided', household_id,"
        " jsonb_build_object('household_id', household_id) from bare.review_cases"
    ),
    (
        "update bare.review_cases set state = 'decided', version = version + 1, changed_at = now(),"
        " outcome = case when class <> 'none' then 'certificate' else 'left' end"
    ),
    "update bare.review_campaigns set state = 'decided', valid_from = date '2026-01-01'",
)

_DAY: Final = "date '2026-01-01'"
_BEFORE: Final = "date '2025-01-01'"


def _on(alias: str, first: str = "valid_from", last: str = "valid_to", day: str = _DAY) -> str:
    return f"{alias}.recorded_to is null and {alias}.{first} <= {day} and ({alias}.{last} is null or {alias}.{last} > {day})"


def _placed(day: str = _DAY, join: str = "left join") -> str:
    return (
        f"select p.household_id, p.area_id, p.village, coalesce(s.status, 'none') as status from bare.household_places p"
        f" {join} bare.poverty_statuses s on s.household_id = p.household_id and s.status <> 'none'"
        f" and {_on('s', day=day)} where {_on('p', day=day)}"
    )


_LISTED = _placed(join="join")
_REVIEWED = (
    "select distinct on (c.household_id, c.class) c.household_id, c.class, c.id, c.deprivations"
    " from bare.review_cases c join bare.review_campaigns r on r.id = c.campaign_id"
    " where r.state = 'decided' and r.valid_from <= date '2026-01-01'"
    " order by c.household_id, c.class, r.valid_from desc"
)
_FORMED = (
    f"with listed as ({_LISTED}), reviewed as ({_REVIEWED}), formed as (select l.*, f.id as form_id from listed l"
    " join reviewed r on r.household_id = l.household_id and r.class = l.status"
    " join bare.review_forms f on f.case_id = r.id and f.superseded_at is null)"
)
_MEMBER = _on("m", "joined_on", "left_on")
_TOTALS = f"select area_id, status, count(*) from ({_LISTED}) l group by 1, 2"
_RESULT = (
    "select area_id, count(*), count(*) filter (where status = 'poor'), count(*) filter (where status = 'near_poor')"
    f" from ({_placed()}) l group by 1"
)
_MOVED = (
    f"with first as ({_placed(_BEFORE)}), last as ({_placed()}), earlier as (select household_id,"
    " array_agg(distinct status order by status) as lists from bare.poverty_statuses where status <> 'none'"
    " and valid_from < date '2025-01-01' and recorded_to is null group by 1) select f.area_id, l.area_id, f.status,"
    " l.status, e.lists, count(*) from first f full join last l using (household_id) left join earlier e using"
    " (household_id) where coalesce(f.status, 'none') <> 'none' or coalesce(l.status, 'none') <> 'none'"
    " group by 1, 2, 3, 4, 5"
)
_DEPRIVED = (
    f"{_FORMED} select f.area_id, f.status, d.indicator, count(*) from formed f"
    " join bare.review_form_deprivations d using (form_id) group by 1, 2, 3"
)
_CAUSED = (
    f"{_FORMED} select f.area_id, f.status, c.cause, count(*) from formed f"
    " join bare.review_form_causes c using (form_id) group by 1, 2, 3"
)
_FAMILIES = (
    f"with housed as ({_placed()}), families as (select m.household_id, count(*) as people,"
    f" count(*) filter (where p.birth_date > {_DAY} - interval '16 years') as children,"
    f" count(*) filter (where p.birth_date <= {_DAY} - interval '60 years') as old,"
    " bool_or(m.relation = 'head' and p.sex = 'female') as woman,"
    " bool_or(m.relation = 'head' and p.ethnicity <> '01') as minority"
    f" from bare.memberships m join bare.people p on p.id = m.person_id where {_MEMBER} group by 1)"
    " select area_id, status, count(*), sum(people), count(*) filter (where minority), sum(people) filter (where"
    " minority), count(*) filter (where woman), sum(children), count(*) filter (where children > 0),"
    " count(*) filter (where old > 0), count(*) filter (where children + old = people)"
    " from housed left join families using (household_id) group by 1, 2"
)
_ETHNIC = (
    f"with listed as ({_LISTED}) select l.area_id, l.status, p.ethnicity, count(*) from listed l"
    f" join bare.memberships m on m.household_id = l.household_id and m.relation = 'head' and {_MEMBER}"
    " join bare.people p on p.id = m.person_id group by 1, 2, 3"
)
_CHILDREN = (
    f"{_FORMED}, minors as (select m.household_id, count(*) as many from bare.memberships m join bare.people p"
    f" on p.id = m.person_id where {_MEMBER} and p.birth_date > {_DAY} - interval '16 years' group by 1)"
    " select f.area_id, f.status, d.indicator, sum(many) from formed f join minors using (household_id)"
    " join bare.review_form_deprivations d using (form_id) group by 1, 2, 3"
)
_DEPTHS = (
    f"with listed as ({_LISTED}), reviewed as ({_REVIEWED}) select l.area_id, l.status, least(r.deprivations, 5),"
    " count(*) from listed l left join reviewed r on r.household_id = l.household_id and r.class = l.status"
    " group by 1, 2, 3"
)


def _households(status: str) -> str:
    return (
        f"with listed as ({_LISTED}), families as (select m.household_id, count(*) as many from bare.memberships m"
        f" where {_MEMBER} group by 1) select l.household_id, h.code, p.full_name, l.village, l.area_id, f.many"
        " from listed l join bare.households h on h.id = l.household_id left join bare.memberships m"
        f" on m.household_id = l.household_id and m.relation = 'head' and {_MEMBER}"
        " left join bare.people p on p.id = m.person_id left join families f on f.household_id = l.household_id"
        f" where l.status = '{status}' order by l.household_id limit 50001"
    )


FORMS: Final[dict[int, tuple[str, ...]]] = {
    1: (_RESULT,),
    2: (_MOVED,),
    3: (_MOVED,),
    4: (_DEPRIVED, _TOTALS),
    5: (_DEPRIVED, _TOTALS),
    6: (_DEPRIVED, _TOTALS),
    7: (_DEPRIVED, _TOTALS),
    8: (_FAMILIES,),
    9: (_ETHNIC, _TOTALS),
    10: (_CAUSED, _TOTALS),
    11: (_FAMILIES, _CHILDREN),
    12: (_FAMILIES, _DEPTHS),
    13: (_FAMILIES, _DEPTHS),
    14: (_households("near_poor"),),
    15: (_households("poor"),),
}


async def copy(root: Any, review: UUID) -> None:
    """Make the tables of the floor, with the indexes of the service's and none of its other rules."""
    await root.execute("create schema bare")
    for table in _TABLES:
        await root.execute(f"create table bare.{table} (like public.{table} including defaults including indexes)")
        await root.execute(f"insert into bare.{table} select * from public.{table}")
    await root.execute("create table bare.outbox (id uuid primary key, type text, subject uuid, data jsonb)")
    await root.execute("delete from bare.review_campaigns where id <> $1", review)
    await root.execute("analyze")


async def copy_forms(root: Any) -> None:
    """Give the floor the forms, and the list they belong to."""
    for table in _SCORED:
        await root.execute(f"truncate bare.{table}")
        await root.execute(f"insert into bare.{table} select * from public.{table}")
    await root.execute("analyze")
