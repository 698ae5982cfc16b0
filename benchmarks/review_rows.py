"""The rows of a commune under review, made by a few statements of a superuser past all rules."""

from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

COMMUNE: Final = "04105"
UNIT: Final = uuid5(NAMESPACE_URL, f"forthepoor/area/{COMMUNE}/2025-07-01")

# Four people in each household: a mother, a father, two children; two of three households are poor since 2025-08-01.
_HOUSEHOLDS = f"""
create temp table homes as select g as n, uuid_now() as id from generate_series(1, $HOUSEHOLDS) g;
insert into households (id, code, area_id, village, registered_on, names, version)
    select id, 'H' || n, '{UNIT}', 'Bản ' || n % 60, '2021-01-01', '', 1 from homes;
insert into household_places (id, household_id, area_id, village, valid_from, recorded_from)
    select uuid_now(), id, '{UNIT}', 'Bản ' || n % 60, '2021-01-01', '2021-01-01' from homes;
insert into poverty_statuses (id, household_id, status, valid_from, standard, decision_number, decided_by,
    recorded_from) select uuid_now(), id, case n % 3 when 0 then 'near_poor' else 'poor' end, '2022-01-01',
    'decree-07-2021', '1', 'x', '2022-01-01' from homes;
create temp table persons as
    select h.id as home, k.*, uuid_now() as id, h.n from homes h cross join (values ('head', 'female', 40),
        ('spouse', 'male', 42), ('child', 'female', 17), ('child', 'male', 8)) k (relation, sex, age);
insert into people (id, area_id, full_name, sex, birth_date, birth_precision, ethnicity)
    select id, '{UNIT}', 'Lò Thị ' || n, sex, date '2025-06-01' - age * 365 - n % 300, 'day',
        case n % 5 when 0 then '01' when 1 then '08' else '03' end from persons;
insert into memberships (id, household_id, person_id, relation, joined_on, recorded_from)
    select uuid_now(), home, id, relation, '2021-01-01', '2021-01-01' from persons;
"""

_FORMS = """
insert into review_forms (id, case_id, campaign_id, round, way, income, scored_on, scored_by)
    select uuid_now(), c.id, c.campaign_id, 1, 'estimate', 900000 + (row_number() over (order by c.id)) % 10 * 100000,
        '2025-10-01', 'x' from review_cases c;
insert into review_form_deprivations (form_id, campaign_id, rules_id, indicator)
    select f.id, f.campaign_id, r.rules_id, i.code from review_forms f join review_campaigns r on r.id = f.campaign_id
    join poverty_indicators i on i.rules_id = r.rules_id and i.number <= 1 + f.income / 100000 % 5;
insert into review_form_causes (form_id, campaign_id, cause)
    select f.id, f.campaign_id, c.code from review_forms f join poverty_causes c
        on c.number = 1 + f.income / 100000 % 7;
update review_cases set state = 'scored';
"""

_AGREED = """
update review_cases set state = 'agreed';
insert into review_postings (id, campaign_id, posted_from, posted_until, place, posted_by)
    values ('$REVIEW', '$REVIEW', '2025-11-03', '2025-11-05', 'x', 'x');
insert into review_posting_lines (posting_id, case_id, campaign_id, round)
    select '$REVIEW', id, campaign_id, round from review_cases;
"""


async def _past_the_rules(root: Any, script: str) -> None:
    await root.execute("set session_replication_role = replica")
    await root.execute(script)
    await root.execute("set session_replication_role = default")
    await root.execute("analyze")


async def write_households(root: Any, many: int) -> None:
    await _past_the_rules(root, _HOUSEHOLDS.replace("$HOUSEHOLDS", str(many)))


async def forget_list(root: Any) -> None:
    """Take both lists back, for another turn."""
    await _past_the_rules(root, "delete from review_cases; delete from bare.review_cases")
    await root.execute("vacuum review_cases, bare.review_cases")


async def score(root: Any) -> None:
    """Give every household of the review a form."""
    await _past_the_rules(root, _FORMS)


async def forget_classes(root: Any) -> None:
    """Take what was computed back, for another turn."""
    change = "set state = 'scored', class = null, low_income = null, deprivations = null"
    await _past_the_rules(root, f"update review_cases {change}; update bare.review_cases {change}")
    await root.execute("vacuum review_cases, bare.review_cases")


async def agree_and_post(root: Any, review: UUID) -> None:
    """Let the villages agree and the posting end, in both."""
    await _past_the_rules(root, _AGREED.replace("$REVIEW", str(review)))
    await root.execute("update bare.review_cases set state = 'agreed'")
