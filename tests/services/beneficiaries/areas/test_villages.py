"""Villages: listed, renamed, imported; found in the commune of any day; what households may be registered in."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from services.beneficiaries.villages.models import Village, kind_of
from services.beneficiaries.villages.reading import records
from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import MAI_SON, Act, Found, area, unit
from tests.services.beneficiaries.conftest import CO_NOI, HOUSEHOLDS, household
from tests.services.beneficiaries.test_lists import statements

VILLAGES = "/v1/beneficiaries/villages"
IMPORTS = f"{VILLAGES}/imports"
CSV = {"Content-Type": "text/csv"}
Key = Callable[[], dict[str, str]]
Add = Callable[..., Any]


@pytest.fixture
def add(admin: httpx2.AsyncClient, new_key: Key) -> Add:
    """Give a function that lists a village and returns the answer."""

    async def one(area_id: str, name: str, kind: str = "bản", **more: Any) -> httpx2.Response:
        body = {"area_id": area_id, "name": name, "kind": kind, **more}
        return await admin.post(VILLAGES, json=body, headers=new_key())

    return one


async def named(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(VILLAGES, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def test_a_village_listed_in_an_old_commune_is_on_the_list_of_the_new_one(registry: Service, add: Add) -> None:
    made = await add(CO_NOI, "Bản Mòn", valid_from="2021-01-01")
    assert made.status_code == 201, made.text
    assert made.json()["area"]["id"] == MAI_SON
    public = await registry.signed_in(None)
    assert await named(public, area="04105") == ["Bản Mòn"]
    assert await named(public, area_id=MAI_SON) == ["Bản Mòn"]
    assert await named(public, area="04138", as_of="2025-06-30") == ["Bản Mòn"]
    assert await named(public, area_id=CO_NOI, as_of="2025-06-30") == ["Bản Mòn"]
    for nowhere in ({"area": "04105", "as_of": "2025-06-30"}, {"area": "04108"}, {"area": "04138"}, {"area": "99999"}):
        assert await named(public, **nowhere) == []
    assert await named(public, as_of="2020-12-31") == []
    [before] = (await public.get(VILLAGES, params={"as_of": "2025-06-30"})).json()["items"]
    assert before["area"]["id"] == CO_NOI


async def test_villages_go_to_the_part_that_a_split_names_and_the_others_have_no_place(
    registry: Service, found: Found, act: Act, add: Add
) -> None:
    whole = await found("90001", "Xã Rộng")
    ids = {
        name: (await add(whole, name, valid_from="2020-01-01")).json()["id"]
        for name in ("Bản Đông", "Bản Tây", "Bản Giữa")
    }
    stranger = (await add(CO_NOI, "Bản Mòn", valid_from="2020-01-01")).json()["id"]
    parts = [unit("90001", villages=[ids["Bản Đông"]]), unit("90002", villages=[ids["Bản Tây"]])]
    wrong = [parts[0], unit("90002", villages=[stranger])]
    refused = await act("split", "2024-01-01", unit=whole, into=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "village-not-in-unit")
    twice = [parts[0], unit("90002", villages=[ids["Bản Đông"]])]
    assert (await act("split", "2024-01-01", unit=whole, into=twice)).status_code == 422
    assert (await act("split", "2024-01-01", unit=whole, into=parts)).status_code == 201
    # On from the parts, and they are merged and renamed as any other.
    assert (await act("rename", "2025-01-01", unit=area("90002", "2024-01-01"), name="Xã Tây")).status_code == 201
    public = await registry.signed_in(None)
    assert await named(public, area="90001") == ["Bản Đông"]
    assert await named(public, area="90002") == ["Bản Tây"]
    assert await named(public, area="90001", as_of="2023-06-01") == ["Bản Đông", "Bản Giữa", "Bản Tây"]
    lost = (await public.get(f"{VILLAGES}/{ids['Bản Giữa']}")).json()
    assert lost["area"] is None


async def test_a_renamed_village_keeps_its_former_name_as_a_spelling(
    registry: Service, admin: httpx2.AsyncClient, add: Add
) -> None:
    made = await add(MAI_SON, "Bản Cũ", valid_from="2025-07-01")
    address = f"{VILLAGES}/{made.json()['id']}"
    assert (await admin.patch(address, json={"name": "Bản Mới"})).status_code == 428
    renamed = await admin.patch(address, json={"name": "Bản Mới"}, headers={"If-Match": made.headers["etag"]})
    assert (renamed.json()["name"], renamed.json()["aliases"]) == ("Bản Mới", ["Bản Cũ"])
    stale = await admin.patch(address, json={"aliases": []}, headers={"If-Match": made.headers["etag"]})
    assert stale.status_code == 412
    public = await registry.signed_in(None)
    assert await named(public, q="cu") == await named(public, q="BAN MOI") == ["Bản Mới"]
    assert await named(public, q="%") == await named(public, q="xa") == []
    ended = await admin.patch(address, json={"valid_to": "2026-01-01"}, headers={"If-Match": '"2"'})
    assert ended.status_code == 200
    assert await named(public, area="04105") == []
    assert await named(public, area="04105", as_of="2025-12-31") == ["Bản Mới"]
    backwards = await admin.patch(address, json={"valid_to": "2025-07-01"}, headers={"If-Match": '"3"'})
    assert backwards.json()["code"] == "dates-disagree"
    assert (await public.get(f"{VILLAGES}/{MAI_SON}")).json()["code"] == "village-not-found"


async def test_a_commune_has_a_village_of_one_kind_and_name_once(add: Add) -> None:
    assert (await add(CO_NOI, "Bản Mé", valid_from="2021-01-01")).status_code == 201
    again = await add(MAI_SON, "Mé", valid_from="2026-01-01")
    assert (again.status_code, again.json()["code"]) == (409, "village-already-listed")
    assert (await add(MAI_SON, "Tiểu khu Mé", "tiểu khu", valid_from="2026-01-01")).status_code == 201
    early = await add(CO_NOI, "bản mé", valid_from="2020-01-01")
    assert (early.status_code, early.json()["code"]) == (409, "village-already-listed")
    for wrong, day, code in (
        (CO_NOI, "2026-01-01", "area-not-in-force"),
        (area("99999"), "2026-01-01", "area-not-found"),
    ):
        assert (await add(wrong, "Bản Khác", valid_from=day)).json()["code"] == code
    assert (await add(MAI_SON, "!!!")).status_code == 422


async def test_a_household_is_registered_in_a_village_of_the_list_by_any_spelling(
    officer: httpx2.AsyncClient, add: Add, new_key: Key
) -> None:
    async def registered(village: str, unit_id: str = MAI_SON, **more: Any) -> httpx2.Response:
        return await officer.post(
            HOUSEHOLDS, json=household(unit_id, **{"village": village, **more}), headers=new_key()
        )

    assert (await registered("Bản Nào Cũng Được")).status_code == 201
    await add(CO_NOI, "Bản Mé", aliases=["Co Noi 2"], valid_from="2021-01-01")
    for spelling in ("Bản Mé", "bản mé", "Mé", "Ban Me", "Bản Cò Nòi 2", "cò nòi 2"):
        assert (await registered(spelling)).status_code == 201, spelling
    unknown = await registered("Bản Nào Cũng Được")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "village-unknown")
    assert "Bản Nào Cũng Được" in unknown.json()["detail"]
    assert (await registered("Tiểu khu Mé")).status_code == 422
    # On a day on which the list did not yet hold, as on one on which it did.
    assert (await registered("Bản Xưa", CO_NOI, registered_on="2020-06-01")).status_code == 201
    assert (await registered("Bản Xưa", CO_NOI, registered_on="2022-06-01")).status_code == 422
    old = (await registered("Bản Mé", CO_NOI, registered_on="2022-06-01")).json()
    address = f"{HOUSEHOLDS}/{old['id']}"
    moved = await officer.patch(address, json={"village": "Bản Khác"}, headers={"If-Match": '"1"'})
    assert moved.json()["code"] == "village-unknown"
    moved = await officer.patch(address, json={"village": "Mé"}, headers={"If-Match": '"1"'})
    assert moved.status_code == 200


async def test_a_file_of_villages_is_read_row_by_row_and_refused_rows_say_why(
    registry: Service, admin: httpx2.AsyncClient
) -> None:
    file = (
        "\ufeffarea_code,name,kind,aliases,valid_from\r\n"
        '04105,"Tiểu khu 4",,TK 4|Khu 4,2025-07-01\r\n'
        "04105,Bản Mo\u0300n,,,2025-07-01\r\n"
        "04105,Bản Mòn,bản,,2025-07-01\r\n"
        "99999,Bản Xa,,,\r\n"
        "4105,Bản Xa,,,\r\n"
        "04105,,bản,,\r\n"
        "04105,Mé,,,\r\n"
        "04105,Bản Na,buônlàng,,\r\n"
        "04105,Bản Na,,,01/07/2025\r\n"
        "04105,Bản Na,,,2025-07-01,thừa\r\n"
        '04105,"Bản" Na,,,\r\n'
        "04138,Bản Na,,,2021-01-01"
    )
    dry = await admin.post(IMPORTS, content=file.encode(), params={"dry_run": "true"}, headers=CSV)
    assert dry.status_code == 200, dry.text
    assert await registry.sql("select 1 from villages") == []
    report = (await admin.post(IMPORTS, content=file.encode(), headers=CSV)).json()
    assert {**dry.json(), "dry_run": False} == report
    counts = {name: report[name] for name in ("rows", "listed", "unchanged", "refused")}
    assert counts == {"rows": 12, "listed": 3, "unchanged": 1, "refused": 8}
    assert [(error["row"], error["column"], error["code"]) for error in report["errors"]] == [
        (5, "area_code", "area-not-in-force"),
        (6, "area_code", "string_pattern_mismatch"),
        (7, "name", "missing"),
        (8, "kind", "missing"),
        (9, "kind", "literal_error"),
        (10, "valid_from", "date_parsing"),
        (11, None, "village-row-unreadable"),
        (12, None, "village-row-unreadable"),
    ]
    rows = await registry.sql("select name, kind, aliases from villages order by folded")
    assert [(row["name"], row["kind"], row["aliases"]) for row in rows] == [
        ("Bản Mòn", "bản", []),
        ("Bản Na", "bản", []),
        ("Tiểu khu 4", "tiểu khu", ["TK 4", "Khu 4"]),
    ]
    again = (await admin.post(IMPORTS, content=file.encode(), headers={**CSV, "Accept-Language": "vi"})).json()
    assert (again["listed"], again["unchanged"], again["refused"]) == (0, 4, 8)
    assert again["errors"][0]["detail"].startswith("Đơn vị hành chính này")
    assert len(await registry.sql("select 1 from audit_log where action = 'villages.imported'")) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "csv-columns-wrong"),
        (b"name,kind\n", "csv-columns-wrong"),
        (b"area_code,name,population\n", "csv-columns-wrong"),
        (b"area_code,name,name\n", "csv-columns-wrong"),
        ("area_code,name\n04105,Bản Một\n04105,Bản Hai".encode("utf-16"), "csv-unreadable"),
        (b"area_code,name\n04105,B\xe1n M\xf4t\n", "csv-unreadable"),
        ('area_code,name\n04105,Bản Một\n04105,"Bản Hai\n'.encode(), "csv-unreadable"),
        (b"area_code,name\n04105," + b"x" * 20_000 + b"\n", "csv-unreadable"),
    ],
)
async def test_a_file_that_cannot_be_read_writes_nothing(
    registry: Service, admin: httpx2.AsyncClient, content: bytes, code: str
) -> None:
    answer = await admin.post(IMPORTS, content=content, headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await registry.sql("select 1 from villages") == []


async def test_a_list_is_sent_as_csv_by_the_keeper(registry: Service, admin: httpx2.AsyncClient) -> None:
    wrong = await admin.post(IMPORTS, json={"area_code": "04105"})
    assert (wrong.status_code, wrong.json()["code"]) == (415, "csv-expected")
    officer = await registry.signed_in("commune-officer:04105")
    assert (await officer.post(IMPORTS, content=b"area_code,name\n", headers=CSV)).status_code == 403
    assert (await officer.post(VILLAGES, json={}, headers={"Idempotency-Key": "a-key-of-mine"})).status_code == 403


async def test_a_long_file_is_written_whole(registry: Service, admin: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"area_code;name\n"
        for number in range(1300):
            line = f"04105;Tiểu khu {number}\n".encode()
            yield line[:9]
            yield line[9:]

    report = (await admin.post(IMPORTS, content=chunks(), headers=CSV)).json()
    assert (report["rows"], report["listed"], report["refused"]) == (1300, 1300, 0)
    assert len(await registry.sql("select 1 from villages")) == 1300


async def test_a_list_of_villages_runs_as_many_statements_for_fifty_as_for_one(
    registry: Service, admin: httpx2.AsyncClient
) -> None:
    public = await registry.signed_in(None)

    async def counted(rows: int) -> int:
        file = "area_code,name\n" + "".join(f"04105,Bản {number}\n" for number in range(rows))
        assert (await admin.post(IMPORTS, content=file.encode(), headers=CSV)).status_code == 200
        with statements(registry) as seen:
            assert len(await named(public, area="04105", limit="200")) == rows
        return len(seen)

    assert await counted(1) == await counted(50) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_cells_are_the_same_however_the_bytes_arrive(size: int) -> None:
    raw = '\ufeffa,b\r\n"x\r\ny",đ\r\rz,"q""q"\nlast,'.encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), size):
            yield raw[start : start + size]

    assert [one async for one in records(chunks())] == [
        (1, ["a", "b"]),
        (2, ["x\ny", "đ"]),
        (5, ["z", 'q"q']),
        (6, ["last", ""]),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "understood", "not_understood"),
    [
        ("Bản Mé", "bản", {"ban me", "me"}, {"tieu khu me", "thon me"}),
        ("Mé", "bản", {"ban me", "me"}, {"thon me"}),
        ("Tiểu khu 4", "tiểu khu", {"tieu khu 4", "4"}, {"ban 4", "khu 4"}),
        ("Tổ dân phố số 2", "tổ dân phố", {"to dan pho so 2", "so 2"}, {"2"}),
    ],
)
def test_a_village_is_understood_with_and_without_its_kind(
    name: str, kind: str, understood: set[str], not_understood: set[str]
) -> None:
    village = Village()
    village.call(name, kind, [])
    assert understood <= set(village.keys)
    assert not not_understood & set(village.keys)
    assert kind_of(name) in {kind, None}
