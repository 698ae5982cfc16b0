"""A dissolved household has no status any more; names are searched among the households of any day."""

from typing import Final

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_households_as_of"
down_revision = "20261124_two_clocks"
branch_labels = None
depends_on = None

# One statement, no SET: PostgreSQL inlines it into the query that joins it.
_STANDING: Final = """
create or replace function household_standing(household uuid, day date, known timestamptz)
    returns table (status text, since date, standard text, left_list_on date) language sql stable as $$
    select case when s.status in ('poor', 'near_poor') then s.status
                when gone.left_on + interval '3 years' >= day then 'newly_escaped'
                else 'none' end,
           s.valid_from, s.standard, case when s.status in ('poor', 'near_poor') then null else gone.left_on end
    from (select) as one
    left join poverty_statuses s on s.household_id = household
        and s.valid_from <= day and (s.valid_to is null or s.valid_to > day)
        and s.recorded_from <= known and (s.recorded_to is null or s.recorded_to > known)DISSOLVED
    left join lateral (
        select max(p.valid_to) as left_on from poverty_statuses p
        where p.household_id = household and p.status in ('poor', 'near_poor') and p.valid_to <= day
          and p.recorded_from <= known and (p.recorded_to is null or p.recorded_to > known)DISSOLVED
    ) gone on true
    $$;
"""
_DISSOLVED: Final = """
        and day < coalesce((select max(coalesce(l.valid_to, 'infinity')) from household_places l
            where l.household_id = household and l.recorded_from <= known
              and (l.recorded_to is null or l.recorded_to > known)), 'infinity')"""

_NAMED: Final = """
create function households_named(pattern text, within uuid[], wanted text, day date, after uuid, most integerPAST)
    returns setof uuid language plpgsql stable security definer
    set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan
    as $$
    begin
        return query
        select s.household_id from household_search s
        where s.names like pattern
          and (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'
               and s.area_id = any ((select areas_in_scope())::uuid[])))
          and WITHIN
          and (after is null or s.household_id > after)
          and (wanted is null or exists (
               select from household_standing(s.household_id, day, now()) st where st.status = wanted))
        order by s.household_id limit most;
    end $$;
revoke all on function households_named(text, uuid[], text, date, uuid, integerTYPE) from public;
grant execute on function households_named(text, uuid[], text, date, uuid, integerTYPE) to beneficiaries;
"""
_TODAY: Final = "(within is null or s.area_id = any (within))"
_ON_THE_DAY: Final = """case when past then exists (
                   select from household_places p where p.household_id = s.household_id and p.recorded_to is null
                     and p.valid_from <= day and (p.valid_to is null or p.valid_to > day)
                     and (within is null or p.area_id = any (within)))
               else within is null or s.area_id = any (within) end"""


def upgrade() -> None:
    op.execute("drop function households_named(text, uuid[], text, date, uuid, integer)")
    named = _NAMED.replace("PAST", ", past boolean default false").replace("TYPE", ", boolean")
    for statement in split(_STANDING.replace("DISSOLVED", _DISSOLVED) + named.replace("WITHIN", _ON_THE_DAY)):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop function households_named(text, uuid[], text, date, uuid, integer, boolean)")
    named = _NAMED.replace("PAST", "").replace("TYPE", "")
    for statement in split(_STANDING.replace("DISSOLVED", "") + named.replace("WITHIN", _TODAY)):
        op.execute(statement)
