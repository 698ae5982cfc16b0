"""Poverty reviews: their terms, campaigns, requests, the households under review and their scoring forms."""

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_reviews"
down_revision = "20261124_dci"
branch_labels = None
depends_on = None

# A UUIDv7 for rows that one statement makes by the thousand: the bytes of a random one under those of the clock.
_IDS = """
create function uuid_now() returns uuid language sql volatile set search_path = pg_catalog, pg_temp as $$
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(
        int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
        'hex')::uuid $$;
"""

_TERMS = """
create table review_terms (
    id uuid constraint pk_review_terms primary key,
    kind text not null constraint ck_review_terms_kind check (kind in ('yearly', 'regular')),
    version integer not null constraint ck_review_terms_version check (version > 0),
    confidence text not null constraint ck_review_terms_confidence check (confidence in ('firm', 'soft', 'open')),
    source text not null constraint ck_review_terms_source check (source <> ''),
    opens_month smallint constraint ck_review_terms_opens_month check (opens_month between 1 and 12),
    opens_day smallint not null constraint ck_review_terms_opens_day check (opens_day between 1 and 28),
    closes_month smallint constraint ck_review_terms_closes_month check (closes_month between 1 and 12),
    closes_day smallint constraint ck_review_terms_closes_day check (closes_day between 1 and 28),
    decide_within_days smallint constraint ck_review_terms_decide_within_days check (decide_within_days > 0),
    posting_days smallint not null constraint ck_review_terms_posting_days check (posting_days > 0),
    agreement_percent smallint not null constraint ck_review_terms_agreement_percent
        check (agreement_percent between 1 and 100),
    entered_by text not null,
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_review_terms_recorded check (recorded_to > recorded_from),
    constraint ck_review_terms_yearly check ((kind = 'yearly') = (opens_month is not null)
        and (kind = 'yearly') = (closes_month is not null) and (kind = 'yearly') = (closes_day is not null)),
    constraint ck_review_terms_regular check ((kind = 'regular') = (decide_within_days is not null)),
    constraint uq_review_terms_kind_version unique (kind, version),
    constraint ex_review_terms_recorded exclude using gist (kind with =, tstzrange(recorded_from, recorded_to) with &&)
);
"""

# Who opened or scored stands in `prepared_by`, and none of them decides.
_CAMPAIGNS = """
create table review_campaigns (
    id uuid constraint pk_review_campaigns primary key,
    code text not null constraint uq_review_campaigns_code unique,
    area_id uuid not null constraint fk_review_campaigns_area_id references areas (id),
    kind text not null constraint ck_review_campaigns_kind check (kind in ('yearly', 'regular')),
    year smallint not null constraint ck_review_campaigns_year check (year between 2000 and 2200),
    month smallint not null constraint ck_review_campaigns_month check (month between 0 and 12),
    urban boolean not null,
    standard text not null constraint fk_review_campaigns_standard references poverty_standards (code),
    rules_id uuid not null constraint fk_review_campaigns_rules_id references poverty_rules (id),
    points_id uuid constraint fk_review_campaigns_points_id references point_tables (id),
    terms_id uuid not null constraint fk_review_campaigns_terms_id references review_terms (id),
    list_on date not null,
    opens_on date not null,
    due_on date not null constraint ck_review_campaigns_due_on check (due_on >= opens_on),
    state text not null constraint ck_review_campaigns_state check (state in ('opened', 'listed', 'decided')),
    opened_by text not null,
    opened_at timestamptz not null default now(),
    prepared_by text[] not null,
    decided_by text,
    decided_at timestamptz,
    decided_on date,
    decision_number text constraint ck_review_campaigns_decision_number check (decision_number <> ''),
    valid_from date,
    version integer not null constraint ck_review_campaigns_version check (version > 0),
    constraint ck_review_campaigns_period check ((kind = 'yearly') = (month = 0)),
    constraint ck_review_campaigns_decided check (num_nonnulls(decided_by, decided_at, decided_on, decision_number,
        valid_from) = case state when 'decided' then 5 else 0 end),
    constraint ck_review_campaigns_opener check (opened_by = any (prepared_by)),
    constraint ck_review_campaigns_two_people check (decided_by is null or decided_by <> all (prepared_by)),
    constraint uq_review_campaigns_period unique (area_id, kind, year, month)
);
create index ix_review_campaigns_due on review_campaigns (due_on, id) where state <> 'decided';
create table review_requests (
    id uuid constraint pk_review_requests primary key,
    household_id uuid not null constraint fk_review_requests_household_id references households (id),
    received_on date not null,
    wish text not null constraint ck_review_requests_wish check (wish <> ''),
    received_by text not null,
    recorded_at timestamptz not null default now(),
    state text not null constraint ck_review_requests_state check (state in ('open', 'listed', 'answered')),
    campaign_id uuid constraint fk_review_requests_campaign_id references review_campaigns (id),
    constraint ck_review_requests_campaign check ((campaign_id is null) = (state = 'open'))
);
create unique index uq_review_requests_household on review_requests (household_id) where state <> 'answered';
create index ix_review_requests_campaign_id on review_requests (campaign_id);
"""

_CASES = """
create table review_cases (
    id uuid constraint pk_review_cases primary key,
    campaign_id uuid not null constraint fk_review_cases_campaign_id references review_campaigns (id),
    household_id uuid not null constraint fk_review_cases_household_id references households (id),
    request_id uuid constraint fk_review_cases_request_id references review_requests (id),
    origin text not null constraint ck_review_cases_origin check (origin in ('list', 'request')),
    village text not null,
    status_before text not null constraint ck_review_cases_status_before
        check (status_before in ('poor', 'near_poor', 'none')),
    state text not null constraint ck_review_cases_state
        check (state in ('scoring', 'scored', 'classified', 'agreed', 'decided')),
    round smallint not null default 1 constraint ck_review_cases_round check (round > 0),
    class text constraint ck_review_cases_class check (class in ('poor', 'near_poor', 'none')),
    low_income boolean,
    deprivations smallint,
    income_points integer,
    deprivation_points integer,
    outcome text constraint ck_review_cases_outcome check (outcome in ('certificate', 'refusal', 'left', 'moved')),
    version integer not null default 1,
    changed_at timestamptz not null default now(),
    constraint ck_review_cases_classified check (coalesce(outcome, '') = 'moved'
        or (state in ('classified', 'agreed', 'decided')) = (class is not null)),
    constraint ck_review_cases_judged check (num_nonnulls(class, low_income, deprivations) in (0, 3)),
    constraint ck_review_cases_decided check ((state = 'decided') = (outcome is not null)),
    constraint ck_review_cases_request check (origin = 'list' or request_id is not null),
    constraint uq_review_cases_household unique (campaign_id, household_id),
    constraint uq_review_cases_campaign unique (id, campaign_id)
);
create index ix_review_cases_campaign_id on review_cases (campaign_id, id);
create index ix_review_cases_household_id on review_cases (household_id);
create table review_forms (
    id uuid constraint pk_review_forms primary key,
    case_id uuid not null,
    campaign_id uuid not null,
    round smallint not null,
    way text not null constraint ck_review_forms_way check (way in ('estimate', 'points', 'items')),
    income bigint constraint ck_review_forms_income check (income >= 0),
    income_points integer,
    scored_on date not null,
    scored_by text not null,
    scored_at timestamptz not null default now(),
    superseded_at timestamptz,
    constraint ck_review_forms_estimate check ((way = 'estimate') = (income is not null)),
    constraint ck_review_forms_points check ((way = 'points') = (income_points is not null)),
    constraint fk_review_forms_case foreign key (case_id, campaign_id) references review_cases (id, campaign_id),
    constraint uq_review_forms_campaign unique (id, campaign_id)
);
create unique index uq_review_forms_case on review_forms (case_id) where superseded_at is null;
create table review_form_deprivations (
    form_id uuid not null,
    campaign_id uuid not null,
    rules_id uuid not null,
    indicator text not null,
    constraint pk_review_form_deprivations primary key (form_id, indicator),
    constraint fk_review_form_deprivations_form foreign key (form_id, campaign_id)
        references review_forms (id, campaign_id),
    constraint fk_review_form_deprivations_indicator foreign key (rules_id, indicator)
        references poverty_indicators (rules_id, code)
);
create index ix_review_form_deprivations_campaign_id on review_form_deprivations (campaign_id);
create table review_form_items (
    form_id uuid not null,
    campaign_id uuid not null,
    points_id uuid not null,
    item text not null,
    constraint pk_review_form_items primary key (form_id, item),
    constraint fk_review_form_items_form foreign key (form_id, campaign_id) references review_forms (id, campaign_id),
    constraint fk_review_form_items_item foreign key (points_id, item) references point_items (table_id, code)
);
create index ix_review_form_items_campaign_id on review_form_items (campaign_id);
create table review_form_causes (
    form_id uuid not null,
    campaign_id uuid not null,
    cause text not null constraint fk_review_form_causes_cause references poverty_causes (code),
    constraint pk_review_form_causes primary key (form_id, cause),
    constraint fk_review_form_causes_form foreign key (form_id, campaign_id) references review_forms (id, campaign_id)
);
"""

_BY_AREA = """
alter table review_campaigns enable row level security;
alter table review_campaigns force row level security;
create policy review_campaigns_of_the_area on review_campaigns
    using (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])))
    with check (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
        and area_id = any ((select areas_in_scope())::uuid[])));
alter table review_requests enable row level security;
alter table review_requests force row level security;
create policy review_requests_of_the_household on review_requests
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
"""

# The campaigns in scope are few and looked up once per statement, not once per row.
_CHILDREN = ("review_cases", "review_forms", "review_form_deprivations", "review_form_items", "review_form_causes")
_BY_CAMPAIGN = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy {table}_of_the_campaign on {table}
    using (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c))
    with check (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c));
"""

_GRANTS = """
grant select, insert, update (recorded_to) on review_terms to beneficiaries;
grant select, insert, update (state, prepared_by, decided_by, decided_at, decided_on, decision_number, valid_from,
    version) on review_campaigns to beneficiaries;
grant select, insert, update (state, campaign_id) on review_requests to beneficiaries;
grant select, insert, update (state, round, class, low_income, deprivations, income_points, deprivation_points,
    outcome, version, changed_at) on review_cases to beneficiaries;
grant select, insert, update (superseded_at) on review_forms to beneficiaries;
grant select, insert on review_form_deprivations, review_form_items, review_form_causes to beneficiaries;
"""

_FIRST_TERMS = (
    {
        "kind": "yearly",
        "opens_month": 9,
        "opens_day": 1,
        "closes_month": 12,
        "closes_day": 14,
        "decide_within_days": None,
    },
    {
        "kind": "regular",
        "opens_month": None,
        "opens_day": 15,
        "closes_month": None,
        "closes_day": None,
        "decide_within_days": 15,
    },
)
_SOURCE = (
    "periods, 15 days and 50 % of those present: firm as the registry's facts give them; the days of posting are open:"
    " three are general knowledge"
)


def upgrade() -> None:
    scoped = "".join(_BY_CAMPAIGN.format(table=table) for table in _CHILDREN)
    for statement in split(_IDS + _TERMS + _CAMPAIGNS + _CASES + _BY_AREA + scoped + _GRANTS):
        op.execute(statement)
    insert = sa.text(
        "insert into review_terms (id, kind, version, confidence, source, opens_month, opens_day, closes_month,"
        " closes_day, decide_within_days, posting_days, agreement_percent, entered_by) values (uuid_now(), :kind, 1,"
        " 'open', :source, :opens_month, :opens_day, :closes_month, :closes_day, :decide_within_days, 3, 50,"
        " 'reference tables')"
    )
    for terms in _FIRST_TERMS:
        op.get_bind().execute(insert, {**terms, "source": _SOURCE})


def downgrade() -> None:
    for table in (*reversed(_CHILDREN), "review_requests", "review_campaigns", "review_terms"):
        op.execute(f"drop table {table}")
    op.execute("drop function uuid_now()")
