"""kill -9 under load, then the books are audited: acknowledged exactly once, unknown settled by repeating the key."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2
import pytest

from services.funds.campaigns.schemas import STANDING_FUND
from tests.running import Platform, eventually

CLIENTS = 8
_EACH = 100_000


@dataclass
class Work:
    """One kind of write, numbered: what is sent, who sends it, and where it must stand afterwards, exactly once.

    `kept` selects number and id of all that was written from a first number to a last.
    """

    service: str
    login: str
    path: str
    body: Callable[[int], dict[str, Any]]
    kept: str
    audit: str | None = None


GIFTS = Work(
    "funds",
    "treasurer",
    "/v1/funds/donations",
    lambda number: {
        "campaign_id": str(STANDING_FUND),
        "value": {"amount": number, "currency": "VND"},
        "received_on": "2024-01-15",
    },
    "select amount as number, id::text from donations where amount between $1 and $2",
    "/v1/funds/audit",
)


@dataclass
class Load:
    """Clients who write one after another, each time under a new key; what they were told is kept.

    A client without an answer repeats its key until it has one, as the contract asks. Going on to the next instead
    would open thousands of keys in an outage of seconds, more than the limit of one caller lets through afterwards.
    """

    platform: Platform
    work: Work
    first: int
    acknowledged: dict[int, str] = field(default_factory=dict)
    interrupted: set[int] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, http: httpx2.AsyncClient, number: int) -> bool:
        """Send one; an answer of 201 is a promise, everything else leaves it open."""
        key = {"Idempotency-Key": f"{self.work.service}-{number:010}"}
        try:
            answer = await http.post(self.work.path, json=self.work.body(number), headers=key)
        except httpx2.HTTPError:
            self.interrupted.add(number)
            return False
        if answer.status_code == 201:
            self.acknowledged[number] = answer.json()["id"]
            return True
        assert answer.status_code in {409, 429, 500, 502, 503, 504}, answer.text
        self.interrupted.add(number)
        return False

    async def one_client(self, client: int) -> None:
        async with self.platform.client(self.work.login) as http:
            number = self.first + client * _EACH
            while not self.over.is_set():
                await eventually(partial(self.send, http, number), bool)
                number += 1


async def _audited(platform: Platform, load: Load) -> None:
    work = load.work
    rows = await platform.sql(work.service, work.kept, load.first, load.first + CLIENTS * _EACH)
    assert sorted((row["number"], row["id"]) for row in rows) == sorted(load.acknowledged.items())
    if work.audit is not None:
        async with platform.client("auditor") as auditor:
            books = (await auditor.get(work.audit)).json()
        assert books["clean"], books
        [total] = await platform.sql(work.service, "select sum(amount) as all from ledger_postings")
        assert total["all"] == 0


Fault = Callable[[Platform], Awaitable[None]]


async def _terminate_backends(platform: Platform) -> None:
    await platform.sql(
        "funds", "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'funds' and state <> 'idle'"
    )


async def _crash_the_server(platform: Platform) -> None:
    """SIGKILL one backend: PostgreSQL ends all of them and recovers from its log."""
    [backend] = await platform.sql("funds", "select pid from pg_stat_activity where usename = 'funds' limit 1")
    os.kill(backend["pid"], signal.SIGKILL)


async def _kill_service(platform: Platform) -> None:
    platform.kill("funds")


async def _kill_gateway(platform: Platform) -> None:
    platform.kill("gateway")


@pytest.mark.parametrize(
    ("number", "fault"),
    list(enumerate([_kill_service, _terminate_backends, _crash_the_server, _kill_gateway], 1)),
    ids=["the service", "its backends", "the database server", "the gateway"],
)
async def test_no_acknowledged_gift_is_lost_or_doubled_when_something_dies(
    platform: Platform, number: int, fault: Fault
) -> None:
    await _suffered(Load(platform, GIFTS, first=number * 1_000_000), fault)


async def test_no_acknowledged_household_is_lost_or_doubled_when_the_registry_dies(platform: Platform) -> None:
    async with platform.client() as nobody:
        areas = (await nobody.get("/v1/beneficiaries/areas", params={"as_of": "2026-01-01", "limit": 200})).json()
    commune = next(area["id"] for area in areas["items"] if area["code"] == "04117")
    head = {"full_name": "Lò Thị Đôi", "sex": "female", "birth_date": "1980-05-01", "relation": "head"}
    households = Work(
        "beneficiaries",
        "commune-officer:04117",
        "/v1/beneficiaries/households",
        lambda number: {"area_id": commune, "village": f"Bản {number}", "members": [head | {"ethnicity": "03"}]},
        "select substr(village, 5)::int as number, id::text from households"
        " where substr(village, 5)::int between $1 and $2",
    )

    async def kill(platform: Platform) -> None:
        platform.kill("beneficiaries")

    await _suffered(Load(platform, households, first=1_000_000), kill)


async def test_no_acknowledged_repayment_is_lost_or_doubled_when_the_loans_service_dies(platform: Platform) -> None:
    loan = await _loan(platform)
    repayments = Work(
        "loans",
        "credit-officer",
        f"/v1/loans/loans/{loan}/repayments",
        lambda number: {
            "on": "2024-04-10",
            "amount": {"amount": 1_000, "currency": "VND"},
            "receipt": f"PT-{number}",
        },
        "select substr(receipt, 4)::int as number, id::text from repayments"
        " where substr(receipt, 4)::int between $1 and $2",
        "/v1/loans/audit",
    )

    async def kill(platform: Platform) -> None:
        platform.kill("loans")

    await _suffered(Load(platform, repayments, first=1_000_000), kill)


async def _loan(platform: Platform) -> str:
    """Lend 50 million to a poor household of Mường Chanh; return the loan's id."""
    steps = iter(range(10))

    async def made(login: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with platform.client(login) as http:
            answer = await http.post(path, json=body, headers={"Idempotency-Key": f"one-loan-{next(steps):04}"})
        assert answer.status_code in {200, 201}, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async with platform.client() as nobody:
        areas = (await nobody.get("/v1/beneficiaries/areas", params={"as_of": "2023-01-01", "limit": 200})).json()
        programmes = (await nobody.get("/v1/loans/programmes")).json()
    commune = next(area["id"] for area in areas["items"] if area["code"] == "04117")
    head = {"full_name": "Lò Thị Đôi", "sex": "female", "birth_date": "1980-05-01", "relation": "head"}
    body = {
        "area_id": commune,
        "village": "Bản 1",
        "registered_on": "2021-02-01",
        "members": [head | {"ethnicity": "03"}],
    }
    household = (await made("commune-officer:04117", "/v1/beneficiaries/households", body))["id"]
    decision = {"status": "poor", "valid_from": "2022-01-01", "decision_number": "12/QĐ-UBND"}
    await made("commune-officer:04117", f"/v1/beneficiaries/households/{household}/poverty-statuses", decision)
    asked = {
        "household_id": household,
        "programme_id": next(one["id"] for one in programmes["items"] if one["code"] == "poor"),
        "amount": {"amount": 50_000_000, "currency": "VND"},
        "term_months": 36,
        "purpose": "Bò giống",
        "applied_on": "2024-03-01",
    }
    place = f"/v1/loans/applications/{(await made('credit-officer', '/v1/loans/applications', asked))['id']}"
    await made("credit-officer-2", f"{place}/approval", {"on": "2024-03-05"})
    return str((await made("credit-officer", f"{place}/disbursement", {"on": "2024-03-10"}))["id"])


async def _suffered(load: Load, fault: Fault) -> None:
    """Let the fault happen twice while the load goes on and every client settles what it left open; then audit."""
    clients = [asyncio.create_task(load.one_client(client)) for client in range(CLIENTS)]
    for _ in range(2):
        await _until_more(load, clients)
        await fault(load.platform)
    await _until_more(load, clients)
    load.over.set()
    await asyncio.gather(*clients)
    assert load.interrupted or fault is _terminate_backends, "nothing was in flight: the fault hit nobody"
    await _audited(load.platform, load)


async def _until_more(load: Load, clients: list[asyncio.Task[None]]) -> None:
    enough = len(load.acknowledged) + 40

    async def written() -> int:
        for client in clients:
            if client.done():
                client.result()
        return len(load.acknowledged)

    await eventually(written, lambda count: count >= enough)
