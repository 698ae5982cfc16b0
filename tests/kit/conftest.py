"""A service of no domain, small enough to show one thing of the kit at a time, on real PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI, Query, Request, Response, Security
from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, bindparam, select, text

from kit.app import create_app
from kit.database import Reader, RowScope, Session
from kit.http import (
    IdempotencyKey,
    IfMatch,
    Keyset,
    ListQuery,
    Page,
    etag,
    expect_version,
    router,
    set_next_link,
)
from kit.identity import Actor, signed_in
from kit.problems import NotFound, Problem, problems
from kit.settings import Settings
from kit.values.text import Line
from local.issuer.tokens import Keys, access_token
from local.people import find
from migrations.parts import platform_v1
from tests.conftest import GATEWAY, ISSUER, Databases

things = router("things", "Things")
Writer = Annotated[Actor, Security(signed_in, scopes=["donations.write"])]
table = Table("things", MetaData(), Column("id", BigInteger), Column("name", Text), Column("version", BigInteger))


class NameTaken(Problem):
    """Another thing has this name."""

    status = 409
    vi = "Tên đã có."
    fr = "Ce nom est pris."


class ThingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line


class ThingOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: int
    name: str


class Things(ListQuery):
    name: Line | None = None


@things.post("", status_code=201, responses=problems(NameTaken))
async def make(thing: ThingIn, session: Session, by: Writer, key: IdempotencyKey) -> ThingOut:
    """Make a thing."""
    made = await session.execute(
        text("insert into things (name, owner) values (:name, :owner) returning id"),
        {"name": thing.name, "owner": by.subject},
    )
    if thing.name == "refused by a rule":
        raise NotFound
    return ThingOut(id=made.scalar_one(), name=thing.name)


@things.get("")
async def many(
    query: Annotated[Things, Query()], session: Reader, by: Writer, request: Request, response: Response
) -> Page[ThingOut]:
    """List things."""
    order = Keyset([table.c.name, table.c.id], [str, int])
    statement = select(table.c.id, table.c.name)
    if query.name:
        statement = statement.where(table.c.name == bindparam("n", query.name))
    rows, cursor = await order.rows(session, statement, query, lambda row: (row.name, row.id))
    set_next_link(request, response, cursor)
    return Page(items=[ThingOut(id=row.id, name=row.name) for row in rows], next=cursor)


@things.get("/{thing}")
async def one(thing: int, session: Reader, by: Writer, response: Response) -> ThingOut:
    """Read a thing."""
    found = (await session.execute(select(table).where(table.c.id == thing))).first()
    if found is None:
        raise NotFound
    response.headers["ETag"] = etag(found.version)
    return ThingOut(id=found.id, name=found.name)


@things.patch("/{thing}")
async def rename(thing: int, change: ThingIn, version: IfMatch, session: Session, by: Writer) -> ThingOut:
    """Rename a thing."""
    found = (await session.execute(select(table).where(table.c.id == thing).with_for_update())).first()
    if found is None:
        raise NotFound
    expect_version(found.version, version)
    await session.execute(
        text("update things set name = :name, version = version + 1 where id = :id"),
        {"name": change.name, "id": thing},
    )
    return ThingOut(id=thing, name=change.name)


@things.post("/broken", status_code=201)
async def broken(session: Session, by: Writer, key: IdempotencyKey) -> ThingOut:
    """Fail after a write."""
    # A row of the caller's own: another's would be refused by the policy, and the exception never raised.
    await session.execute(text("insert into things (name, owner) values ('half', :owner)"), {"owner": by.subject})
    secret = "a secret in the text of an exception"
    raise RuntimeError(secret)


_SCHEMA = """
create table alembic_version (version_num text);
insert into alembic_version values ('of the tests');
create table things (id bigint generated always as identity primary key, name text not null,
    owner text not null, version bigint not null default 1, constraint uq_things_name unique (name));
alter table things enable row level security;
alter table things force row level security;
create policy own on things using (current_setting('app.reach', true) = 'all'
    or owner = current_setting('app.subject', true));
create table doubles (thing bigint, constraint doubles_late unique (thing) deferrable initially deferred);
"""


class _Script:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


@dataclass
class Kit:
    app: FastAPI
    keys: Keys
    url: str
    superuser_url: str

    def token(self, login: str = "treasurer", **overrides: Any) -> str:
        return access_token(self.keys, find(login), issuer=ISSUER, **overrides)

    def client(self, login: str | None = "treasurer", token: str | None = None) -> httpx2.AsyncClient:
        headers = {"Accept-Language": "en"}
        if token or login:
            headers["Authorization"] = f"Bearer {token or self.token(login or '')}"
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=GATEWAY, headers=headers)

    async def sql(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


@pytest.fixture
async def kit(databases: Databases, keys: Keys) -> AsyncIterator[Callable[..., Kit]]:
    """Give a function that builds the small service; called twice, both stand on the same database."""
    name = f"kit_{next(databases.numbers)}"
    if "kit" not in databases.built:
        await databases.admin("create role kit login password 'of-the-tests'")
        databases.built.add("kit")
    await databases.admin(f"create database {name}")
    script = _Script()
    platform_v1.upgrade(script, "kit")
    await databases.admin(
        _SCHEMA, *script.statements, "grant select, insert, update on things, doubles to kit", database=name
    )
    apps: list[FastAPI] = []

    def build(**settings: Any) -> Kit:
        url = databases.url(name, "kit")
        given = {
            "environment": "test",
            "database_url": url,
            "issuer": ISSUER,
            "jwks": keys.jwks(),
            "public_url": GATEWAY,
            "database_pool": 5,
        } | settings
        app = create_app(
            "kit",
            Settings(**given),
            [things],
            title="Kit",
            description="A service of no domain.",
            migration_head="of the tests",
            row_scope=lambda actor: RowScope(subject=actor.subject, reach="own") if actor else RowScope(),
            problems=[NameTaken],
            constraints={"uq_things_name": NameTaken},
        )
        apps.append(app)
        return Kit(app, keys, url, databases.cluster.url(name))

    yield build
    for app in apps:
        await app.state.database.close()
    await databases.drop(name)
