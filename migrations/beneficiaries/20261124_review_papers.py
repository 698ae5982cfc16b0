"""Reviews may be cancelled before their posting; minutes of meetings as files."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_review_papers"
down_revision = "20261124_subject_requests"
branch_labels = None
depends_on = None

_CANCELLED = """
alter table review_campaigns
    add cancelled_by text,
    add cancelled_at timestamptz,
    add cancelled_because text constraint ck_review_campaigns_cancelled_because check (cancelled_because <> ''),
    drop constraint ck_review_campaigns_state,
    add constraint ck_review_campaigns_state check (state in ('opened', 'listed', 'decided', 'cancelled')),
    add constraint ck_review_campaigns_cancelled check (num_nonnulls(cancelled_by, cancelled_at, cancelled_because)
        = case state when 'cancelled' then 3 else 0 end),
    drop constraint uq_review_campaigns_period;
create unique index uq_review_campaigns_period on review_campaigns (area_id, kind, year, month)
    where state <> 'cancelled';
drop index ix_review_campaigns_due;
create index ix_review_campaigns_due on review_campaigns (due_on, id) where state in ('opened', 'listed');
grant update (cancelled_by, cancelled_at, cancelled_because) on review_campaigns to beneficiaries;
alter table review_requests add listed_before boolean not null default false;
grant update (listed_before) on review_requests to beneficiaries;
create function refuse_cancellation_of_posted() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if exists (select from review_postings where campaign_id = new.id) then
            raise exception 'the review is posted' using errcode = 'check_violation',
                constraint = 'ck_review_campaigns_unposted';
        end if;
        return new;
    end $$;
create trigger unposted before update of state on review_campaigns for each row
    when (new.state = 'cancelled') execute function refuse_cancellation_of_posted();
"""

_MINUTES = """
create table review_minutes (
    id uuid constraint pk_review_minutes primary key,
    meeting_id uuid not null,
    campaign_id uuid not null,
    kind text not null constraint ck_review_minutes_kind check (kind in ('pdf', 'jpeg', 'png', 'docx')),
    size bigint not null constraint ck_review_minutes_size check (size > 0),
    digest bytea not null constraint ck_review_minutes_digest check (length(digest) = 32),
    place text not null constraint uq_review_minutes_place unique,
    added_by text not null,
    added_at timestamptz not null default now(),
    constraint fk_review_minutes_meeting foreign key (meeting_id, campaign_id)
        references review_meetings (id, campaign_id),
    constraint uq_review_minutes_digest unique (meeting_id, digest)
);
create index ix_review_minutes_meeting_id on review_minutes (meeting_id, id);
alter table review_minutes enable row level security;
alter table review_minutes force row level security;
create policy review_minutes_of_the_campaign on review_minutes
    using (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c))
    with check (current_setting('app.reach', true) = 'all' or campaign_id in (select c.id from review_campaigns c));
grant select, insert on review_minutes to beneficiaries;
"""

_DOWN = """
drop table review_minutes;
alter table review_requests drop listed_before;
drop trigger unposted on review_campaigns;
drop function refuse_cancellation_of_posted();
drop index ix_review_campaigns_due;
create index ix_review_campaigns_due on review_campaigns (due_on, id) where state <> 'decided';
drop index uq_review_campaigns_period;
alter table review_campaigns
    drop constraint ck_review_campaigns_cancelled,
    drop constraint ck_review_campaigns_state,
    drop cancelled_by,
    drop cancelled_at,
    drop cancelled_because,
    add constraint ck_review_campaigns_state check (state in ('opened', 'listed', 'decided')),
    add constraint uq_review_campaigns_period unique (area_id, kind, year, month);
"""


def upgrade() -> None:
    for statement in split(_CANCELLED + _MINUTES):
        op.execute(statement)


def downgrade() -> None:
    for statement in split(_DOWN):
        op.execute(statement)
