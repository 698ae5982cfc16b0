"""Village meetings and their votes, public postings and complaints, certificates: a review up to its decision."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_postings"
down_revision = "20261124_reviews"
branch_labels = None
depends_on = None

# A vote repeats the number present and the share needed, so that the database itself holds its outcome against them.
_MEETINGS = """
create table review_meetings (
    id uuid constraint pk_review_meetings primary key,
    campaign_id uuid not null constraint fk_review_meetings_campaign_id references review_campaigns (id),
    village text not null constraint ck_review_meetings_village check (village <> ''),
    held_on date not null,
    chair text not null constraint ck_review_meetings_chair check (chair <> ''),
    secretary text not null constraint ck_review_meetings_secretary check (secretary <> ''),
    supervisor text not null constraint ck_review_meetings_supervisor check (supervisor <> ''),
    invited integer not null constraint ck_review_meetings_invited check (invited >= 0),
    attended integer not null constraint ck_review_meetings_attended check (attended > 0),
    percent smallint not null,
    minutes text not null constraint ck_review_meetings_minutes check (minutes <> ''),
    recorded_by text not null,
    recorded_at timestamptz not null default now(),
    constraint uq_review_meetings_campaign unique (id, campaign_id),
    constraint uq_review_meetings_present unique (id, attended, percent)
);
create index ix_review_meetings_campaign_id on review_meetings (campaign_id, id);
create table review_votes (
    meeting_id uuid not null,
    case_id uuid not null,
    campaign_id uuid not null,
    round smallint not null,
    attended integer not null,
    percent smallint not null,
    agreed integer not null constraint ck_review_votes_agreed check (agreed between 0 and attended),
    passed boolean not null constraint ck_review_votes_passed
        check (passed = (agreed::bigint * 100 >= attended::bigint * percent)),
    constraint pk_review_votes primary key (case_id, round),
    constraint fk_review_votes_meeting foreign key (meeting_id, campaign_id)
        references review_meetings (id, campaign_id),
    constraint fk_review_votes_present foreign key (meeting_id, attended, percent)
        references review_meetings (id, attended, percent),
    constraint fk_review_votes_case foreign key (case_id, campaign_id) references review_cases (id, campaign_id)
);
create index ix_review_votes_meeting_id on review_votes (meeting_id);
"""

_POSTINGS = """
create table review_postings (
    id uuid constraint pk_review_postings primary key,
    campaign_id uuid not null constraint fk_review_postings_campaign_id references review_campaigns (id),
    posted_from date not null,
    posted_until date not null constraint ck_review_postings_days check (posted_until >= posted_from),
    place text not null constraint ck_review_postings_place check (place <> ''),
    posted_by text not null,
    recorded_at timestamptz not null default now(),
    constraint uq_review_postings_campaign unique (id, campaign_id)
);
create index ix_review_postings_campaign_id on review_postings (campaign_id, id);
create index ix_review_postings_days on review_postings (posted_until, id);
create table review_posting_lines (
    posting_id uuid not null,
    case_id uuid not null,
    campaign_id uuid not null,
    round smallint not null,
    constraint pk_review_posting_lines primary key (case_id, round),
    constraint fk_review_posting_lines_posting foreign key (posting_id, campaign_id)
        references review_postings (id, campaign_id),
    constraint fk_review_posting_lines_case foreign key (case_id, campaign_id)
        references review_cases (id, campaign_id)
);
create index ix_review_posting_lines_posting_id on review_posting_lines (posting_id, case_id);
create table review_complaints (
    id uuid constraint pk_review_complaints primary key,
    campaign_id uuid not null,
    case_id uuid not null,
    received_on date not null,
    complaint text not null constraint ck_review_complaints_complaint check (complaint <> ''),
    received_by text not null,
    recorded_at timestamptz not null default now(),
    answer text constraint ck_review_complaints_answer check (answer <> ''),
    upheld boolean,
    answered_on date constraint ck_review_complaints_answered_on check (answered_on >= received_on),
    answered_by text,
    version integer not null default 1,
    constraint ck_review_complaints_answered check (num_nonnulls(answer, upheld, answered_on, answered_by) in (0, 4)),
    constraint fk_review_complaints_case foreign key (case_id, campaign_id) references review_cases (id, campaign_id)
);
create index ix_review_complaints_campaign_id on review_complaints (campaign_id, id);
"""

_CERTIFICATES = """
create table poverty_certificates (
    id uuid constraint pk_poverty_certificates primary key,
    code text not null constraint uq_poverty_certificates_code unique,
    campaign_id uuid not null,
    case_id uuid not null constraint uq_poverty_certificates_case_id unique,
    household_id uuid not null constraint fk_poverty_certificates_household_id references households (id),
    class text not null constraint ck_poverty_certificates_class check (class in ('poor', 'near_poor')),
    issued_on date not null,
    issued_by text not null,
    void_on date constraint ck_poverty_certificates_void_on check (void_on >= issued_on),
    void_because text,
    void_by text,
    version integer not null default 1,
    constraint ck_poverty_certificates_void check (num_nonnulls(void_on, void_because, void_by) in (0, 3)),
    constraint fk_poverty_certificates_case foreign key (case_id, campaign_id)
        references review_cases (id, campaign_id)
);
create index ix_poverty_certificates_household_id on poverty_certificates (household_id);
create index ix_poverty_certificates_campaign_id on poverty_certificates (campaign_id, id);
"""

_TABLES = (
    "review_meetings",
    "review_votes",
    "review_postings",
    "review_posting_lines",
    "review_complaints",
    "poverty_certificates",
)
_BY_CAMPAIGN = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy {table}_of_the_campaign on {table}
    using (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c))
    with check (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c));
"""

_GRANTS = """
grant select, insert on review_meetings, review_votes, review_postings, review_posting_lines to beneficiaries;
grant select, insert, update (answer, upheld, answered_on, answered_by, version) on review_complaints
    to beneficiaries;
grant select, insert, update (void_on, void_because, void_by, version) on poverty_certificates to beneficiaries;
"""


def upgrade() -> None:
    scoped = "".join(_BY_CAMPAIGN.format(table=table) for table in _TABLES)
    for statement in split(_MEETINGS + _POSTINGS + _CERTIFICATES + scoped + _GRANTS):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.execute(f"drop table {table}")
