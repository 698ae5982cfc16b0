import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from local import databases
from local.passwords import Passwords
from local.postgres import Cluster
from local.servers import ServerElsewhere


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("databases") / "cluster", durable=False)
    with cluster:
        databases.bootstrap(cluster, ["funds", "loans"])
        yield cluster
    cluster.remove()


def on(url: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_the_runtime_role_owns_nothing_and_cannot_step_around_row_security(furnished: Cluster) -> None:
    role = on(
        furnished.url("ftp_funds", "funds"),
        lambda c: c.fetchrow("SELECT * FROM pg_roles WHERE rolname = current_user"),
    )
    rights = ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolreplication")
    assert [role[right] for right in rights] == [False] * 5


def test_the_runtime_role_cannot_create_tables_and_the_owner_can(furnished: Cluster) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        on(furnished.url("ftp_funds", "funds"), lambda c: c.execute("CREATE TABLE public.mine ()"))
    on(furnished.url("ftp_funds", "funds_owner"), lambda c: c.execute("CREATE TABLE public.mine ()"))


def test_a_service_cannot_enter_the_database_of_another(furnished: Cluster) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        on(furnished.url("ftp_loans", "funds"), lambda c: c.fetchval("SELECT 1"))


def test_the_extensions_are_there_for_the_runtime_role(furnished: Cluster) -> None:
    found = on(
        furnished.url("ftp_loans", "loans"),
        lambda c: c.fetchval("SELECT unaccent('Đói nghèo') || similarity('rice', 'rice')"),
    )
    assert found == "Doi ngheo1"


def test_bootstrapping_again_keeps_the_data_and_takes_new_passwords(furnished: Cluster) -> None:
    owner = furnished.url("ftp_loans", "loans_owner")
    on(owner, lambda c: c.execute("CREATE TABLE kept AS SELECT 7 AS seven"))
    databases.bootstrap(furnished, ["funds", "loans"], {"loans": "chosen / elsewhere"})
    assert on(owner, lambda c: c.fetchval("SELECT seven FROM kept")) == 7
    assert on(furnished.url("ftp_loans", "loans"), lambda c: c.fetchval("SELECT 1")) == 1


def test_a_copy_has_the_tables_the_owner_and_the_guests_of_its_template(furnished: Cluster) -> None:
    on(
        furnished.url("ftp_funds", "funds_owner"),
        lambda c: c.execute("CREATE TABLE copied AS SELECT 5 AS five"),
    )
    databases.create_from_template(furnished, "ftp_funds", "copy_of_funds")
    copied = on(furnished.url("copy_of_funds", "funds_owner"), lambda c: c.fetchval("SELECT five FROM copied"))
    assert copied == 5
    assert on(furnished.url("copy_of_funds", "funds"), lambda c: c.fetchval("SELECT 1")) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        on(furnished.url("copy_of_funds", "loans"), lambda c: c.fetchval("SELECT 1"))


async def test_dropping_ends_the_connections_and_may_be_repeated(furnished: Cluster) -> None:
    await databases.create_from_template_async(furnished, "ftp_loans", "dropped")
    guest = await asyncpg.connect(furnished.url("dropped", "loans"))
    await databases.drop_async(furnished, "dropped")
    await databases.drop_async(furnished, "dropped")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await guest.fetchval("SELECT 1")
    guest.terminate()


def test_a_server_elsewhere_is_furnished_the_same_way(furnished: Cluster, tmp_path: Path) -> None:
    server = ServerElsewhere(furnished.url(), Passwords(tmp_path / "secrets.json"))
    databases.bootstrap(server, ["elsewhere"])
    assert on(server.url("ftp_elsewhere", "elsewhere"), lambda c: c.fetchval("SELECT 1")) == 1
