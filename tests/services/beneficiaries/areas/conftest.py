"""A province of the test's own: units with invented codes, and acts on them."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, MAI_SON, admin, area, officer, register, registry

__all__ = ["CHIENG_SUNG", "MAI_SON", "admin", "area", "officer", "register", "registry"]

ACTS = "/v1/beneficiaries/areas/acts"
AREAS = "/v1/beneficiaries/areas"
GEOGRAPHY = "/v1/beneficiaries/areas/geography"
_REFERENCE = Path(__file__).parents[4] / "services" / "beneficiaries" / "areas" / "reference" / "mai_son_areas.csv"

Found = Callable[..., Any]
Act = Callable[..., Any]


def reform() -> list[dict[str, str]]:
    """Return the reference table of the reform: one row for each of the 22 old units."""
    return list(csv.DictReader(_REFERENCE.read_text("utf-8").splitlines()))


@pytest.fixture
def found(registry: Service) -> Found:
    """Give a function that puts a standing commune on the map, as the reference tables do, and returns its id.

    All hang from district 999 of province 99, which it puts there as well.
    """

    async def one(code: str, name: str = "Xã Thử", kind: str = "xã", valid_from: str = "1900-01-01") -> str:
        for above, level, kind_above, parent in (
            ("99", "province", "tỉnh", None),
            ("999", "district", "huyện", area("99", "1900-01-01")),
        ):
            await put(registry, above, f"Vùng {above}", kind_above, level, parent, "1900-01-01")
        await put(registry, code, name, kind, "commune", area("999", "1900-01-01"), valid_from)
        return area(code, valid_from)

    return one


async def put(
    registry: Service, code: str, name: str, kind: str, level: str, parent: str | None, valid_from: str
) -> None:
    await registry.sql(
        "insert into areas (id, code, valid_from, name, kind, level, urban, parent_id, source)"
        " values ($1, $2, $3::text::date, $4, $5, $6, $7, $8, 'of the test') on conflict (id) do nothing",
        area(code, valid_from),
        code,
        valid_from,
        name,
        kind,
        level,
        kind in {"thị trấn", "phường"} if level == "commune" else None,
        parent,
    )


def decision(kind: str, effective_on: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "decision_number": "1/NQ-HĐND",
        "decided_on": effective_on,
        "effective_on": effective_on,
        "legal_basis": "Nghị quyết thử",
        **more,
    }


def unit(code: str, name: str = "Xã Mới", kind: str = "xã", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "kind": kind, "urban": kind in {"thị trấn", "phường"}, **more}


@pytest.fixture
def act(admin: httpx2.AsyncClient, new_key: Callable[[], dict[str, str]]) -> Act:
    """Give a function that records an act as the keeper of the areas and returns the answer."""

    async def one(kind: str, effective_on: str, **more: Any) -> httpx2.Response:
        return await admin.post(ACTS, json=decision(kind, effective_on, **more), headers=new_key())

    return one


async def places(client: httpx2.AsyncClient, day: str) -> dict[str, str | None]:
    answer = await client.get(GEOGRAPHY, params={"as_of": day})
    assert answer.status_code == 200, answer.text
    found: dict[str, str | None] = answer.json()["places"]
    return found
