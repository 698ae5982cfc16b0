"""The fund of one test, its people signed in, and the shortest way to the things that every test needs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx2
import pytest
from sqlalchemy import event

from kit.statements import DirectSession


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

    async def bank_account(self, **changes: Any) -> dict[str, Any]:
        body = {"bank_bin": "970405", "bank_name": "Agribank", "number": "7902201000123", "holder": "QUY NGUOI NGHEO"}
        answer = await self.admin.post("/v1/funds/bank-accounts", json=body | changes, headers=self.new_key())
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def assigned(self, campaign: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
        path = f"/v1/funds/campaigns/{campaign['id']}/bank-account"
        answer = await self.admin.post(path, json={"account_id": account["id"]}, headers=self.new_key())
        assert answer.status_code == 200, answer.text
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

    async def propose(self, campaign: dict[str, Any], households: list[str], **changes: Any) -> httpx2.Response:
        """Propose a gift of 100,000 đồng for each household."""
        body = {
            "kind": "gift",
            "campaign_id": campaign["id"],
            "occasion": "tet-2024",
            "on": "2024-02-05",
            "households": households,
            "money": {"amount": 100_000, "currency": "VND"},
        }
        if changes.get("kind") == "rice":
            del body["money"]
        return await self.treasurer.post("/v1/funds/rounds", json=body | changes, headers=self.new_key())

    async def proposed(self, campaign: dict[str, Any], households: list[str], **changes: Any) -> dict[str, Any]:
        answer = await self.propose(campaign, households, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def approve(self, made: dict[str, Any]) -> httpx2.Response:
        return await self.approver.post(f"/v1/funds/rounds/{made['id']}/approval", headers=self.new_key())

    async def approved(self, made: dict[str, Any]) -> dict[str, Any]:
        answer = await self.approve(made)
        assert answer.status_code == 200, answer.text
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


def area(code: str, valid_from: str) -> str:
    """Return the registry's id of a commune's version; the same on every machine."""
    return str(uuid5(NAMESPACE_URL, f"forthepoor/area/{code}/{valid_from}"))


HAT_LOT = area("04105", "1900-01-01")
"""The township until 30 June 2025; then part of the commune Mai Sơn, which took over its code."""
MAI_SON = area("04105", "2025-07-01")
CHIENG_SUNG = area("04108", "1900-01-01")

_PERSON = {"full_name": "Lò Thị Đôi", "sex": "female", "birth_date": "1984-03-02", "ethnicity": "03"}


@pytest.fixture
async def village(start: Any, new_key: Callable[[], dict[str, str]]) -> Callable[..., Any]:
    """Start the real registry; give a function that registers households there since 2020 and returns their ids."""
    registry = await start("beneficiaries")
    admin = await registry.signed_in("district-admin")

    async def register(count: int = 1, *, people: int = 1, area_id: str = HAT_LOT) -> list[str]:
        members = [_PERSON | {"relation": "head"}, *([_PERSON | {"relation": "sibling"}] * (people - 1))]
        made = []
        for _ in range(count):
            answer = await admin.post(
                "/v1/beneficiaries/households",
                json={"area_id": area_id, "village": "Bản Mé", "registered_on": "2020-01-01", "members": members},
                headers=new_key(),
            )
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["id"])
        return made

    return register


@pytest.fixture
def statements() -> Callable[[Any], AbstractContextManager[list[str]]]:
    """Give a context manager that collects the SQL a service runs meanwhile."""

    @contextmanager
    def collect(service: Any) -> Iterator[list[str]]:
        engine = service.app.state.database.engine.sync_engine
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        directly = DirectSession.execute

        async def noted(session: DirectSession, statement: Any, params: Any = None, /) -> Any:
            seen.append(str(statement))
            return await directly(session, statement, params)

        event.listen(engine, "before_cursor_execute", note)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(DirectSession, "execute", noted)
            try:
                yield seen
            finally:
                event.remove(engine, "before_cursor_execute", note)

    return collect
