"""Workbooks: read like CSV, refused where they are more than a table."""

import datetime as dt
import io
import zipfile

import httpx2
import pytest
import xlsxwriter

from tests.services.beneficiaries.imports.conftest import COLUMNS, Sent, as_workbook, child, mistakes, person


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with one part put in, or in the place of the one that was there."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each, old.read(each.filename))
        new.writestr(name, part)
    return target.getvalue()


PLAIN = as_workbook(("Hộ", [person()]))
SHEET = "xl/worksheets/sheet1.xml"


async def test_all_sheets_of_a_workbook_are_read_and_named(officer: httpx2.AsyncClient, sent: Sent) -> None:
    content = as_workbook(("Bản Mé", [person(), child()]), ("Bản Khác", [person("2", "Vì Thị Hai", sex="?")]))
    found = await sent(content)
    assert (found["kind"], found["rows"]) == ("xlsx", {"read": 3, "accepted": 2, "unchanged": 0, "refused": 1})
    answer = (await officer.get(f"/v1/beneficiaries/imports/{found['id']}/errors")).json()["items"]
    assert [(one["sheet"], one["row"], one["column"]) for one in answer] == [("Bản Khác", 2, "sex")]
    table = await officer.get(f"/v1/beneficiaries/imports/{found['id']}/refused-rows", params={"format": "xlsx"})
    again = await sent(table.content)
    assert (again["kind"], again["rows"]["refused"]) == ("xlsx", 1)


async def test_days_and_numbers_of_a_sheet_are_understood(officer: httpx2.AsyncClient, sent: Sent) -> None:
    def touch(book: xlsxwriter.Workbook) -> None:
        sheet = book.get_worksheet_by_name("Hộ")
        sheet.write_datetime(
            1, COLUMNS.index("birth_date"), dt.date(1984, 3, 2), book.add_format({"num_format": "dd/mm/yyyy"})
        )
        sheet.write_number(1, COLUMNS.index("ethnicity"), 3)
        sheet.write_number(2, COLUMNS.index("birth_date"), 2012)

    found = await sent(as_workbook(("Hộ", [person(), child()]), touch=touch))
    assert found["rows"]["accepted"] == 2, await mistakes(officer, found)
    [line] = (await officer.get("/v1/beneficiaries/households")).json()["items"]
    members = (await officer.get(f"/v1/beneficiaries/households/{line['id']}")).json()["members"]
    assert [(one["birth_date"], one["birth_precision"]) for one in members] == [
        ("1984-03-02", "day"),
        ("2012-01-01", "year"),
    ]


async def test_a_formula_is_refused_whatever_it_computes(officer: httpx2.AsyncClient, sent: Sent) -> None:
    found = await sent(as_workbook(("Hộ", [person(village='="Bản "&"Mé"')])))
    assert await mistakes(officer, found) == [(2, "village", "formula-cell")]
    assert found["rows"]["refused"] == 1


LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "'
    + b"&lol;" * 50
    + b'">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&lol2;</t></is></c></row></sheetData></worksheet>'
)
WIDE = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (with_part(PLAIN, "xl/vbaProject.bin", b"macros"), "workbook-unsafe"),
        (with_part(PLAIN, "xl/embeddings/oleObject1.bin", b"object"), "workbook-unsafe"),
        (with_part(PLAIN, SHEET, LAUGHS), "workbook-unsafe"),
        (with_part(PLAIN, SHEET, LAUGHS.decode().encode("utf-16")), "workbook-unsafe"),
        (with_part(PLAIN, "xl/media/zeros.bin", bytes(30 << 20)), "workbook-unsafe"),
        (with_part(PLAIN, SHEET, WIDE), "table-too-large"),
        (with_part(PLAIN, SHEET, b"<worksheet><sheetData>"), "workbook-unreadable"),
        (with_part(PLAIN, "xl/workbook.xml", b"<workbook/>"), "workbook-unreadable"),
        (PLAIN[: len(PLAIN) // 2], "workbook-unreadable"),
        (as_workbook(("Hộ", [])), "no-rows"),
    ],
    ids=["macros", "object", "entities", "entities in UTF-16", "bomb", "wide", "torn", "no sheets", "cut", "no rows"],
)
async def test_a_workbook_that_is_more_or_less_than_a_table_is_refused(sent: Sent, content: bytes, code: str) -> None:
    found = await sent(content)
    assert (found["state"], found["refusal"] and found["refusal"]["code"]) == ("refused", code)
