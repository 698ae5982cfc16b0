"""Households from files: taken whole or not at all, once, and told apart by sheet, row and column."""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from kit.crypto import Vault
from kit.files import Files
from kit.jobs import Job
from kit.values.ids import new_id
from services.beneficiaries.imports.running import JOB, Runner
from tests.conftest import Service
from tests.services.beneficiaries.conftest import HOUSEHOLDS, MAI_SON, Register, member
from tests.services.beneficiaries.imports.conftest import (
    IMPORTS,
    Row,
    Sent,
    as_csv,
    as_workbook,
    child,
    mistakes,
    person,
)

TAKEN = "014184000123"
Made = Callable[[Sequence[Row]], bytes]
KINDS = pytest.mark.parametrize("made", [as_csv, lambda rows: as_workbook(("Hộ", rows))], ids=["csv", "xlsx"])
TABLES = ("households", "people", "memberships", "household_places")


async def count(registry: Service) -> list[int]:
    return [(await registry.sql(f"select count(*) as n from {table}"))[0]["n"] for table in TABLES]


async def test_households_of_a_file_are_registered_with_their_members(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    rows = [person(identity_number="014184000123", phone="0987654321"), child(), person("2", "Vì Thị Hai")]
    found = await sent(as_csv(rows), file_name="Bản Mé.csv")
    assert found["state"] == "done"
    assert found["rows"] == {"read": 3, "accepted": 3, "unchanged": 0, "refused": 0}
    assert found["households"] == {"read": 2, "accepted": 2, "unchanged": 0, "refused": 0}
    assert await count(registry) == [2, 3, 3, 2]
    [line] = (await officer.get(HOUSEHOLDS, params={"q": "lo thi doi"})).json()["items"]
    home = (await officer.get(f"{HOUSEHOLDS}/{line['id']}")).json()
    assert (home["village"], home["registered_on"], home["version"]) == ("Bản Mé", "2026-01-15", 1)
    head, boy = home["members"]
    assert (head["full_name"], head["relation"], head["joined_on"]) == ("Lò Thị Đôi", "head", "2026-01-15")
    assert head["identity_number"] == "0141******23"
    assert head["phone"].endswith("21")
    assert (boy["full_name"], boy["relation"]) == ("Cà Văn Minh", "child")


@KINDS
async def test_mothers_and_fathers_of_the_same_household_are_imported(
    officer: httpx2.AsyncClient, sent: Sent, made: Made
) -> None:
    father = person(name="Cà Văn Inh", sex="male", relation="spouse", identity_number="014084000124")
    rows = [person(), father, child(mother="LÒ THỊ ĐÔI", father="014084000124")]
    found = await sent(made(rows))
    assert found["rows"]["accepted"] == 3, await mistakes(officer, found)
    [line] = (await officer.get(HOUSEHOLDS)).json()["items"]
    members = (await officer.get(f"{HOUSEHOLDS}/{line['id']}")).json()["members"]
    ids = {one["relation"]: one["person_id"] for one in members}
    [boy] = [one for one in members if one["relation"] == "child"]
    assert (boy["mother_id"], boy["father_id"]) == (ids["head"], ids["spouse"])


async def test_what_is_imported_is_audited_and_told_like_what_is_registered(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    found = await sent(as_csv([person(), child()]))
    [row] = await registry.sql("select * from audit_log where action = 'household.registered'")
    assert row["actor"] == "commune-officer:04105"
    assert found["id"] in row["change"]
    [event] = await registry.sql("select * from outbox_events where type = 'household.registered'")
    [home] = await registry.sql("select id from households")
    assert (row["subject_id"], event["subject"]) == (home["id"], str(home["id"]))


async def test_the_same_file_again_writes_nothing_twice(registry: Service, sent: Sent) -> None:
    content = as_csv([person(identity_number="014184000123"), child(), person("2", "Vì Thị Hai")])
    await sent(content)
    again = await sent(content)
    assert again["rows"] == {"read": 3, "accepted": 0, "unchanged": 3, "refused": 0}
    assert await count(registry) == [2, 3, 3, 2]


async def test_a_dry_run_checks_everything_and_writes_nothing(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    content = as_csv([person(), person("2", sex="?")])
    found = await sent(content, dry_run=True)
    assert found["rows"] == {"read": 2, "accepted": 1, "unchanged": 0, "refused": 1}
    assert await mistakes(officer, found) == [(3, "sex", "literal_error")]
    assert await count(registry) == [0, 0, 0, 0]
    assert (await sent(content))["rows"]["accepted"] == 1


async def test_one_bad_member_refuses_the_household_and_no_other(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    rows = [person(), child(birth_date="2012-02-31"), person("2"), child("2")]
    found = await sent(as_csv(rows))
    assert found["rows"] == {"read": 4, "accepted": 2, "unchanged": 0, "refused": 2}
    assert await mistakes(officer, found) == [(3, "birth_date", "date_from_datetime_parsing")]
    assert await count(registry) == [1, 2, 2, 1]


@KINDS
async def test_a_number_that_is_registered_is_refused_whoever_carries_it_where(
    officer: httpx2.AsyncClient, register: Register, sent: Sent, made: Made
) -> None:
    await register(MAI_SON, member(identity_number=TAKEN))
    found = await sent(made([person(identity_number=TAKEN), person("2", "Vì Thị Hai")]))
    assert await mistakes(officer, found) == [(2, "identity_number", "person-in-another-household")]
    assert found["rows"] == {"read": 2, "accepted": 1, "unchanged": 0, "refused": 1}


@KINDS
async def test_a_village_must_be_on_the_list_of_its_commune_where_there_is_one(
    admin: httpx2.AsyncClient, officer: httpx2.AsyncClient, sent: Sent, new_key: Any, made: Made
) -> None:
    listed = {"area_id": MAI_SON, "name": "Mé", "kind": "bản", "valid_from": "2025-07-01"}
    assert (await admin.post("/v1/beneficiaries/villages", json=listed, headers=new_key())).status_code == 201
    found = await sent(made([person(), person("2", village="Bản Lạ")]))
    assert await mistakes(officer, found) == [(3, "village", "village-unknown")]
    assert found["rows"]["accepted"] == 1


async def test_refused_rows_come_back_to_be_corrected_and_sent_again(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    first = await sent(
        as_csv([person(phone="+84987654321"), child(birth_date="1970"), person("2", "Vì Thị Hai")]), file_name="x.csv"
    )
    answer = await officer.get(f"{IMPORTS}/{first['id']}/refused-rows", params={"format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Full name"] for row in rows] == ["Lò Thị Đôi", "Cà Văn Minh"]
    assert rows[0]["Errors"] == ""
    assert rows[1]["Errors"].startswith("G3 Born: A child or grandchild cannot be older")
    rows[1]["Born"] = "2012"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    second = await sent(text.getvalue().encode())
    assert second["rows"] == {"read": 2, "accepted": 2, "unchanged": 0, "refused": 0}
    assert await count(registry) == [2, 3, 3, 2]


async def test_errors_speak_the_language_of_the_caller(registry: Service, sent: Sent) -> None:
    vietnamese = await registry.signed_in("commune-officer:04105", "vi")
    found = await sent(as_csv([person(), child(birth_date="1970")]), by=vietnamese)
    said = {}
    for language in ("vi", "en", "fr"):
        http = await registry.signed_in("commune-officer:04105", language)
        [one] = (await http.get(f"{IMPORTS}/{found['id']}/errors")).json()["items"]
        said[one["title"]] = one["message"]
    assert list(said) == ["Ngày sinh", "Born", "Né le"]
    assert said["Ngày sinh"].startswith("Con, cháu không thể nhiều tuổi hơn chủ hộ")
    table = (await vietnamese.get(f"{IMPORTS}/{found['id']}/refused-rows")).content.decode("utf-8-sig")
    assert table.startswith("Mã hộ,Mã xã,")
    assert "Con, cháu không thể" in table


async def test_vietnamese_headings_and_values_are_understood(officer: httpx2.AsyncClient, sent: Sent) -> None:
    content = (
        "Số hộ;Mã xã;Bản;HỌ VÀ TÊN;Giới tính;Năm sinh;Dân tộc;Quan hệ với chủ hộ;SĐT\r\n"
        "7;04105;Bản Mé;Lò Thị Đôi;Nữ;1984;Thái;Chủ hộ;0987 654 321\r"
        '7;04105;Bản Mé;"Cà Văn\u00a0Minh";Nam;05/2012;Kinh;Con trai;\n'
    )
    found = await sent(content.encode("utf-16"))
    assert found["rows"]["accepted"] == 2, await mistakes(officer, found)
    [line] = (await officer.get(HOUSEHOLDS)).json()["items"]
    home = (await officer.get(f"{HOUSEHOLDS}/{line['id']}")).json()
    assert [(one["birth_date"], one["birth_precision"], one["ethnicity"]) for one in home["members"]] == [
        ("1984-01-01", "year", "03"),
        ("2012-05-01", "month", "01"),
    ]


@KINDS
async def test_decomposed_letters_are_kept_composed_and_are_the_same_household_and_mother(
    registry: Service, sent: Sent, made: Made
) -> None:
    head = {name: unicodedata.normalize("NFD", text) for name, text in person("Hộ 1").items()}
    found = await sent(made([head, child("Hộ 1", mother=head["full_name"])]))
    assert found["households"]["accepted"] == 1
    assert len(await registry.sql("select 1 from parentages")) == 1
    names = {row["full_name"] for row in await registry.sql("select full_name from people")}
    assert names == {"Lò Thị Đôi", "Cà Văn Minh"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (as_csv([person()]).decode().encode("utf-16-le"), "encoding-unknown"),
        (b"M\xe3 h\xf4,M\xe3 x\xe3\n", "encoding-unknown"),
        (as_csv([person()], (*("household", "area_code"), "color")), "columns-wrong"),
        (b"household,household\n1,2\n", "columns-wrong"),
        (as_csv([]), "no-rows"),
        (as_csv([person()]) + b'1,"04105', "csv-unreadable"),
        (b"a,b\n" + b'1,"2"3\n', "columns-wrong"),
        (b",".join(b"c%d" % n for n in range(100)) + b"\n", "table-too-large"),
    ],
)
async def test_a_file_that_is_no_table_is_refused_as_a_whole(
    registry: Service, sent: Sent, content: bytes, code: str
) -> None:
    found = await sent(content)
    assert (found["state"], found["refusal"]["code"]) == ("refused", code)
    assert found["refusal"]["message"]
    assert await count(registry) == [0, 0, 0, 0]


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0 old workbook", b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_table_at_all_is_refused_at_once(officer: httpx2.AsyncClient, content: bytes) -> None:
    answer = await officer.post(IMPORTS, content=content)
    assert (answer.status_code, answer.json()["code"]) == (415, "table-kind-unknown")


async def test_an_empty_file_and_one_too_large_are_refused_at_once(
    officer: httpx2.AsyncClient, registry: Service
) -> None:
    assert (await officer.post(IMPORTS, content=b"")).json()["code"] == "no-rows"
    answer = await officer.post(IMPORTS, content=b"x" * ((64 << 20) + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert await registry.sql("select 1 from imports") == []


async def test_a_form_with_the_file_is_taken_like_the_file(officer: httpx2.AsyncClient, working: None) -> None:
    from tests.services.beneficiaries.imports.conftest import finished

    answer = await officer.post(IMPORTS, files={"file": ("h.csv", as_csv([person()]), "text/csv")})
    assert answer.status_code == 202, answer.text
    assert (await finished(officer, answer.json()["id"]))["rows"]["accepted"] == 1


async def test_the_template_can_be_filled_in_and_sent(
    officer: httpx2.AsyncClient, registry: Service, sent: Sent
) -> None:
    nobody = await registry.signed_in(None, "vi")
    described = (await nobody.get(f"{IMPORTS}/template")).json()["columns"]
    assert {"Họ và tên", "full_name"} <= set(next(c for c in described if c["name"] == "full_name")["headings"])
    for kind in ("csv", "xlsx"):
        table = await nobody.get(f"{IMPORTS}/template", params={"format": kind})
        found = await sent(table.content, dry_run=True)
        assert found["rows"] == {"read": 1, "accepted": 1, "unchanged": 0, "refused": 0}, await mistakes(officer, found)


async def test_nothing_of_the_rows_stays_behind(registry: Service, sent: Sent) -> None:
    await sent(as_csv([person(identity_number=TAKEN), person("2", sex="?")]))
    for table in ("import_rows", "import_households"):
        assert await registry.sql(f"select 1 from {table}") == []
    [found] = await registry.sql("select place from imports")
    assert found["place"] is None


async def test_an_import_whose_last_attempt_fails_says_so(registry: Service, officer: httpx2.AsyncClient) -> None:
    settings = registry.app.state.settings
    sent = (await officer.post(IMPORTS, content=as_csv([person()]))).json()
    [row] = await registry.sql("select place from imports")
    await registry.app.state.files.forget(row["place"])
    vault = Vault.from_settings(settings)
    runner = Runner(registry.app.state.database, Files.from_settings(settings, vault), vault, settings)
    for attempt in (7, 8):
        with pytest.raises(FileNotFoundError):
            await runner(Job(new_id(), JOB, {"import_id": sent["id"]}, None, attempt, 8))
        found = (await officer.get(f"{IMPORTS}/{sent['id']}")).json()
        assert (found["finished_at"] is None) == (attempt == 7)
    assert (found["state"], found["refusal"]["code"]) == ("refused", "import-failed")
