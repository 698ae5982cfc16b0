"""Pledges with instalments, and the donations that fulfil them.

A pledge is a promise and no entry in the books. Its instalments add up to it, a deferred trigger holds, and stay as
they were promised. A donation fulfils one pledge, of its own campaign and unit: composite keys hold that, so no code
can count rice against money. Donations taken back stop counting by themselves.
"""

from alembic import op

from migrations.parts import platform_v1

revision = "20261124_pledges"
down_revision = "20261124_receipts"
branch_labels = None
depends_on = None

_LARGEST = 10**15

_TABLES = f"""
create table pledges (
    id uuid constraint pk_pledges primary key,
    reference text not null constraint uq_pledges_reference unique,
    campaign_id uuid not null constraint fk_pledges_campaign references campaigns,
    donor_id uuid not null constraint fk_pledges_donor references donors,
    unit text collate "C" not null constraint ck_pledges_unit check (unit in ('VND', 'RICE_G', 'LABOUR_TENTH_DAY')),
    amount bigint not null constraint ck_pledges_amount check (amount between 1 and {_LARGEST}),
    pledged_on date not null,
    recorded_by text not null,
    cancelled_by text,
    cancelled_at timestamptz,
    cancelled_because text constraint ck_pledges_because check (length(cancelled_because) between 1 and 4000),
    version integer not null default 1 constraint ck_pledges_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_pledges_kind unique (id, campaign_id, unit),
    constraint ck_pledges_cancelled check ((cancelled_by is null) = (cancelled_at is null)
        and (cancelled_at is null) = (cancelled_because is null))
);
create index ix_pledges_donor on pledges (donor_id);
create index ix_pledges_campaign on pledges (campaign_id);

create table pledge_instalments (
    pledge_id uuid not null constraint fk_pledge_instalments_pledge references pledges,
    number smallint not null constraint ck_pledge_instalments_number check (number > 0),
    due_on date not null,
    amount bigint not null constraint ck_pledge_instalments_amount check (amount between 1 and {_LARGEST}),
    constraint pk_pledge_instalments primary key (pledge_id, number),
    constraint uq_pledge_instalments_due unique (pledge_id, due_on)
);

alter table donations add constraint uq_donations_kind unique (id, campaign_id, unit);
create table pledge_payments (
    donation_id uuid constraint pk_pledge_payments primary key,
    pledge_id uuid not null,
    campaign_id uuid not null,
    unit text collate "C" not null,
    linked_by text not null,
    recorded_at timestamptz not null default now(),
    constraint fk_pledge_payments_donation foreign key (donation_id, campaign_id, unit)
        references donations (id, campaign_id, unit),
    constraint fk_pledge_payments_pledge foreign key (pledge_id, campaign_id, unit)
        references pledges (id, campaign_id, unit)
);
create index ix_pledge_payments_pledge on pledge_payments (pledge_id);
"""

_RULES = """
create function pledge_is_its_instalments() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare pledge uuid;
begin
    pledge := case tg_table_name when 'pledges' then (to_jsonb(new) ->> 'id') else (to_jsonb(new) ->> 'pledge_id') end;
    if (select p.amount from pledges p where p.id = pledge)
       is distinct from (select sum(i.amount) from pledge_instalments i where i.pledge_id = pledge) then
        raise exception 'instalments add up to their pledge' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger adds_up after insert on pledges deferrable initially deferred
    for each row execute function pledge_is_its_instalments();
create constraint trigger adds_up after insert on pledge_instalments deferrable initially deferred
    for each row execute function pledge_is_its_instalments();

create function pledge_is_only_cancelled() returns trigger language plpgsql as $$
begin
    if old.cancelled_at is not null or new.cancelled_at is null
       or to_jsonb(new) - array['cancelled_by', 'cancelled_at', 'cancelled_because', 'version']
          <> to_jsonb(old) - array['cancelled_by', 'cancelled_at', 'cancelled_because', 'version'] then
        raise exception 'a pledge changes only by being cancelled, once'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger only_cancelled before update on pledges for each row execute function pledge_is_only_cancelled();
create trigger never_deleted before delete or truncate on pledges for each statement execute function refuse_rewrite();
create trigger append_only before update or delete or truncate on pledge_instalments
    for each statement execute function refuse_rewrite();
create trigger append_only before update or delete or truncate on pledge_payments
    for each statement execute function refuse_rewrite();

alter table pledges enable row level security;
alter table pledges force row level security;
create policy owner on pledges to current_user using (true) with check (true);
create policy staff on pledges to funds using ((select current_setting('app.reach', true)) = 'all');
alter table pledge_instalments enable row level security;
alter table pledge_instalments force row level security;
create policy owner on pledge_instalments to current_user using (true) with check (true);
create policy staff on pledge_instalments to funds using ((select current_setting('app.reach', true)) = 'all');
alter table pledge_payments enable row level security;
alter table pledge_payments force row level security;
create policy owner on pledge_payments to current_user using (true) with check (true);
create policy staff on pledge_payments to funds using ((select current_setting('app.reach', true)) = 'all');

grant select, insert on pledges, pledge_instalments, pledge_payments to funds;
grant update (cancelled_by, cancelled_at, cancelled_because, version) on pledges to funds;
"""

_DOWN = """
drop table pledge_payments;
alter table donations drop constraint uq_donations_kind;
drop table pledge_instalments, pledges;
drop function pledge_is_only_cancelled();
drop function pledge_is_its_instalments();
"""


def upgrade() -> None:
    for script in (_TABLES, _RULES):
        for statement in platform_v1.split(script):
            op.execute(statement)


def downgrade() -> None:
    for statement in platform_v1.split(_DOWN):
        op.execute(statement)
