"""Receipts: numbered without gaps in each book and year, checked by anybody, void for a reason.

The database gives the number itself, from a row that it locks until the issuing transaction ends: one that is rolled
back gives its number back, and two at once queue. The runtime role reaches neither the counters nor a number. A
donation's row is locked by who issues and by who takes the donation back, so that no receipt stands for a gift that is
gone, whichever comes first.
"""

from alembic import op

from migrations.parts import platform_v1

revision = "20261124_receipts"
down_revision = "20261124_gifts"
branch_labels = None
depends_on = None

_TABLES = """
create table receipt_books (
    code text collate "C" constraint pk_receipt_books primary key
        constraint ck_receipt_books_code check (code ~ '^[A-Z][A-Z0-9]{1,11}$'),
    name text not null constraint ck_receipt_books_name check (length(name) between 1 and 200)
);
insert into receipt_books (code, name) values ('QVNN', 'Quỹ Vì người nghèo');

create table receipt_counters (
    book text collate "C" not null constraint fk_receipt_counters_book references receipt_books,
    year smallint not null,
    last integer not null constraint ck_receipt_counters_last check (last > 0),
    constraint pk_receipt_counters primary key (book, year)
);

create table receipts (
    id uuid constraint pk_receipts primary key,
    donation_id uuid not null constraint fk_receipts_donation references donations,
    book text collate "C" not null constraint fk_receipts_book references receipt_books,
    year smallint not null,
    number integer not null constraint ck_receipts_number check (number > 0),
    code text not null constraint uq_receipts_code unique,
    issued_on date not null,
    issued_by text not null,
    state text not null default 'valid' constraint ck_receipts_state check (state in ('valid', 'void')),
    void_reason text constraint ck_receipts_void_reason check (length(void_reason) between 1 and 4000),
    voided_by text,
    voided_at timestamptz,
    prints integer not null default 0 constraint ck_receipts_prints check (prints >= 0),
    version integer not null default 1 constraint ck_receipts_version check (version > 0),
    recorded_at timestamptz not null default now(),
    constraint uq_receipts_number unique (book, year, number),
    constraint ck_receipts_void check ((state = 'void') = (void_reason is not null)
        and (void_reason is null) = (voided_by is null) and (voided_by is null) = (voided_at is null))
);
create unique index uq_receipts_live on receipts (donation_id) where state = 'valid';
"""

# Receipts are dated by the calendar of Vietnam, which has no summer time.
_RULES = """
create function receipt_is_numbered() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from donations d where d.id = new.donation_id for no key update;
    if exists (select from donation_reversals r where r.donation_id = new.donation_id) then
        raise exception 'a donation that was taken back has no receipt'
            using errcode = 'integrity_constraint_violation', constraint = 'receipts_of_standing_donations';
    end if;
    if exists (select from receipts r where r.donation_id = new.donation_id and r.state = 'valid') then
        raise exception 'the donation has its receipt' using errcode = 'unique_violation',
            constraint = 'uq_receipts_live';
    end if;
    new.issued_on := (clock_timestamp() at time zone 'UTC' + interval '7 hours')::date;
    new.year := extract(year from new.issued_on);
    insert into receipt_counters as c (book, year, last) values (new.book, new.year, 1)
        on conflict (book, year) do update set last = c.last + 1 returning c.last into new.number;
    return new;
end $$;
create trigger numbered before insert on receipts for each row execute function receipt_is_numbered();

create function receipt_only_becomes_void() returns trigger language plpgsql as $$
begin
    if (new.id, new.donation_id, new.book, new.year, new.number, new.code, new.issued_on, new.issued_by, new.recorded_at)
          is distinct from
       (old.id, old.donation_id, old.book, old.year, old.number, old.code, old.issued_on, old.issued_by, old.recorded_at)
       or new.prints not between old.prints and old.prints + 1
       or old.state = 'void' and (new.state, new.void_reason, new.voided_by, new.voided_at)
          is distinct from (old.state, old.void_reason, old.voided_by, old.voided_at) then
        raise exception 'a receipt is printed, and becomes void once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger only_becomes_void before update on receipts
    for each row execute function receipt_only_becomes_void();
create trigger never_deleted before delete or truncate on receipts
    for each statement execute function refuse_rewrite();

create function receipt_goes_with_its_donation() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from donations d where d.id = new.donation_id for no key update;
    update receipts set state = 'void', void_reason = new.reason, voided_by = new.reversed_by,
                        voided_at = clock_timestamp(), version = version + 1
        where donation_id = new.donation_id and state = 'valid';
    return null;
end $$;
create trigger takes_its_receipt after insert on donation_reversals
    for each row execute function receipt_goes_with_its_donation();

alter table receipts enable row level security;
alter table receipts force row level security;
create policy owner on receipts to current_user using (true) with check (true);
create policy staff on receipts to funds using ((select current_setting('app.reach', true)) = 'all');

create view public_receipts as
select r.code, r.book, r.year, r.number, r.issued_on, r.state, c.name as campaign, d.unit, d.amount, d.received_on
from receipts r join donations d on d.id = r.donation_id join campaigns c on c.id = d.campaign_id;

grant select on receipt_books to funds;
grant select on public_receipts to funds;
grant select, insert on receipts to funds;
grant update (state, void_reason, voided_by, voided_at, prints, version) on receipts to funds;
"""

_DOWN = """
drop view public_receipts;
drop trigger takes_its_receipt on donation_reversals;
drop function receipt_goes_with_its_donation();
drop table receipts, receipt_counters, receipt_books;
drop function receipt_only_becomes_void();
drop function receipt_is_numbered();
"""


def upgrade() -> None:
    for script in (_TABLES, _RULES):
        for statement in platform_v1.split(script):
            op.execute(statement)


def downgrade() -> None:
    for statement in platform_v1.split(_DOWN):
        op.execute(statement)
