"""Periods that overlap are refused by the database, in every table that has them."""

from typing import Final

from tests.conftest import Service

_PERIODS: Final = """
select c.relname as name,
    coalesce((select string_agg(pg_get_constraintdef(x.oid), ' / ') from pg_constraint x
              where x.conrelid = c.oid and x.contype = 'x'), '') as refused,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'recorded_to'
            and not a.attisdropped) as two_clocks
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' and exists (select from pg_attribute a where a.attrelid = c.oid
    and a.attname in ('valid_to', 'left_on') and not a.attisdropped)
order by 1
"""


async def test_every_table_with_periods_refuses_those_that_overlap(registry: Service) -> None:
    found = {row["name"]: row for row in await registry.sql(_PERIODS)}
    assert {"memberships", "poverty_statuses", "parentages", "dwellings", "payment_channels"} <= found.keys()
    assert [name for name, row in found.items() if "daterange(" not in row["refused"]] == []
    clocks = {name: row["refused"] for name, row in found.items() if row["two_clocks"]}
    assert [name for name, said in clocks.items() if "tstzrange(recorded_from, recorded_to)" not in said] == []
