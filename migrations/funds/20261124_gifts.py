"""Gifts, the rest: soft credit, valuation, corrections, refunds, and donors known twice.

A donor merged into another stays, and points to who stands for both. That this one is not merged itself is a foreign
key: `merged` is part of what the pointer names, so no chain can come into being, whoever writes at the same instant.
Only an approved merge moves the pointer: the runtime role may not.

What is taken back is still taken back once (the key of `donation_reversals`), whether it was a mistake, is corrected or
refunded; a refund names the decision of a second person that paid it, a correction the reversal of what it corrects.
"""

from alembic import op

from migrations.parts import platform_v1

revision = "20261124_gifts"
down_revision = "20261124_payment_codes"
branch_labels = None
depends_on = None

_LARGEST = 10**15

_DONORS = """
alter table donors
    add column merged_into uuid,
    add column merged boolean not null generated always as (merged_into is not null) stored,
    add column survivor_merged boolean generated always as (case when merged_into is not null then false end) stored,
    add constraint uq_donors_merged unique (id, merged),
    add constraint ck_donors_merged_into_another check (merged_into <> id),
    add constraint fk_donors_survivor foreign key (merged_into, survivor_merged) references donors (id, merged);
create index ix_donors_merged_into on donors (merged_into) where merged_into is not null;

create table donor_merges (
    id uuid constraint pk_donor_merges primary key,
    duplicate_id uuid not null constraint fk_donor_merges_duplicate references donors,
    survivor_id uuid not null constraint fk_donor_merges_survivor references donors,
    reason text not null constraint ck_donor_merges_reason check (length(reason) between 1 and 4000),
    state text not null default 'proposed' constraint ck_donor_merges_state
        check (state in ('proposed', 'merged', 'rejected', 'undone')),
    proposed_by text not null,
    decided_by text,
    decided_at timestamptz,
    undone_by text,
    undone_at timestamptz,
    answer text constraint ck_donor_merges_answer check (length(answer) between 1 and 4000),
    version integer not null default 1 constraint ck_donor_merges_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint ck_donor_merges_two check (duplicate_id <> survivor_id),
    constraint ck_donor_merges_decided check ((state = 'proposed') = (decided_by is null)
        and (decided_by is null) = (decided_at is null)),
    constraint ck_donor_merges_undone check ((state = 'undone') = (undone_by is not null)
        and (undone_by is null) = (undone_at is null)),
    constraint ck_donor_merges_answered check (state not in ('rejected', 'undone') or answer is not null),
    constraint ck_donor_merges_second_person check (decided_by <> proposed_by and undone_by <> proposed_by)
);
create unique index uq_donor_merges_live on donor_merges (duplicate_id) where state in ('proposed', 'merged');
create index ix_donor_merges_survivor on donor_merges (survivor_id);

create function donor_merge_moves_the_pointer() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if (old.state, new.state) not in (('proposed', 'merged'), ('proposed', 'rejected'), ('merged', 'undone'))
       or (new.id, new.duplicate_id, new.survivor_id, new.reason, new.proposed_by, new.recorded_at)
          is distinct from (old.id, old.duplicate_id, old.survivor_id, old.reason, old.proposed_by, old.recorded_at) then
        raise exception 'a merge changes only by being decided, or undone, once'
            using errcode = 'integrity_constraint_violation';
    end if;
    if new.state = 'merged' then
        update donors set merged_into = new.survivor_id, version = version + 1 where id = new.duplicate_id;
    elsif new.state = 'undone' then
        update donors set merged_into = null, version = version + 1 where id = new.duplicate_id;
    end if;
    return null;
end $$;
create trigger moves_the_pointer after update on donor_merges
    for each row execute function donor_merge_moves_the_pointer();
create function donor_merge_begins() returns trigger language plpgsql as $$
begin
    if new.state <> 'proposed' then
        raise exception 'a merge begins as a proposal' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger begins before insert on donor_merges for each row execute function donor_merge_begins();
create trigger never_deleted before delete or truncate on donor_merges
    for each statement execute function refuse_rewrite();
"""

_REFUNDS = """
create table donation_refunds (
    id uuid constraint pk_donation_refunds primary key,
    donation_id uuid not null constraint fk_donation_refunds_donation references donations,
    reason text not null constraint ck_donation_refunds_reason check (length(reason) between 1 and 4000),
    state text not null default 'proposed' constraint ck_donation_refunds_state
        check (state in ('proposed', 'paid', 'rejected')),
    paid boolean not null generated always as (state = 'paid') stored,
    proposed_by text not null,
    decided_by text,
    decided_at timestamptz,
    answer text constraint ck_donation_refunds_answer check (length(answer) between 1 and 4000),
    version integer not null default 1 constraint ck_donation_refunds_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_donation_refunds_paid unique (id, donation_id, paid),
    constraint ck_donation_refunds_decided check ((state = 'proposed') = (decided_by is null)
        and (decided_by is null) = (decided_at is null)),
    constraint ck_donation_refunds_answered check (state <> 'rejected' or answer is not null),
    constraint ck_donation_refunds_second_person check (decided_by <> proposed_by)
);
create unique index uq_donation_refunds_live on donation_refunds (donation_id) where state <> 'rejected';

create function donation_refund_is_decided_once() returns trigger language plpgsql as $$
begin
    if old.state <> 'proposed' or new.state = 'proposed'
       or (new.id, new.donation_id, new.reason, new.proposed_by, new.recorded_at)
          is distinct from (old.id, old.donation_id, old.reason, old.proposed_by, old.recorded_at) then
        raise exception 'a refund changes only by being decided, once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger decided_once before update on donation_refunds
    for each row execute function donation_refund_is_decided_once();
create trigger never_deleted before delete or truncate on donation_refunds
    for each statement execute function refuse_rewrite();

alter table donation_reversals
    add column kind text not null default 'mistake'
        constraint ck_donation_reversals_kind check (kind in ('mistake', 'correction', 'refund')),
    add column refund_id uuid constraint uq_donation_reversals_refund unique,
    add column refund_paid boolean generated always as (case when refund_id is not null then true end) stored,
    add constraint ck_donation_reversals_refund check ((kind = 'refund') = (refund_id is not null)),
    add constraint fk_donation_reversals_refund foreign key (refund_id, donation_id, refund_paid)
        references donation_refunds (id, donation_id, paid);
"""

_DONATIONS = f"""
alter table donations
    add column on_behalf_of uuid constraint fk_donations_on_behalf_of references donors,
    add column valuation bigint constraint ck_donations_valuation check (valuation between 1 and {_LARGEST}),
    add column valuation_basis text
        constraint ck_donations_valuation_basis check (length(valuation_basis) between 1 and 200),
    add column corrects uuid constraint uq_donations_corrects unique
        constraint fk_donations_corrects references donation_reversals,
    add constraint ck_donations_credited check (on_behalf_of <> donor_id),
    add constraint ck_donations_valued check ((valuation is null) = (valuation_basis is null)
        and (valuation is null or unit <> 'VND')),
    add constraint ck_donations_corrects_another check (corrects <> id);
create index ix_donations_on_behalf_of on donations (on_behalf_of, received_on desc, id desc)
    where on_behalf_of is not null;
"""

# Whose gifts a login sees: those of its donor, and of the donors merged into that one.
_SCOPE = """
create function own_donors() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with mine as (select d.id from donors d where d.subject = current_setting('app.subject', true))
    select id from mine union all select d.id from donors d where d.merged_into in (select id from mine)
$$;
revoke execute on function own_donors() from public;
grant execute on function own_donors() to funds;
alter policy own on donors using (
    (select current_setting('app.reach', true)) = 'own' and id in (select own_donors()));
alter policy own on donations using (
    (select current_setting('app.reach', true)) = 'own' and donor_id in (select own_donors()));

alter table donor_merges enable row level security;
alter table donor_merges force row level security;
create policy owner on donor_merges to current_user using (true) with check (true);
create policy staff on donor_merges to funds using ((select current_setting('app.reach', true)) = 'all');
alter table donation_refunds enable row level security;
alter table donation_refunds force row level security;
create policy owner on donation_refunds to current_user using (true) with check (true);
create policy staff on donation_refunds to funds using ((select current_setting('app.reach', true)) = 'all');

grant select, insert on donor_merges, donation_refunds to funds;
grant update (state, decided_by, decided_at, undone_by, undone_at, answer, version) on donor_merges to funds;
grant update (state, decided_by, decided_at, answer, version) on donation_refunds to funds;
"""

_PUBLIC = """
create or replace view public_donations as
select d.id, d.reference, d.campaign_id, d.unit, d.amount, d.received_on,
       case when coalesce(s.named, g.named) then coalesce(s.name, g.name) end as donor,
       r.donation_id is not null as reversed,
       case when coalesce(t.named, b.named) then coalesce(t.name, b.name) end as on_behalf_of
from donations d
left join donors g on g.id = d.donor_id
left join donors s on s.id = g.merged_into
left join donors b on b.id = d.on_behalf_of
left join donors t on t.id = b.merged_into
left join donation_reversals r on r.donation_id = d.id;
"""

_DOWN = """
drop view public_donations;
create view public_donations as
select d.id, d.reference, d.campaign_id, d.unit, d.amount, d.received_on,
       case when g.named then g.name end as donor, r.donation_id is not null as reversed
from donations d
left join donors g on g.id = d.donor_id
left join donation_reversals r on r.donation_id = d.id;
grant select on public_donations to funds;
alter policy own on donations using (
    (select current_setting('app.reach', true)) = 'own'
    and donor_id in (select d.id from donors d where d.subject = (select current_setting('app.subject', true))));
alter policy own on donors using (
    (select current_setting('app.reach', true)) = 'own'
    and subject = (select current_setting('app.subject', true)));
drop function own_donors();
alter table donations drop column corrects, drop column valuation_basis, drop column valuation,
    drop column on_behalf_of;
alter table donation_reversals drop constraint fk_donation_reversals_refund, drop column refund_paid,
    drop column refund_id, drop column kind;
drop table donation_refunds, donor_merges;
drop function donation_refund_is_decided_once();
drop function donor_merge_moves_the_pointer();
drop function donor_merge_begins();
alter table donors drop constraint fk_donors_survivor, drop constraint uq_donors_merged,
    drop column survivor_merged, drop column merged, drop column merged_into;
"""


def upgrade() -> None:
    for script in (_DONORS, _REFUNDS, _DONATIONS, _SCOPE, _PUBLIC):
        for statement in platform_v1.split(script):
            op.execute(statement)


def downgrade() -> None:
    for statement in platform_v1.split(_DOWN):
        op.execute(statement)
