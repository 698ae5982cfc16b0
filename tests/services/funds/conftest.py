"""The fund of one test, its people signed in, and the shortest way to the things that every test needs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from sqlalchemy import event


@dataclass
class Fund:
    """A running fund: `treasurer`, `approver`, `admin`, `auditor`, `donor` and `nobody` are clients."""

    service: Any
    new_key: Callable[[], dict[str, str]]
    treasurer: httpx2.AsyncClient
    approver: httpx2.AsyncClient
    admin: httpx2.AsyncClient
    auditor: httpx2.AsyncClient
    donor: httpx2.AsyncClient
    nobody: httpx2.AsyncClient

    async def campaign(self, **changes: Any) -> dict[str, Any]:
        body = {
            "name": "Tết vì người nghèo 2024",
            "purpose": "Quà và gạo dịp Tết",
            "opens_on": "2023-10-17",
            "closes_on": "2024-12-31",
        }
        answer = await self.admin.post("/v1/funds/campaigns", json=body | changes, headers=self.new_key())
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def person(self, **changes: Any) -> dict[str, Any]:
        body = {"kind": "individual", "name": "Nguyễn Thị Hoa", "named": True}
        answer = await self.treasurer.post("/v1/funds/donors", json=body | changes, headers=self.new_key())
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def give(self, campaign: dict[str, Any], **changes: Any) -> httpx2.Response:
        body = {
            "campaign_id": campaign["id"],
            "value": {"amount": 150_000, "currency": "VND"},
            "received_on": "2024-01-15",
        }
        return await self.treasurer.post("/v1/funds/donations", json=body | changes, headers=self.new_key())

    async def given(self, campaign: dict[str, Any], **changes: Any) -> dict[str, Any]:
        answer = await self.give(campaign, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def held(self, campaign: dict[str, Any], unit: str = "VND") -> int:
        """Return what the books say the campaign holds, in the unit's smallest part."""
        rows = await self.service.sql(
            "select balance from ledger_balances where code = $1", f"campaign/{campaign['id']}/held/{unit}"
        )
        return int(rows[0]["balance"])


@pytest.fixture
async def fund(start: Any, new_key: Callable[[], dict[str, str]]) -> Fund:
    service = await start("funds")
    return Fund(
        service,
        new_key,
        treasurer=await service.signed_in("treasurer"),
        approver=await service.signed_in("fund-approver"),
        admin=await service.signed_in("district-admin"),
        auditor=await service.signed_in("auditor"),
        donor=await service.signed_in("donor"),
        nobody=await service.signed_in(None),
    )


@pytest.fixture
def statements() -> Callable[[Any], AbstractContextManager[list[str]]]:
    """Give a context manager that collects the SQL a service runs meanwhile."""

    @contextmanager
    def collect(service: Any) -> Iterator[list[str]]:
        engine = service.app.state.database.engine.sync_engine
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collect
