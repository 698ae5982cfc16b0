"""Partners of one test, and messages in the form of SP-DCI 1.0.0."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, admin, member, register, registry

__all__ = ["admin", "register", "registry"]

DCI = "/v1/beneficiaries/dci/registry"
PARTNERS = "/v1/beneficiaries/exchange-partners"
CONSENTS = "/v1/beneficiaries/exchange-consents"
SENDER = "spmis.moh.example"
EVERYTHING = [
    "place",
    "poverty_score",
    "group_size",
    "group_head_info",
    "member_list",
    "registration_date",
    "last_updated",
    "identity_number",
    "name",
    "sex",
    "birth_date",
]
_numbers = itertools.count(1)
Key = Callable[[], dict[str, str]]


def partner(**more: Any) -> dict[str, Any]:
    return {
        "sender_id": SENDER,
        "client": "social-registry:moh",
        "name": "Health insurance register",
        "basis": "statutory",
        "legal_basis": "Law 25/2008/QH12, Art. 12",
        "attributes": EVERYTHING,
        **more,
    }


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def header(action: str = "search", items: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "version": "1.0.0",
        "message_id": f"message-{next(_numbers)}",
        "message_ts": now(),
        "action": action,
        "sender_id": SENDER,
        "total_count": items,
        **more,
    }


def item(criteria: dict[str, Any], reference: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "reference_id": reference or f"ref-{next(_numbers)}",
        "timestamp": now(),
        "search_criteria": criteria,
        **more,
    }


def search(*criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the envelope of a search with an item for each of the criteria; `more` goes into its header."""
    items = [item(each) for each in criteria]
    return envelope("search", {"transaction_id": f"tx-{next(_numbers)}", "search_request": items}, len(items), **more)


def envelope(action: str, message: dict[str, Any], items: int = 1, **more: Any) -> dict[str, Any]:
    return {"signature": "unsigned", "header": header(action, items, **more), "message": message}


def uin(number: str, **more: Any) -> dict[str, Any]:
    return {"query_type": "idtype-value", "query": {"type": "UIN", "value": number}, **more}


def expression(query: Any, **more: Any) -> dict[str, Any]:
    value = {"expression": {"collection": "Group", "query": query}}
    return {
        "query_type": "expression",
        "query": {"type": "ns:org:QueryType:expression", "value": value},
        **more,
    }


def compared(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"attribute_name": name, "operator": operator, "attribute_value": value}


def predicate(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"query_type": "predicate", "query": list(entries), **more}


def codes(record: dict[str, Any]) -> str:
    """Return the code of a household's record."""
    found: str = record["group_identifier"][0]["identifier_value"]
    return found


Recorded = Callable[..., Any]


@pytest.fixture
def record_partner(admin: httpx2.AsyncClient, new_key: Key) -> Recorded:
    """Give a function that records a partner and returns it."""

    async def one(**more: Any) -> dict[str, Any]:
        answer = await admin.post(PARTNERS, json=partner(**more), headers=new_key())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return one


@pytest.fixture
async def moh(registry: Service, record_partner: Recorded) -> httpx2.AsyncClient:
    """A partner that works under a law and may be given everything, signed in."""
    await record_partner()
    client: httpx2.AsyncClient = await registry.signed_in("social-registry:moh")
    return client


@pytest.fixture
async def charity(registry: Service, record_partner: Recorded) -> httpx2.AsyncClient:
    """A partner that needs consent, signed in."""
    await record_partner(sender_id="charity.example", client="social-registry:charity", basis="consent")
    client: httpx2.AsyncClient = await registry.signed_in("social-registry:charity")
    return client


Sought = Callable[..., Any]


async def sought(client: httpx2.AsyncClient, *criteria: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Search now, and return the items of the answer."""
    answer = await client.post(f"{DCI}/sync/search", json=search(*criteria, **more))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["message"]["search_response"]
    return items


async def found(client: httpx2.AsyncClient, criteria: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Search now for one thing that is answered, and return its records."""
    [only] = await sought(client, criteria, **more)
    assert only["status"] == "succ", only
    records: list[dict[str, Any]] = only["data"]["reg_records"]
    return records


@pytest.fixture
async def homes(register: Register, admin: httpx2.AsyncClient, new_key: Key) -> list[dict[str, Any]]:
    """Three households: a poor woman with a child, a near-poor man alone, an elderly couple on no list."""
    made = [
        await register(
            MAI_SON,
            member("Lò Thị Đôi", identity_number="014184000123"),
            member("Cà Văn Minh", "child", "2012-05-20", sex="male"),
        ),
        await register(MAI_SON, member("Vì Văn Hòa", born="1990-07-01", sex="male"), village="Bản Nà Hạ"),
        await register(
            MAI_SON,
            member("Quàng Thị Pọm", born="1950-01-01", birth_precision="year"),
            member("Quàng Văn Ín", "spouse", "1948-09-09", sex="male"),
        ),
    ]
    for home, status in zip(made, ("poor", "near_poor"), strict=False):
        body = {"status": status, "valid_from": "2026-01-01", "decision_number": "1/QĐ"}
        decided = await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
        assert decided.status_code == 201, decided.text
    return made
