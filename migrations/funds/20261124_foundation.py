"""Foundation of the fund: campaigns, donors, donations, rounds of support, and the ledger beneath them.

Donations and reversals are append-only for the runtime role. A line of support repeats its round's campaign, kind,
occasion and life by a composite foreign key that follows the round: so "once per household, occasion, kind and
campaign, among live rounds" is one partial unique index, and no code can let the copies drift.

The public reads two views and one function of the owner: they show public columns to everybody, whatever the row
scope, and households in no form but a number.
"""

from alembic import op

from migrations.parts import jobs_v1, ledger_v1, outbox_v1, platform_v1

revision = "20261124_foundation"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "funds"

_LARGEST = 10**15

_TABLES = f"""
create table campaigns (
    id uuid constraint pk_campaigns primary key,
    name text not null constraint ck_campaigns_name check (length(name) between 1 and 200),
    purpose text not null constraint ck_campaigns_purpose check (length(purpose) between 1 and 4000),
    opens_on date not null,
    closes_on date,
    target bigint constraint ck_campaigns_target check (target between 1 and {_LARGEST}),
    state text not null default 'open' constraint ck_campaigns_state check (state in ('open', 'closed')),
    version integer not null default 1 constraint ck_campaigns_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint ck_campaigns_dates check (closes_on >= opens_on)
);
create index ix_campaigns_opens_on on campaigns (opens_on desc, id desc);

create table donors (
    id uuid constraint pk_donors primary key,
    kind text not null constraint ck_donors_kind check (kind in ('individual', 'organisation', 'anonymous')),
    name text constraint ck_donors_name_length check (length(name) between 1 and 200),
    named boolean not null,
    subject text constraint ck_donors_subject check (length(subject) between 1 and 200),
    version integer not null default 1 constraint ck_donors_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_donors_subject unique (subject),
    constraint ck_donors_name check ((name is null) = (kind = 'anonymous')),
    constraint ck_donors_anonymous check (not (named and kind = 'anonymous'))
);

create table donations (
    id uuid constraint pk_donations primary key,
    reference text not null constraint uq_donations_reference unique,
    campaign_id uuid not null constraint fk_donations_campaign references campaigns,
    donor_id uuid constraint fk_donations_donor references donors,
    unit text collate "C" not null constraint ck_donations_unit
        check (unit in ('VND', 'RICE_G', 'LABOUR_TENTH_DAY')),
    amount bigint not null constraint ck_donations_amount check (amount between 1 and {_LARGEST}),
    received_on date not null,
    entry_id uuid not null constraint uq_donations_entry unique,
    recorded_by text not null,
    recorded_at timestamptz not null default now()
);
create index ix_donations_received_on on donations (received_on desc, id desc);
create index ix_donations_campaign on donations (campaign_id, received_on desc, id desc);
create index ix_donations_donor on donations (donor_id, received_on desc, id desc);

create table donation_reversals (
    donation_id uuid constraint pk_donation_reversals primary key
        constraint fk_donation_reversals_donation references donations,
    entry_id uuid not null constraint uq_donation_reversals_entry unique,
    reason text not null constraint ck_donation_reversals_reason check (length(reason) between 1 and 4000),
    reversed_on date not null,
    reversed_by text not null,
    recorded_at timestamptz not null default now()
);

create table rounds (
    id uuid constraint pk_rounds primary key,
    campaign_id uuid not null constraint fk_rounds_campaign references campaigns,
    kind text not null constraint ck_rounds_kind check (kind in ('gift', 'rice')),
    occasion text not null constraint ck_rounds_occasion check (occasion ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    given_on date not null,
    state text not null default 'proposed' constraint ck_rounds_state
        check (state in ('proposed', 'approved', 'rejected')),
    live boolean not null generated always as (state <> 'rejected') stored,
    per_person_g bigint,
    months smallint constraint ck_rounds_months check (months between 1 and 3),
    proposed_by text not null,
    decided_by text,
    decided_at timestamptz,
    reason text constraint ck_rounds_reason check (length(reason) between 1 and 4000),
    version integer not null default 1 constraint ck_rounds_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_rounds_copied unique (id, campaign_id, kind, occasion, live),
    constraint ck_rounds_ration check ((kind = 'rice') = (per_person_g > 0 and months is not null)
        and (kind = 'rice' or (per_person_g is null and months is null))),
    constraint ck_rounds_decided check ((state = 'proposed') = (decided_by is null)
        and (decided_by is null) = (decided_at is null)),
    constraint ck_rounds_rejection check (state <> 'rejected' or reason is not null),
    constraint ck_rounds_second_person check (decided_by <> proposed_by)
);
create index ix_rounds_given_on on rounds (given_on desc, id desc);
create index ix_rounds_campaign on rounds (campaign_id, given_on desc, id desc);

create table round_lines (
    id uuid constraint pk_round_lines primary key,
    round_id uuid not null,
    campaign_id uuid not null,
    kind text not null,
    occasion text not null,
    live boolean not null,
    household_id uuid not null,
    area_id uuid not null,
    members integer not null constraint ck_round_lines_members check (members >= 0),
    money bigint not null constraint ck_round_lines_money check (money between 0 and {_LARGEST}),
    rice_g bigint not null constraint ck_round_lines_rice check (rice_g between 0 and {_LARGEST}),
    reference text not null constraint uq_round_lines_reference unique,
    entry_id uuid not null constraint uq_round_lines_entry unique,
    constraint ck_round_lines_value check (money > 0 or rice_g > 0),
    constraint fk_round_lines_round foreign key (round_id, campaign_id, kind, occasion, live)
        references rounds (id, campaign_id, kind, occasion, live) on update cascade
);
create index ix_round_lines_round on round_lines (round_id, id);
create index ix_round_lines_household on round_lines (household_id);
create unique index uq_round_lines_once on round_lines (household_id, campaign_id, occasion, kind) where live;
"""

# A decided round is history: only its step from proposed to decided is a change, and its lines change in nothing
# but what they copy from it.
_RULES = """
create function round_is_decided_once() returns trigger language plpgsql as $$
begin
    if old.state <> 'proposed' or new.state = 'proposed'
       or to_jsonb(new) - array['state', 'live', 'decided_by', 'decided_at', 'reason', 'version']
          <> to_jsonb(old) - array['state', 'live', 'decided_by', 'decided_at', 'reason', 'version'] then
        raise exception 'a round changes only by being decided, once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger decided_once before update on rounds for each row execute function round_is_decided_once();
create trigger append_only before update or delete or truncate on donations
    for each statement execute function refuse_rewrite();
create trigger append_only before update or delete or truncate on donation_reversals
    for each statement execute function refuse_rewrite();
create trigger never_deleted before delete or truncate on rounds
    for each statement execute function refuse_rewrite();
create trigger never_deleted before delete or truncate on round_lines
    for each statement execute function refuse_rewrite();
"""

# The scope is read once per statement (a scalar subquery), not once per row. The owner's own policy serves the
# public views and functions, which run as the owner.
_SCOPE = """
alter table donors enable row level security;
alter table donors force row level security;
create policy owner on donors to current_user using (true) with check (true);
create policy staff on donors to {role} using ((select current_setting('app.reach', true)) = 'all');
create policy own on donors for select to {role} using (
    (select current_setting('app.reach', true)) = 'own'
    and subject = (select current_setting('app.subject', true)));

alter table donations enable row level security;
alter table donations force row level security;
create policy owner on donations to current_user using (true) with check (true);
create policy staff on donations to {role} using ((select current_setting('app.reach', true)) = 'all');
create policy own on donations for select to {role} using (
    (select current_setting('app.reach', true)) = 'own'
    and donor_id in (select d.id from donors d where d.subject = (select current_setting('app.subject', true))));

alter table donation_reversals enable row level security;
alter table donation_reversals force row level security;
create policy owner on donation_reversals to current_user using (true) with check (true);
create policy staff on donation_reversals to {role} using ((select current_setting('app.reach', true)) = 'all');
create policy own on donation_reversals for select to {role} using (
    (select current_setting('app.reach', true)) = 'own' and donation_id in (select d.id from donations d));

alter table rounds enable row level security;
alter table rounds force row level security;
create policy owner on rounds to current_user using (true) with check (true);
create policy staff on rounds to {role} using ((select current_setting('app.reach', true)) = 'all');

alter table round_lines enable row level security;
alter table round_lines force row level security;
create policy owner on round_lines to current_user using (true) with check (true);
create policy staff on round_lines to {role} using ((select current_setting('app.reach', true)) = 'all');
"""

_PUBLIC = """
create view public_donations as
select d.id, d.reference, d.campaign_id, d.unit, d.amount, d.received_on,
       case when g.named then g.name end as donor, r.donation_id is not null as reversed
from donations d
left join donors g on g.id = d.donor_id
left join donation_reversals r on r.donation_id = d.id;

create view public_uses as
select r.id, r.campaign_id, r.kind, r.occasion, r.given_on,
       (select sum(l.money) from round_lines l where l.round_id = r.id)::bigint as money,
       (select sum(l.rice_g) from round_lines l where l.round_id = r.id)::bigint as rice_g
from rounds r where r.state = 'approved';

create function public_households_reached(campaign uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when n between 1 and 4 then null else n end
    from (select count(distinct l.household_id) as n from round_lines l join rounds r on r.id = l.round_id
          where r.campaign_id = campaign and r.state = 'approved') reached
$$;

create function impact_figures(first_day date, last_day date, places uuid[], units uuid[])
returns table (unit_id uuid, gift_turns bigint, gift_households bigint, gift_value numeric, rice_g numeric,
               rice_turns bigint, rice_households bigint, rice_people numeric)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with lines as (
        select l.kind, l.household_id, l.members, l.money, l.rice_g, g.unit as unit_id
        from rounds r join round_lines l on l.round_id = r.id
        left join unnest(places, units) as g(place, unit) on g.place = l.area_id
        where r.state = 'approved' and r.given_on between first_day and last_day
    ),
    people as (
        select p.unit_id, p.household_id, max(p.members) as members
        from lines p where p.rice_g > 0 group by p.unit_id, p.household_id
    )
    select l.unit_id,
           count(*) filter (where l.kind = 'gift'),
           count(distinct l.household_id) filter (where l.kind = 'gift'),
           coalesce(sum(l.money) filter (where l.kind = 'gift'), 0),
           coalesce(sum(l.rice_g), 0),
           count(*) filter (where l.rice_g > 0),
           count(distinct l.household_id) filter (where l.rice_g > 0),
           coalesce((select sum(p.members) from people p where p.unit_id is not distinct from l.unit_id), 0)
    from lines l group by l.unit_id
$$;

create function impact_donations(first_day date, last_day date)
returns table (money numeric, rice_g numeric, labour numeric, donations bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(sum(d.amount) filter (where d.unit = 'VND'), 0),
           coalesce(sum(d.amount) filter (where d.unit = 'RICE_G'), 0),
           coalesce(sum(d.amount) filter (where d.unit = 'LABOUR_TENTH_DAY'), 0),
           count(*)
    from donations d
    where d.received_on between first_day and last_day
      and not exists (select from donation_reversals r where r.donation_id = d.id)
$$;
revoke execute on function impact_figures(date, date, uuid[], uuid[]) from public;
revoke execute on function impact_donations(date, date) from public;
revoke execute on function public_households_reached(uuid) from public;
"""

_GRANTS = """
grant select, insert on campaigns to {role};
grant update (name, purpose, opens_on, closes_on, target, state, version) on campaigns to {role};
grant select, insert on donors to {role};
grant update (name, named, subject, version) on donors to {role};
grant select, insert on donations to {role};
grant select, insert on donation_reversals to {role};
grant select, insert on rounds to {role};
grant update (state, decided_by, decided_at, reason, version) on rounds to {role};
grant select, insert on round_lines to {role};
grant select on public_donations, public_uses to {role};
grant execute on function impact_figures(date, date, uuid[], uuid[]) to {role};
grant execute on function impact_donations(date, date) to {role};
grant execute on function public_households_reached(uuid) to {role};
"""

_DOWN = """
drop function impact_donations(date, date);
drop function impact_figures(date, date, uuid[], uuid[]);
drop function public_households_reached(uuid);
drop view public_uses, public_donations;
drop table round_lines, rounds, donation_reversals, donations, donors, campaigns;
drop function round_is_decided_once();
"""

# The Fund itself stands since 17 October 2000 and has no last day; campaigns come and go beside it. Its id is
# uuid5(NAMESPACE_URL, "forthepoor/campaign/quy-vi-nguoi-ngheo"), the same on every machine.
_REFERENCE = """
insert into campaigns (id, name, purpose, opens_on) values ('a72c4f4f-307f-5639-9c9f-491a84d16262', 'Quỹ Vì người nghèo',
    'Giúp người nghèo, hộ nghèo về nhà ở, phát triển sản xuất, khám chữa bệnh, học tập và cứu đói.', '2000-10-17');
select ledger_open_accounts(
    array_agg(gen_random_uuid()), array_agg(format('campaign/%s/%s/%s', 'a72c4f4f-307f-5639-9c9f-491a84d16262', account, unit)),
    array_agg(unit), array_agg(side), array_agg(account <> 'held'), array_agg(null::date), 'migration')
from (values ('VND'), ('RICE_G'), ('LABOUR_TENTH_DAY')) as units (unit),
     (values ('received', 'credit'), ('given', 'debit'), ('held', 'debit')) as accounts (account, side);
"""


def upgrade() -> None:
    platform_v1.upgrade(op, ROLE)
    outbox_v1.upgrade(op, ROLE)
    jobs_v1.upgrade(op, ROLE)
    ledger_v1.upgrade(op, ROLE)
    for script in (_TABLES, _RULES, _SCOPE, _PUBLIC, _GRANTS, _REFERENCE):
        for statement in platform_v1.split(script.replace("{role}", ROLE)):
            op.execute(statement)


def downgrade() -> None:
    for statement in platform_v1.split(_DOWN):
        op.execute(statement)
    ledger_v1.downgrade(op)
    jobs_v1.downgrade(op)
    outbox_v1.downgrade(op)
    platform_v1.downgrade(op)
