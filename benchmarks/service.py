"""Recording a donation and reading a page of 20, at the fund's own port, against a bare handler with the same SQL.

    python -m benchmarks.service

The floor is what one would write in an afternoon: a FastAPI route, asyncpg, the same statements in the same order
(taken from the service's own, so that they cannot drift apart), no token, no validation beyond JSON, no refusals.
Both run one uvicorn process with uvloop on the same durable PostgreSQL; 8 kept-alive connections; the middle of three
rounds in turn. Bounds: at least 0.5 of its requests per second to read, 0.4 to write.
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from rich.console import Console
from rich.table import Table
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from benchmarks.load import get, post, process, rate
from kit import audit, scope
from kit.http import idempotency, pages
from kit.ledger.post import _POST
from kit.outbox import events
from kit.values.dates import now, today
from kit.values.ids import new_id
from kit.values.reference import new_reference
from local import ports
from local.databases import bootstrap_async
from local.issuer.tokens import Keys, access_token
from local.people import find
from local.postgres import Cluster
from migrations import runner
from services.funds import chart
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.donations import queries

ISSUER = "http://127.0.0.1:18080"
CONNECTIONS, ROUNDS, SEEDED = 8, 3, 2_000
REQUESTS = {"read": 3_000, "write": 1_500}
LEAST = {"read": 0.5, "write": 0.4}
BODY = {"campaign_id": str(STANDING_FUND), "value": {"amount": 150_000, "currency": "VND"}, "received_on": "2024-01-15"}


def bare(dsn: str) -> FastAPI:
    """Return the floor: the statements of the service, sent by asyncpg, with nothing around them."""
    sql = {
        name: _driver_sql(statement)
        for name, statement in {
            "begin": scope.BEGIN,
            "claim": idempotency._CLAIM,
            "campaign": queries._NAMED,
            "donation": queries.INSERT,
            "entry": _POST,
            "event": events._INSERT,
            "audit": audit._INSERT,
            "keep": idempotency._KEEP,
            "page": pages._made_once(queries.NEWEST_FIRST, queries.SHOWN, False),
        }.items()
    }
    app = FastAPI()

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        async with asyncpg.create_pool(dsn, min_size=10, max_size=10) as app.state.pool:
            yield

    app.router.lifespan_context = lifespan

    @app.get("/v1/funds/donations")
    async def page() -> Response:
        async with app.state.pool.acquire() as connection, connection.transaction():
            await _run(connection, sql["begin"], _scope("on"))
            rows = await _run(connection, sql["page"], {"page_limit": 21})
        items = [_item(row) for row in rows[:20]]
        return Response(orjson.dumps({"items": items, "next": str(rows[-1][0])}), media_type="application/json")

    @app.post("/v1/funds/donations", status_code=201)
    async def record(request: Request) -> Response:
        gift = orjson.loads(await request.body())
        key = os.urandom(32)
        donation_id, entry_id, reference = new_id(), new_id(), new_reference("DN")
        async with app.state.pool.acquire() as connection, connection.transaction():
            await _run(connection, sql["begin"], _scope("off"))
            await _run(connection, sql["claim"], {"lock": int.from_bytes(key[:8], signed=True), "id": key})
            await _run(connection, sql["campaign"], {"campaign": STANDING_FUND, "donor": None, "group": None})
            day = today().replace(year=2024, month=1, day=15)
            amount = gift["value"]["amount"]
            row = {
                "id": donation_id,
                "reference": reference,
                "campaign_id": STANDING_FUND,
                "donor_id": None,
                "on_behalf_of": None,
                "unit": "VND",
                "amount": amount,
                "valuation": None,
                "valuation_basis": None,
                "received_on": day,
                "entry_id": entry_id,
                "corrects": None,
                "recorded_by": "treasurer",
                "recorded_at": now(),
            }
            await _run(connection, sql["donation"], row)
            await _run(connection, sql["entry"], _entry(entry_id, day, amount, f"donation:{donation_id}"))
            told = orjson.dumps({"donation_id": str(donation_id), "reference": reference}).decode()
            event = {"id": new_id(), "type": "donation.recorded", "subject": str(donation_id), "data": told}
            await _run(connection, sql["event"], {**event, "bank": None, "area": None})
            await _run(connection, sql["audit"], _audit(donation_id, reference))
            answer = orjson.dumps({**row, "id": str(donation_id), "campaign_id": str(STANDING_FUND), "entry_id": None})
            kept = {"id": key, "fingerprint": key, "status": 201, "headers": "{}", "body": answer}
            await _run(connection, sql["keep"], kept)
        return Response(answer, status_code=201, media_type="application/json")

    return app


def _driver_sql(statement: Any) -> tuple[str, list[str]]:
    compiled = statement.compile(dialect=dialect.dialect())  # type: ignore[no-untyped-call]
    return compiled.string, list(compiled.positiontup)


async def _run(connection: Any, sql: tuple[str, list[str]], values: dict[str, Any]) -> list[Any]:
    text, names = sql
    rows: list[Any] = await connection.fetch(text, *(values[name] for name in names))
    return rows


def _scope(read_only: str) -> dict[str, str]:
    return {"subject": "treasurer", "reach": "all", "area": "", "bank": "", "read_only": read_only}


def _item(row: Any) -> dict[str, Any]:
    return {
        "id": str(row[0]),
        "reference": row[1],
        "campaign_id": str(row[2]),
        "value": {"amount": row["amount"], "currency": "VND"},
        "received_on": row["received_on"],
        "recorded_at": row["recorded_at"],
        "recorded_by": row["recorded_by"],
    }


def _entry(entry_id: Any, day: Any, amount: int, key: str) -> dict[str, Any]:
    legs = [(line.account, line.amount, line.unit) for line in chart.receipt(STANDING_FUND, "VND", amount)]
    return {
        "ids": [entry_id],
        "dates": [day],
        "descriptions": ["donation"],
        "sources": [key],
        "reversed": [None],
        "held": [None],
        "keys": [key],
        "actors": ["treasurer"],
        "legs": [orjson.dumps(legs).decode()],
    }


def _audit(donation_id: Any, reference: str) -> dict[str, Any]:
    return {
        "actor": "treasurer",
        "client": "development",
        "on_behalf_of": None,
        "action": "donation.recorded",
        "subject_type": "donation",
        "subject_id": donation_id,
        "change": orjson.dumps({"reference": reference}).decode(),
        "reason": None,
        "request_id": "",
    }


async def measure() -> list[dict[str, Any]]:
    """Return a row for reading and one for writing: both rates, their ratio, and whether the bound is met."""
    with tempfile.TemporaryDirectory(prefix="service-bench-") as folder:
        cluster = Cluster(Path(folder) / "postgres")
        with cluster:
            rows = await _measured(cluster)
        cluster.remove()
    return rows


async def _measured(cluster: Cluster) -> list[dict[str, Any]]:
    await bootstrap_async(cluster, ["funds"])
    await runner.run("funds", cluster.url("ftp_funds", "funds_owner"))
    keys = Keys.generate()
    token = access_token(keys, find("treasurer"), issuer=ISSUER, ttl=3600)
    port_of = {"service": ports.pick(), "bare": ports.pick()}
    environment = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": cluster.url("ftp_funds", "funds"),
        "ISSUER": ISSUER,
        "JWKS": json.dumps(keys.jwks()),
        "REGISTRY_URL": "http://127.0.0.1:1",
        "LOG_LEVEL": "error",
    }
    serve = [sys.executable, "-m", "uvicorn", "--factory", "--no-access-log", "--log-level", "warning"]
    commands = {
        "service": [*serve, "--port", str(port_of["service"]), "services.funds.app:create_app"],
        "bare": [*serve, "--port", str(port_of["bare"]), "benchmarks.service:bare_from_environment"],
    }
    with (
        process(commands["service"], port_of["service"], environment),
        process(commands["bare"], port_of["bare"], environment),
    ):
        return await _rounds(port_of, {"Authorization": f"Bearer {token}"})


async def _rounds(port_of: dict[str, int], signed_in: dict[str, str]) -> list[dict[str, Any]]:
    body = orjson.dumps(BODY)

    def write() -> bytes:
        return post("/v1/funds/donations", {**signed_in, "Idempotency-Key": str(new_id())}, body)

    def read() -> bytes:
        return get("/v1/funds/donations", signed_in)

    await rate(port_of["service"], write, connections=CONNECTIONS, count=SEEDED)
    rows: list[dict[str, Any]] = []
    for name, request in (("read", read), ("write", write)):
        rates: dict[str, list[float]] = {"service": [], "bare": []}
        for port in port_of.values():
            await rate(port, request, connections=CONNECTIONS, count=200)
        for _ in range(ROUNDS):
            for who, port in port_of.items():
                rates[who].append(await rate(port, request, connections=CONNECTIONS, count=REQUESTS[name]))
        middle = {who: statistics.median(found) for who, found in rates.items()}
        ratio = middle["service"] / middle["bare"]
        rows.append({"what": name, **middle, "ratio": ratio, "bound": LEAST[name], "met": ratio >= LEAST[name]})
    return rows


def bare_from_environment() -> FastAPI:
    return bare(os.environ["DATABASE_URL"])


def main() -> None:
    table = Table("request", "service /s", "bare /s", "ratio", "bound", "", title="Service against a bare handler")
    for row in asyncio.run(measure()):
        table.add_row(
            row["what"],
            f"{row['service']:,.0f}",
            f"{row['bare']:,.0f}",
            f"{row['ratio']:.2f}",
            f"at least {row['bound']}",
            "PASS" if row["met"] else "MISS",
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
