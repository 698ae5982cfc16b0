"""The fund's revisions, up and down step by step, and the copy that the code was written for."""

from typing import Any

import asyncpg

from migrations import runner
from services.funds.settings import MIGRATION_HEAD

_THINGS = (
    "select coalesce(array_agg(c.relname::text order by c.relname), '{}') from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = 'public' and c.relname not like 'alembic_%'"
    " and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
)
_FUNCTIONS = (
    "select coalesce(array_agg(p.proname::text order by p.proname), '{}') from pg_proc p"
    " join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'"
    " and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
)


def test_the_code_was_written_for_the_newest_revision() -> None:
    assert runner.head("funds") == MIGRATION_HEAD


async def test_every_revision_goes_up_down_and_up_again(databases: Any) -> None:
    name = await databases.copy("funds")
    try:
        owner = databases.url(name, "funds_owner")
        await runner.run("funds", owner, "base", down=True)
        connection = await asyncpg.connect(databases.cluster.url(name))
        try:
            assert await connection.fetchval(_THINGS) == []
            assert await connection.fetchval(_FUNCTIONS) == []
        finally:
            await connection.close()
        for revision in runner.revisions("funds"):
            await runner.run("funds", owner, revision)
            await runner.run("funds", owner, "-1", down=True)
            await runner.run("funds", owner, revision)
    finally:
        await databases.drop(name)
