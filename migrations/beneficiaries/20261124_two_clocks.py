"""Members, places and dwellings of a household on two clocks, and the acts that change them.

A row holds from a day until before another, and is known from a moment until it is superseded; it is never changed.
"""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_two_clocks"
down_revision = "20261124_organisations"
branch_labels = None
depends_on = None

_ACTS = """
create table household_acts (
    id uuid constraint pk_household_acts primary key,
    kind text not null constraint ck_household_acts_kind check (kind in ('split', 'merge', 'move', 'death', 'reversal')),
    household_id uuid not null constraint fk_household_acts_household_id references households (id),
    other_household_id uuid constraint fk_household_acts_other_household_id references households (id),
    person_id uuid constraint fk_household_acts_person_id references people (id),
    from_area_id uuid constraint fk_household_acts_from_area_id references areas (id),
    to_area_id uuid constraint fk_household_acts_to_area_id references areas (id),
    reverses_id uuid constraint fk_household_acts_reverses_id references household_acts (id)
        constraint uq_household_acts_reverses_id unique,
    effective_on date not null,
    decision_number text constraint ck_household_acts_decision_number check (decision_number <> ''),
    reason text constraint ck_household_acts_reason check (reason <> ''),
    decided_by text not null,
    recorded_at timestamptz not null,
    constraint ck_household_acts_two_households check (other_household_id <> household_id),
    constraint ck_household_acts_other check ((other_household_id is not null) = (kind in ('split', 'merge'))
        or kind = 'reversal'),
    constraint ck_household_acts_person check ((person_id is not null) = (kind = 'death') or kind = 'reversal'),
    constraint ck_household_acts_areas check ((from_area_id is not null and to_area_id is not null) = (kind = 'move')
        or kind = 'reversal'),
    constraint ck_household_acts_reverses check ((reverses_id is not null) = (kind = 'reversal'))
);
create index ix_household_acts_household_id on household_acts (household_id, recorded_at);
create index ix_household_acts_other_household_id on household_acts (other_household_id)
    where other_household_id is not null;
create index ix_household_acts_person_id on household_acts (person_id) where person_id is not null;
"""

_MEMBERSHIPS = """
alter table memberships rename column recorded_at to recorded_from;
alter table memberships alter column recorded_from set default clock_timestamp();
alter table memberships add column recorded_to timestamptz
    constraint ck_memberships_recorded check (recorded_to > recorded_from);
alter table memberships add column act_id uuid constraint fk_memberships_act_id references household_acts (id);
alter table memberships drop constraint ex_memberships_person;
alter table memberships drop constraint ex_memberships_head;
alter table memberships add constraint ex_memberships_person exclude using gist (person_id with =,
    daterange(joined_on, left_on) with &&, tstzrange(recorded_from, recorded_to) with &&);
alter table memberships add constraint ex_memberships_head exclude using gist (household_id with =,
    daterange(joined_on, left_on) with &&, tstzrange(recorded_from, recorded_to) with &&) where (relation = 'head');
alter table memberships drop constraint ck_memberships_left_because;
alter table memberships add constraint ck_memberships_left_because check (left_because in ('moved', 'died', 'married',
    'entered_by_mistake', 'changed_relation', 'split', 'merged'));
"""

_PLACES = """
alter table households add column dissolved_on date
    constraint ck_households_dissolved_on check (dissolved_on > registered_on);
create table household_places (
    id uuid constraint pk_household_places primary key,
    household_id uuid not null constraint fk_household_places_household_id references households (id),
    area_id uuid not null constraint fk_household_places_area_id references areas (id),
    village text not null constraint ck_household_places_village check (village <> ''),
    address text,
    valid_from date not null,
    valid_to date constraint ck_household_places_validity check (valid_to > valid_from),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_household_places_recorded check (recorded_to > recorded_from),
    act_id uuid constraint fk_household_places_act_id references household_acts (id),
    constraint ex_household_places_household exclude using gist (household_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_household_places_household_id on household_places (household_id, valid_from);
create index ix_household_places_area_id on household_places (area_id, household_id) where recorded_to is null;
create table dwellings (
    id uuid constraint pk_dwellings primary key,
    household_id uuid not null constraint fk_dwellings_household_id references households (id),
    kind text not null constraint ck_dwellings_kind check (kind in ('permanent', 'semi_permanent', 'weak', 'makeshift')),
    floor_area_m2 numeric(7, 2) not null constraint ck_dwellings_floor_area_m2 check (floor_area_m2 > 0),
    walls text not null constraint ck_dwellings_walls check (walls in ('concrete', 'brick_or_stone', 'wood', 'metal',
        'bamboo', 'earth', 'other')),
    frame text not null constraint ck_dwellings_frame check (frame in ('concrete', 'brick_or_stone', 'metal',
        'durable_wood', 'wood', 'bamboo', 'other')),
    roof text not null constraint ck_dwellings_roof check (roof in ('concrete', 'tiles', 'slabs', 'thatch', 'other')),
    walls_durable boolean not null,
    frame_durable boolean not null,
    roof_durable boolean not null,
    water_source text not null constraint ck_dwellings_water_source check (water_source in ('piped', 'drilled_well',
        'protected_dug_well', 'protected_spring', 'rain', 'bottled', 'unprotected_well', 'unprotected_spring',
        'surface', 'other')),
    latrine text not null constraint ck_dwellings_latrine check (latrine in ('septic', 'semi_septic', 'pour_flush',
        'improved_pit', 'double_vault', 'simple_pit', 'other', 'none')),
    ownership text not null constraint ck_dwellings_ownership check (ownership in ('own', 'rented', 'borrowed',
        'public', 'other')),
    uses_internet boolean not null,
    information_means text[] not null constraint ck_dwellings_information_means check (information_means <@ array[
        'television', 'radio', 'desktop', 'telephone', 'laptop', 'tablet', 'smartphone']),
    valid_from date not null,
    valid_to date constraint ck_dwellings_validity check (valid_to > valid_from),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_dwellings_recorded check (recorded_to > recorded_from),
    act_id uuid constraint fk_dwellings_act_id references household_acts (id),
    constraint ex_dwellings_household exclude using gist (household_id with =,
        daterange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index ix_dwellings_household_id on dwellings (household_id, valid_from);
"""

_FIRST_PLACES = """
insert into household_places (id, household_id, area_id, village, address, valid_from, recorded_from)
    select gen_random_uuid(), h.id, h.area_id, h.village, h.address, h.registered_on, h.recorded_at from households h;
"""

# Whoever sees a household sees what it was, wherever it lay then. People follow their household; one who left it for
# another area stays in its past, but only those who answer for the new area may change them.
_POLICIES = """
alter table household_places enable row level security;
alter table household_places force row level security;
create policy household_places_of_the_household on household_places
    using (current_setting('app.reach', true) = 'all' or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
alter table dwellings enable row level security;
alter table dwellings force row level security;
create policy dwellings_of_the_household on dwellings
    using (current_setting('app.reach', true) = 'all' or exists (select from households h where h.id = household_id))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
alter table household_acts enable row level security;
alter table household_acts force row level security;
create policy household_acts_of_the_household on household_acts
    using (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id in (household_id, other_household_id)))
    with check (current_setting('app.reach', true) = 'all'
        or exists (select from households h where h.id = household_id));
create policy people_of_the_past on people for select
    using (exists (select from memberships m where m.person_id = people.id));
"""

# The place known now is what row security and lists read of a household, so it is kept here and nowhere else. Writing
# it is the one step of a move that leaves the mover's scope: the row of the place itself had to pass the policy, this
# copy of it cannot, so the function raises its own reach and takes nothing from the caller. (An owner who is no
# superuser may not attach the setting to the function itself.)
_FUNCTIONS = """
create function keep_household_place() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        update households h
        set area_id = p.area_id, village = p.village, address = p.address, dissolved_on = p.valid_to
        from (
            select distinct on (known.household_id) known.*
            from household_places known
            where known.recorded_to is null and known.household_id in (select m.household_id from made m)
            order by known.household_id, known.valid_from desc
        ) p
        where p.household_id = h.id and (h.area_id, h.village, h.address, h.dissolved_on)
            is distinct from (p.area_id, p.village, p.address, p.valid_to);
        update people
        set area_id = h.area_id
        from memberships m join households h on h.id = m.household_id
        where m.household_id in (select made.household_id from made) and m.recorded_to is null and m.left_on is null
          and people.id = m.person_id and people.area_id <> h.area_id;
        perform set_config('app.reach', coalesce(before, ''), true);
        return null;
    end $$;
create trigger keep_place after insert on household_places referencing new table as made
    for each statement execute function keep_household_place();
create function keep_people_with_household() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        if exists (select from made m join households h on h.id = m.household_id
                   where m.recorded_to is null and (m.left_on is null or m.left_on > h.dissolved_on)
                     and h.dissolved_on is not null) then
            raise exception 'the household is dissolved'
                using errcode = 'exclusion_violation', constraint = 'ex_memberships_dissolved';
        end if;
        update people
        set area_id = h.area_id
        from made m join households h on h.id = m.household_id
        where m.recorded_to is null and m.left_on is null
          and people.id = m.person_id and people.area_id <> h.area_id;
        perform set_config('app.reach', coalesce(before, ''), true);
        return null;
    end $$;
create trigger keep_people after insert on memberships referencing new table as made
    for each statement execute function keep_people_with_household();
create function household_must_stand() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        checked uuid;
        before text := current_setting('app.reach', true);
    begin
        perform set_config('app.reach', 'all', true);
        if tg_table_name = 'households' then
            checked := new.id;
        else
            checked := new.household_id;
        end if;
        if exists (
            select from households h
            cross join lateral (select range_agg(daterange(p.valid_from, p.valid_to)) as days
                from household_places p where p.household_id = h.id and p.recorded_to is null) lived
            cross join lateral (select range_agg(daterange(m.joined_on, m.left_on)) as days
                from memberships m where m.household_id = h.id and m.recorded_to is null and m.relation = 'head') led
            where h.id = checked and (lived.days is distinct from
                datemultirange(daterange(h.registered_on, h.dissolved_on)) or not coalesce(led.days @> lived.days, false))
        ) then
            raise exception 'a living household has one head and one place on every day'
                using errcode = 'exclusion_violation', constraint = 'ex_households_head_and_place';
        end if;
        perform set_config('app.reach', coalesce(before, ''), true);
        return null;
    end $$;
"""
_STAND = "".join(
    f"create constraint trigger must_stand after {when} on {table} deferrable initially deferred for each row {only}"
    " execute function household_must_stand();\n"
    for table, when, only in (
        ("households", "insert", ""),
        ("household_places", "insert or update", ""),
        ("memberships", "insert or update", "when (new.relation = 'head')"),
    )
)

_GRANTS = """
revoke all on function keep_household_place(), keep_people_with_household(), household_must_stand() from public;
revoke update (village, address) on households from beneficiaries;
revoke update (left_on, left_because) on memberships from beneficiaries;
grant update (recorded_to) on memberships to beneficiaries;
grant select, insert, update (recorded_to) on household_places, dwellings to beneficiaries;
grant select, insert on household_acts to beneficiaries;
"""

_DOWN = """
drop trigger keep_people on memberships;
drop trigger must_stand on memberships;
drop trigger must_stand on households;
drop table household_places;
drop table dwellings;
drop function keep_household_place();
drop function keep_people_with_household();
drop function household_must_stand();
drop policy people_of_the_past on people;
delete from memberships where recorded_to is not null;
update memberships set left_because = 'moved' where left_because in ('split', 'merged');
alter table memberships drop constraint ck_memberships_left_because;
alter table memberships drop constraint ex_memberships_person;
alter table memberships drop constraint ex_memberships_head;
alter table memberships drop column act_id;
alter table memberships drop column recorded_to;
alter table memberships rename column recorded_from to recorded_at;
alter table memberships alter column recorded_at set default now();
alter table memberships add constraint ck_memberships_left_because check (left_because in ('moved', 'died', 'married',
    'entered_by_mistake', 'changed_relation'));
alter table memberships add constraint ex_memberships_person exclude using gist (person_id with =,
    daterange(joined_on, left_on) with &&);
alter table memberships add constraint ex_memberships_head exclude using gist (household_id with =,
    daterange(joined_on, left_on) with &&) where (relation = 'head');
alter table households drop column dissolved_on;
drop table household_acts;
grant update (village, address) on households to beneficiaries;
grant update (left_on, left_because) on memberships to beneficiaries;
"""


def upgrade() -> None:
    # Forced row security holds for the owner as well, who has to see the households that get their first place.
    op.execute("set local app.reach = 'all'")
    for statement in split(_ACTS + _MEMBERSHIPS + _PLACES + _FIRST_PLACES + _POLICIES + _FUNCTIONS + _STAND + _GRANTS):
        op.execute(statement)
    op.execute("set local app.reach = 'none'")


def downgrade() -> None:
    op.execute("set local app.reach = 'all'")
    for statement in split(_DOWN):
        op.execute(statement)
    op.execute("set local app.reach = 'none'")
