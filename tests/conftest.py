"""Real PostgreSQL, built by the real migrations; every test gets a copy of its own."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.applications import Starlette

from local.issuer.app import create_app as create_issuer
from local.issuer.proofs import dpop_proof, new_proof_key
from local.issuer.settings import Settings as IssuerSettings
from local.issuer.tokens import Keys, access_token
from local.people import Client, find
from local.postgres import Cluster
from migrations import runner

ISSUER = "http://127.0.0.1:18080"
GATEWAY = "http://127.0.0.1:18000"
_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
_PASSWORD = "of-the-tests"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("postgres"), durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys.generate()


@dataclass
class Databases:
    """Templates built once per service by the migrations, and copies of them, one for each test that asks."""

    cluster: Cluster
    built: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str, user: str) -> str:
        parts = urlsplit(self.cluster.url(name))
        return f"postgresql://{user}:{_PASSWORD}@127.0.0.1:{parts.port}/{name}"

    async def admin(self, *statements: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(self.cluster.url(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def template(self, service: str) -> str:
        name = f"template_{service}"
        if service not in self.built:
            for role in (f"{service}_owner", service):
                await self.admin(f"create role {role} login password '{_PASSWORD}'")
            await self.admin(f"create database {name} owner {service}_owner")
            await self.admin(
                *(f"create extension {extension}" for extension in _EXTENSIONS),
                f"alter schema public owner to {service}_owner",
                f"grant usage on schema public to {service}",
                database=name,
            )
            await runner.run(service, self.url(name, f"{service}_owner"))
            self.built.add(service)
        return name

    async def copy(self, service: str) -> str:
        """Return the name of a fresh database of `service`, migrated to head."""
        template = await self.template(service)
        name = f"{service}_{next(self.numbers)}"
        await self.admin(f"create database {name} template {template} owner {service}_owner")
        return name

    async def drop(self, name: str) -> None:
        await self.admin(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def databases(cluster: Cluster) -> Databases:
    return Databases(cluster)


class Wires(httpx2.AsyncBaseTransport):
    """Connects our services to each other inside one process, by host and port, without a socket."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx2.ASGITransport] = {}
        self.cut: set[str] = set()

    def connect(self, url: str, app: Any) -> None:
        self.apps[urlsplit(url).netloc] = httpx2.ASGITransport(app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        place = request.url.netloc.decode()
        if place in self.cut or place not in self.apps:
            raise httpx2.ConnectError("nobody listens there", request=request)
        return await self.apps[place].handle_async_request(request)


@dataclass
class Service:
    """A running service of one test: its application, its database, and clients signed in by login."""

    name: str
    app: FastAPI
    database: str
    databases: Databases
    keys: Keys
    clients: AsyncExitStack

    @property
    def owner_url(self) -> str:
        return self.databases.url(self.database, f"{self.name}_owner")

    @property
    def runtime_url(self) -> str:
        return self.databases.url(self.database, self.name)

    def token(self, login: str, **overrides: Any) -> str:
        who = Client(login) if login.startswith("service:") else find(login)
        return access_token(self.keys, who, issuer=ISSUER, **overrides)

    async def signed_in(self, login: str | None, language: str = "en") -> httpx2.AsyncClient:
        """Return a client that calls as `login`, or as nobody for None."""
        headers = {"Accept-Language": language}
        proving = None
        if login is not None and login.startswith("partner-bank:"):
            proving = Proving(self, login)
        elif login is not None:
            headers["Authorization"] = f"Bearer {self.token(login)}"
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app), base_url=GATEWAY, headers=headers, timeout=30, auth=proving
        )
        return await self.clients.enter_async_context(client)

    async def sql(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement as the superuser, past row scope: what a test needs to look behind the API."""
        connection = await asyncpg.connect(self.databases.cluster.url(self.database))
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


class Proving(httpx2.Auth):
    """Signs a partner bank in: a token bound to its key, and a fresh proof with every request (DPoP)."""

    def __init__(self, service: Service, login: str) -> None:
        self.key = new_proof_key()
        self.token = service.token(login, thumbprint=self.key.thumbprint())

    def auth_flow(self, request: httpx2.Request) -> Iterator[httpx2.Request]:
        request.headers["Authorization"] = f"DPoP {self.token}"
        request.headers["DPoP"] = dpop_proof(self.key, request.method, str(request.url), self.token)
        yield request


StartService = Callable[..., Any]


def issuer_of_services(keys: Keys, folder: Path) -> Starlette:
    """Return the development issuer, with the keys that sign everybody's tokens, for our services' own tokens."""
    keys.save(folder)
    secrets = {f"service:{name}": SecretStr("development-only") for name in runner.SERVICES}
    return create_issuer(IssuerSettings(environment="test", issuer=ISSUER, data_dir=folder, service_clients=secrets))


@pytest.fixture
async def start(databases: Databases, keys: Keys, tmp_path: Path) -> AsyncIterator[StartService]:
    """Give a function that starts a service by its name, on a database of its own.

    Keyword arguments become settings; services started by one test are wired to each other and to the issuer.
    """
    wires = Wires()
    wires.connect(ISSUER, issuer_of_services(keys, tmp_path / "issuer"))
    async with AsyncExitStack() as stack:

        async def start_one(name: str, **settings: Any) -> Service:
            database = await databases.copy(name)
            stack.push_async_callback(databases.drop, database)
            module = import_module(f"services.{name}.app")
            given = {
                "environment": "test",
                "database_url": databases.url(database, name),
                "issuer": ISSUER,
                "jwks": keys.jwks(),
                "public_url": GATEWAY,
                "registry_url": "http://registry.test",
                "client_id": f"service:{name}",
                "database_pool": 5,
                "files_url": f"file://{tmp_path / 'files' / name}",
            } | settings
            app = module.create_app(module.Settings(**given), transport=wires)
            await stack.enter_async_context(app.router.lifespan_context(app))
            host = "registry" if name == "beneficiaries" else name
            wires.connect(f"http://{host}.test", app)
            clients = await stack.enter_async_context(AsyncExitStack())
            service = Service(name, app, database, databases, keys, clients)
            app.state.wires = wires
            return service

        yield start_one


@pytest.fixture
def new_key() -> Callable[[], dict[str, str]]:
    """Give a function that makes the header of a fresh idempotency key."""
    numbers = itertools.count()
    return lambda: {"Idempotency-Key": f"test-key-{next(numbers):08}"}


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parent.parent


def run(coroutine: Any) -> Any:
    """Run a coroutine from a test that is not asynchronous itself (Hypothesis state machines)."""
    return asyncio.run(coroutine)
