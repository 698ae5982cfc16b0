"""The same rows in whatever dress a file comes: marks, line ends, formulas, encodings."""

import csv
import io

import httpx2
import pytest

from kit.tables import Limits, Workbook
from tests.conftest import Service
from tests.services.beneficiaries.imports.conftest import IMPORTS, Sent, as_csv, as_workbook, child, mistakes, person
from tests.services.beneficiaries.imports.test_workbooks import PLAIN, SHEET, with_part

EVIL = ("=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(1)")


async def test_a_mark_of_utf_8_and_mixed_line_ends_change_nothing(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    lines = as_csv([person(), child(), person("2", "Vì Thị Hai")]).decode().split("\r\n")
    content = f"\ufeff{lines[0]}\r{lines[1]}\n{lines[2]}\r\n\r\n{lines[3]}"
    found = await sent(content.encode())
    assert found["rows"]["accepted"] == 3, await mistakes(officer, found)
    names = {row["full_name"] for row in await registry.sql("select full_name from people")}
    assert names == {"Lò Thị Đôi", "Cà Văn Minh", "Vì Thị Hai"}


async def test_a_file_of_an_old_vietnamese_code_page_is_refused_and_not_guessed(registry: Service, sent: Sent) -> None:
    # No two code pages agree on these letters, and a name that is wrong is worse than none.
    content = as_csv([person(name="Nguyễn Văn Ơn", village="Mé")]).decode()
    for page in ("cp1258", "cp1252"):
        found = await sent(content.encode(page, "ignore"))
        assert (found["state"], found["refusal"]["code"]) == ("refused", "encoding-unknown")
    assert await registry.sql("select 1 from people") == []


async def test_a_sheet_that_names_an_encoding_which_it_has_not_is_refused(registry: Service, sent: Sent) -> None:
    sheet = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        'main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Thôn Mé</t></is></c></row></sheetData></worksheet>'
    )
    for torn in (sheet.encode("cp1252", "replace"), sheet.replace("UTF-8", "no-such").encode()):
        found = await sent(with_part(PLAIN, SHEET, torn))
        assert found["refusal"]["code"] in {"workbook-unreadable", "workbook-unsafe"}
    assert await registry.sql("select 1 from people") == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_refused_rows_come_back_without_a_formula_and_without_a_loss(
    officer: httpx2.AsyncClient, sent: Sent, kind: str
) -> None:
    rows = [person(str(number), village=f"'{evil}", sex="?") for number, evil in enumerate(EVIL)]
    found = await sent(as_csv(rows) if kind == "csv" else as_workbook(("Hộ", rows)))
    assert found["rows"]["refused"] == len(EVIL)
    answer = await officer.get(f"{IMPORTS}/{found['id']}/refused-rows", params={"format": kind})
    if kind == "csv":
        cells = [row["Village"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
        assert cells == [f"'{evil}" for evil in EVIL]
    else:
        with Workbook(io.BytesIO(answer.content), Limits()) as book:
            [_, *rest] = list(book.rows(book.sheets[0][1]))
        assert all(not row.faults for row in rest)
        assert [row.cells[2].removeprefix("'") for row in rest] == list(EVIL)
