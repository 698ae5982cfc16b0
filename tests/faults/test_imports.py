"""kill -9 of the worker in the middle of an import: it goes on, nothing is lost and nothing is there twice."""

from typing import Any

import httpx2

from tests.patience import PATIENCE
from tests.running import Platform, eventually

IMPORTS = "/v1/beneficiaries/imports"
HOUSEHOLDS, WRONG = 3_000, 7


def file_of(households: int) -> bytes:
    """Return a file in which one household in seven has a member of the year 1970 who is a child of somebody younger."""
    lines = ["household,area_code,village,registered_on,full_name,sex,birth_date,ethnicity,relation,identity_number"]
    for number in range(1, households + 1):
        place = f"{number},04105,Bản {number},2026-01-15"
        born = "1970" if number % WRONG == 0 else "2012"
        lines.append(f"{place},Lò Thị Đôi,nữ,1984-03-02,Thái,chủ hộ,{number:012}")
        lines.append(f"{place},Cà Văn Minh,nam,{born},Thái,con,{number + 1_000_000:012}")
    return "\n".join(lines).encode()


async def test_an_import_survives_the_death_of_its_worker(platform: Platform) -> None:
    refused = HOUSEHOLDS // WRONG
    async with platform.client("commune-officer:04105") as officer:
        answer = await officer.post(IMPORTS, content=file_of(HOUSEHOLDS), headers={"Content-Type": "text/csv"})
        assert answer.status_code == 202, answer.text
        place = f"{IMPORTS}/{answer.json()['id']}"
        await _killed_when(platform, officer, place, lambda found: found["rows_staged"] > 0)
        await _killed_when(platform, officer, place, lambda found: found["rows"]["accepted"] > 0)
        found = await _looked(officer, place, lambda found: found["finished_at"] is not None, patience=180)
    kept = HOUSEHOLDS - refused
    assert found["state"] == "done"
    assert found["households"] == {"read": HOUSEHOLDS, "accepted": kept, "unchanged": 0, "refused": refused}
    assert found["rows"] == {"read": 2 * HOUSEHOLDS, "accepted": 2 * kept, "unchanged": 0, "refused": 2 * refused}
    [rows] = await platform.sql(
        "beneficiaries",
        "select (select count(*) from imported_households) as written,"
        " (select count(distinct village) from households) as households, (select count(*) from people) as people,"
        " (select count(*) from memberships) as members, (select count(*) from household_places) as places,"
        " (select count(*) from audit_log where action = 'household.registered') as audited,"
        " (select count(*) from outbox_events where type = 'household.registered') as told,"
        " (select count(*) from jobs where name = 'beneficiaries.imports.run' and attempts >= 3) as attempts",
    )
    assert dict(rows) == {
        "written": kept,
        "households": kept,
        "people": 2 * kept,
        "members": 2 * kept,
        "places": kept,
        "audited": kept,
        "told": kept,
        "attempts": 1,
    }


async def _killed_when(platform: Platform, officer: httpx2.AsyncClient, place: str, reached: Any) -> None:
    """Kill the worker once the import is so far, and before it is done; the manager starts it again."""
    before = await _looked(officer, place, reached)
    assert before["finished_at"] is None, "the import was done before its worker could be killed"
    old = platform.pid("beneficiaries-worker")
    platform.kill("beneficiaries-worker")

    async def pid() -> int | None:
        return platform.pid("beneficiaries-worker")

    await eventually(pid, lambda new: new not in {old, None})


async def _looked(officer: httpx2.AsyncClient, place: str, reached: Any, patience: float = PATIENCE) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        found: dict[str, Any] = (await officer.get(place)).json()
        return found

    return await eventually(look, lambda found: reached(found) or found["finished_at"] is not None, patience)
