"""Lists and search: found without accents, stable while rows come in, a fixed number of statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from sqlalchemy import event

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.test_support import event as told
from tests.services.beneficiaries.test_support import gift, push

Key = Callable[[], dict[str, str]]


@contextmanager
def statements(registry: Service) -> Iterator[list[str]]:
    """Collect the statements that the service runs."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = registry.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def found(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(HOUSEHOLDS, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["head_name"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("Lò Thị Đôi", ["Lò Thị Đôi"]),
        ("lo thi doi", ["Lò Thị Đôi"]),
        ("LÒ  THỊ đôi", ["Lò Thị Đôi"]),
        ("Lo\u0300 Thi\u0323", ["Lò Thị Đôi"]),
        ("thi", ["Lò Thị Đôi", "Giàng Thị H'Mai"]),
        ("doi", ["Lò Thị Đôi"]),
        ("oi", []),
        ("h mai", ["Giàng Thị H'Mai"]),
        ("H'Mai", ["Giàng Thị H'Mai"]),
        ("hoà", ["Vì Văn Hòa"]),
        ("minh", ["Vì Văn Hòa"]),
        ("hoa ca", []),
        ("%", []),
        ("_o", []),
        ("!!!", []),
        ("\\", []),
    ],
)
async def test_names_are_found_by_their_words_without_accents(
    officer: httpx2.AsyncClient, register: Register, q: str, names: list[str]
) -> None:
    await register(MAI_SON, member("Lò Thị Đôi"))
    await register(MAI_SON, member("Giàng Thị H'Mai"))
    await register(MAI_SON, member("Vì Văn Hòa", sex="male"), member("Cà Văn Minh", "child", "2012-05-20"))
    assert await found(officer, q=q) == names


async def test_households_are_filtered_by_status_and_place(
    officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    homes = [
        await register(unit, member(name)) for unit, name in ((MAI_SON, "Một"), (MAI_SON, "Hai"), (CHIENG_SUNG, "Ba"))
    ]
    for home, status in zip(homes, ("poor", "near_poor", "poor"), strict=True):
        body = {"status": status, "valid_from": "2026-01-01", "decision_number": "1"}
        await admin.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
    assert await found(admin, poverty_status="poor") == ["Một", "Ba"]
    assert await found(admin, poverty_status="poor", area="04108") == ["Ba"]
    assert await found(admin, poverty_status="none") == []
    assert await found(admin, area="99999") == []
    assert await found(admin, q="hai", poverty_status="poor") == []
    assert await found(admin, q="hai", poverty_status="near_poor", area_id=MAI_SON) == ["Hai"]
    assert await found(officer, poverty_status="poor") == ["Một"]


@pytest.mark.parametrize("asked", [{}, {"q": "lo thi"}, {"poverty_status": "none"}])
async def test_pages_hold_every_household_once_while_others_are_registered(
    officer: httpx2.AsyncClient, register: Register, asked: dict[str, str]
) -> None:
    before = [(await register())["id"] for _ in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await officer.get(HOUSEHOLDS, params={"limit": 3, **asked, **cursor})
        page = answer.json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            assert "link" not in answer.headers
            break
        assert 'rel="next"' in answer.headers["link"]
        cursor = {"cursor": page["next"]}
        if len(seen) == 3:
            await register()
    assert seen[:7] == before
    assert len(set(seen)) == len(seen) == 8


@pytest.mark.parametrize("asked", [{}, {"q": "lo thi"}, {"poverty_status": "none", "area": "04105"}])
async def test_a_list_runs_as_many_statements_for_twelve_households_as_for_one(
    registry: Service, officer: httpx2.AsyncClient, register: Register, asked: dict[str, str]
) -> None:
    async def count() -> int:
        with statements(registry) as seen:
            await found(officer, **asked)
        return len(seen)

    await register()
    one = await count()
    for _ in range(11):
        await register(MAI_SON, member(), member("Cà Văn Minh", "child", "2012-05-20"))
    assert len(await found(officer, **asked)) == 12
    # The scope, the page, its lines; and the units of an area where one is asked for.
    assert await count() == one == 3 + ("area" in asked)


async def test_other_reads_run_a_fixed_number_of_statements_too(
    registry: Service, officer: httpx2.AsyncClient, register: Register
) -> None:
    family = [member(), *(member(f"Cà Văn {n}", "child", f"20{10 + n}-05-20") for n in range(5))]
    home = (await register(MAI_SON, *family))["id"]
    for _ in range(5):
        await push(registry, told("funds", "support.given", gift(home)))
    for path, most in ((f"/households/{home}", 3), (f"/households/{home}/support", 4), ("/areas?limit=200", 3)):
        with statements(registry) as seen:
            answer = await officer.get(f"/v1/beneficiaries{path}")
        assert answer.status_code == 200
        assert len(seen) == most
