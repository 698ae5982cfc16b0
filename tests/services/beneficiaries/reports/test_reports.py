import html
import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import httpx2
import pytest

from services.beneficiaries.reports.sheet import xlsx
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CO_NOI, HAT_LOT_TOWNSHIP, MAI_SON, Register, member
from tests.services.beneficiaries.poverty_rate.homes import write
from tests.services.beneficiaries.reviews.conftest import (
    DECISION,
    POSTING,
    Book,
    answers,
    book,
    chair,
    listed_home,
)
from tests.services.beneficiaries.test_lists import statements

__all__ = ["book", "chair", "listed_home"]
REPORTS = "/v1/beneficiaries/poverty-reports"
LONG, YEAR = date(2021, 1, 1), date(2026, 1, 1)
S = "decree-07-2021"
NUMBERS = range(1, 16)


async def read(client: httpx2.AsyncClient, number: int, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{REPORTS}/{number}", params={"as_of": "2026-01-01", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def named(report: dict[str, Any], row: int = -1) -> dict[str, Any]:
    return dict(zip(report["columns"], report["rows"][row], strict=True))


@pytest.fixture
async def homes(registry: Service) -> None:
    """Two communes of before that are one today; three poor, one near-poor, and four that are neither."""
    units = [CO_NOI, HAT_LOT_TOWNSHIP]
    kinds = ["poor", "poor", "near_poor", None, None, "poor", None, None]
    before = [("near_poor", LONG, YEAR, S)]
    written = [
        ([(units[place % 2], LONG, None)], [*before, (kind, YEAR, None, S)] if kind else [])
        for place, kind in enumerate(kinds)
    ]
    await write(registry, written)


async def test_the_result_counts_every_household_on_either_map(admin: httpx2.AsyncClient, homes: None) -> None:
    today = await read(admin, 1)
    assert [row[:7] for row in today["rows"]] == [
        ["04105", "Xã Mai Sơn", 8, 3, "37.50", 1, "12.50"],
        ["", "Tổng cộng", 8, 3, "37.50", 1, "12.50"],
    ]
    before = await read(admin, 1, geography="2025-06-30")
    assert [row[2:4] for row in before["rows"]] == [[4, 2], [4, 1], [8, 3]]
    assert sum(row[3] for row in before["rows"][:-1]) == before["rows"][-1][3]


async def test_the_movement_of_either_list_balances(admin: httpx2.AsyncClient, homes: None) -> None:
    for number, start, end in ((2, 0, 3), (3, 4, 1)):
        row = named(await read(admin, number))
        assert (row["Đầu kỳ"], row["Cuối kỳ"]) == (start, end)
        gone = row["Chuyển sang danh sách kia"] + row["Thoát cả hai danh sách"] + row["Giảm khác"]
        come = row["Từ danh sách kia chuyển sang"] + row["Tái nghèo"] + row["Phát sinh mới"] + row["Tăng khác"]
        assert end == start - gone + come


async def test_deprivations_causes_and_ethnic_groups_of_the_decided_review(
    book: Book, chair: httpx2.AsyncClient, listed_home: Any
) -> None:
    for name in ("Một", "Hai", "Ba"):
        await listed_home("poor", name)
    forms = [
        answers(deprived=3),
        answers(deprived=4, causes=["land", "illness"]),
        answers(deprived=1, causes=["tools"]),
    ]
    review = await book.posted(forms)
    assert named(await read(book.officer, 4))["Việc làm (hộ nghèo)"] == 0
    await book.step(review, "decision", DECISION, chair)
    poor = named(await read(book.officer, 4))
    assert (poor["Số hộ nghèo"], poor["Việc làm (hộ nghèo)"], poor["Bảo hiểm y tế (hộ nghèo)"]) == (2, 2, 1)
    assert named(await read(book.officer, 5))["Bảo hiểm y tế (hộ nghèo)"] == "50.00"
    near = named(await read(book.officer, 6))
    assert (near["Số hộ cận nghèo"], near["Việc làm (hộ cận nghèo)"]) == (1, 1)
    assert named(await read(book.officer, 7))["Dinh dưỡng (hộ cận nghèo)"] == "0.00"
    causes = named(await read(book.officer, 10))
    assert (
        causes["Không có đất sản xuất (hộ nghèo)"],
        causes["Không có công cụ hoặc phương tiện sản xuất (hộ cận nghèo)"],
    ) == (2, 1)
    groups = named(await read(book.officer, 9))
    assert [value for name, value in groups.items() if name.startswith("Thái")] == [2, 1]


async def test_the_groups_and_children_of_listed_households(
    book: Book, chair: httpx2.AsyncClient, register: Register, listed_home: Any, new_key: Any
) -> None:
    """Three homes: a Thái mother with two children, a Kinh couple from 60, and a father alone who is on no list."""
    await listed_home("poor", "Một")
    children = [member(f"Con {born}", "child", f"{born}-05-01") for born in (2012, 2020)]
    grown = member("Con lớn", "child", "2009-12-31")
    family = await register(MAI_SON, member("Hai"), *children, grown, registered_on="2025-08-01")
    old = [member("Ba", "head", "1950-01-01", ethnicity="01", sex="male"), member("Bà", "spouse", "1965-12-31")]
    couple = await register(MAI_SON, *old, registered_on="2025-08-01")
    await register(MAI_SON, member("Bốn", sex="male"), registered_on="2025-08-01")
    for home in (family, couple):
        body = {"status": "poor", "valid_from": "2025-08-01", "decision_number": "1/QĐ-UBND"}
        path = f"/v1/beneficiaries/households/{home['id']}/poverty-statuses"
        assert (await book.officer.post(path, json=body, headers=new_key())).status_code == 201
    depths = {"Một": 5, "Hai": 3, "Ba": 2}
    review = await book.listed()
    for case in await book.cases(review):
        assert (await book.score(review, case, answers(deprived=depths[case["head_name"]]))).status_code == 200
    await book.step(review, "classification")
    await book.met(review)
    await book.step(review, "postings", POSTING)
    await book.step(review, "decision", DECISION, chair)

    groups = named(await read(book.officer, 8))
    assert groups["Số hộ nghèo"] == 2
    assert groups["Số hộ cận nghèo"] == 1
    assert [groups[f"Hộ {what} (hộ nghèo)"] for what in ("dân tộc thiểu số", "do phụ nữ làm chủ hộ")] == [2, 2]
    assert [groups[f"Hộ {what} (hộ cận nghèo)"] for what in ("dân tộc thiểu số", "do phụ nữ làm chủ hộ")] == [0, 0]
    assert groups["Hộ có trẻ em dưới 16 tuổi (hộ nghèo)"] == 1
    assert groups["Hộ có người từ 60 tuổi (hộ cận nghèo)"] == 1
    assert groups["Hộ không có người từ 16 đến 59 tuổi (hộ cận nghèo)"] == 1
    assert groups["Hộ không có người từ 16 đến 59 tuổi (hộ nghèo)"] == 0

    minors = named(await read(book.officer, 11))
    assert minors["Trẻ em dưới 16 tuổi (hộ nghèo)"] == 2
    assert minors["Trẻ em trong hộ thiếu hụt Việc làm (hộ nghèo)"] == 2
    assert minors["Trẻ em trong hộ thiếu hụt Bảo hiểm y tế (hộ nghèo)"] == 0

    poor = named(await read(book.officer, 12))
    assert [poor["Tổng số hộ"], poor["Tổng số nhân khẩu"], poor["Số hộ nghèo"], poor["Nhân khẩu hộ nghèo"]] == [
        4,
        8,
        2,
        5,
    ]
    assert (poor["% hộ nghèo"], poor["% nhân khẩu hộ nghèo"]) == ("50.00", "62.50")
    assert [value for name, value in poor.items() if "thiếu hụt" in name or "chưa có phiếu" in name] == [0, 1, 0, 1, 0]
    near = named(await read(book.officer, 13))
    assert [near["Số hộ cận nghèo"], near["Nhân khẩu hộ cận nghèo"]] == [1, 2]
    assert near["Số hộ cận nghèo thiếu hụt dưới 3 chỉ số"] == 1


async def test_a_status_decided_without_a_review_is_counted_apart(admin: httpx2.AsyncClient, homes: None) -> None:
    poor = named(await read(admin, 12))
    assert (poor["Tổng số hộ"], poor["Số hộ nghèo"], poor["Số hộ nghèo chưa có phiếu rà soát"]) == (8, 3, 3)


@pytest.mark.parametrize("number", NUMBERS)
async def test_what_the_records_cannot_fill_is_empty_and_named(
    admin: httpx2.AsyncClient, homes: None, number: int
) -> None:
    report = await read(admin, number)
    empty = [name for place, name in enumerate(report["columns"]) if all(row[place] is None for row in report["rows"])]
    assert report["rows"]
    assert len(set(report["columns"])) == len(report["columns"])
    assert set(report["not_recorded"]) <= set(empty)
    assert bool(report["not_recorded"]) is (number in {1, 8, 11})
    answer = await admin.get(f"{REPORTS}/{number}/xlsx", params={"as_of": "2026-01-01"})
    words = sheet_of(answer.content)
    for name in [*report["columns"], *report["not_recorded"]]:
        assert html.escape(name, quote=False) in words


async def test_the_detailed_lists_go_on_where_they_stopped(book: Book, listed_home: Any) -> None:
    for name in ("Một", "Hai", "Ba"):
        await listed_home("poor", name)
    await listed_home("near_poor", "Bốn")
    first = await read(book.officer, 15, limit="2")
    rest = await read(book.officer, 15, limit="2", cursor=first["next"])
    assert [row[1] for row in first["rows"] + rest["rows"]] == ["Một", "Hai", "Ba"]
    assert rest["next"] is None
    assert named(await read(book.officer, 14))["Họ và tên chủ hộ"] == "Bốn"
    bad = await book.officer.get(f"{REPORTS}/15", params={"cursor": "x"})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad-cursor")


async def test_a_sheet_holds_the_same_words_and_no_formula(book: Book, listed_home: Any) -> None:
    await listed_home("poor", '=HYPERLINK("http://x","Lò")')
    answer = await book.officer.get(f"{REPORTS}/15/xlsx", params={"as_of": "2026-01-01"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="bieu-15.xlsx"'
    words = sheet_of(answer.content)
    assert "=HYPERLINK(&quot;http://x&quot;,&quot;Lò&quot;)" in words or '=HYPERLINK("http://x","Lò")' in words
    assert "<f>" not in words
    assert "<hyperlink" not in words


def sheet_of(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if "sheet1" in name or "Strings" in name)


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://x.test", "mailto:x@x.test"])
def test_words_stay_words(word: str) -> None:
    made = sheet_of(xlsx("t", "x", [word], [[word, 1]]))
    assert "<f" not in re.sub("<formatted", "", made)
    assert "<hyperlink" not in made


async def test_another_communes_officer_reads_nothing(
    book: Book, stranger: httpx2.AsyncClient, registry: Service, listed_home: Any
) -> None:
    await listed_home("poor")
    for number in NUMBERS:
        for asked in ({}, {"area": "04105"}):
            found = await read(stranger, number, **asked)
            assert not [cell for row in found["rows"] for cell in row if isinstance(cell, int) and cell]
    words = sheet_of((await stranger.get(f"{REPORTS}/15/xlsx", params={"as_of": "2026-01-01"})).content)
    assert "Đôi" not in words
    treasurer = await registry.signed_in("treasurer")
    assert (await treasurer.get(f"{REPORTS}/1")).status_code == 403
    assert (await treasurer.get(f"{REPORTS}/1/xlsx")).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"), [("0", 422), ("16", 422), ("1?area=99999", 404), ("2?since=2199-01-01", 422)]
)
async def test_a_form_that_is_not_there_is_refused(admin: httpx2.AsyncClient, path: str, status: int) -> None:
    assert (await admin.get(f"{REPORTS}/{path}")).status_code == status


async def test_forms_take_a_fixed_number_of_statements(
    registry: Service, admin: httpx2.AsyncClient, homes: None
) -> None:
    async def count() -> list[int]:
        taken = []
        for number in NUMBERS:
            with statements(registry) as seen:
                await read(admin, number)
            taken.append(len(seen))
        return taken

    few = await count()
    more = [([(CO_NOI, LONG, None)], [("poor", LONG, None, S)]) for _ in range(50)]
    await write(registry, more)
    assert await count() == few
    assert max(few) == 6
