"""The signed minutes of a village meeting: kept sealed, told by their content, given to those of the commune."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.reviews.conftest import DECISION, POSTING, Book
from tests.services.beneficiaries.test_lists import statements

Key = Callable[[], dict[str, str]]
MINUTES = "/v1/beneficiaries/review-minutes"
PDF = b"%PDF-1.7\nBi\xc3\xaan b\xe1\xba\xa3n h\xe1\xbb\x8dp th\xc3\xb4n"


def archive(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name in names:
            target.writestr(name, "x")
    return file.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


async def add(client: httpx2.AsyncClient, meeting: str, content: bytes = PDF) -> httpx2.Response:
    return await client.post(MINUTES, params={"meeting_id": meeting}, content=content)


@pytest.fixture
async def meeting(book: Book, listed_home: Any) -> dict[str, Any]:
    await listed_home()
    return await book.met(await book.classified())


@pytest.mark.parametrize(
    ("content", "kind", "media"),
    [
        (PDF, "pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nx", "png", "image/png"),
        (b"\xff\xd8\xff\xe0x", "jpeg", "image/jpeg"),
        (DOCX, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_minutes_come_back_as_they_were_sent(
    registry: Service, book: Book, meeting: dict[str, Any], content: bytes, kind: str, media: str
) -> None:
    made = await add(book.officer, meeting["id"], content)
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["size"]) == (kind, len(content))
    got = await book.officer.get(made.headers["location"])
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, content, media)
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert got.headers["x-content-type-options"] == "nosniff"
    listed = (await book.officer.get(MINUTES, params={"meeting_id": meeting["id"]})).json()["items"]
    assert listed == [made.json()]
    [row] = await registry.sql("select place from review_minutes")
    folder = Path(registry.app.state.settings.files_url.removeprefix("file://"))
    assert content not in (folder / row["place"]).read_bytes()
    [audited] = await registry.sql("select actor from audit_log where action = 'review_minutes.added'")
    assert audited["actor"] == "commune-officer:04105"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Bi\xc3\xaan b\xe1\xba\xa3n",
        b"<html><script>",
        b"PK\x03\x04 cut off",
        archive("[Content_Types].xml", "xl/workbook.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ],
)
async def test_what_is_no_document_is_refused_and_not_kept(
    registry: Service, book: Book, meeting: dict[str, Any], content: bytes
) -> None:
    answer = await add(book.officer, meeting["id"], content)
    assert (answer.status_code, answer.json()["code"]) == (415, "minutes-kind-unknown")
    assert await registry.sql("select 1 from review_minutes") == []
    folder = Path(registry.app.state.settings.files_url.removeprefix("file://")) / "review-minutes"
    assert [file for file in folder.rglob("*") if file.is_file()] == []


async def test_the_same_file_is_kept_once_and_what_is_too_large_never(
    registry: Service, book: Book, meeting: dict[str, Any]
) -> None:
    assert (await add(book.officer, meeting["id"])).status_code == 201
    again = await add(book.officer, meeting["id"])
    assert (again.status_code, again.json()["code"]) == (409, "minutes-already-kept")
    most = registry.app.state.settings.minutes_max_bytes
    assert (await add(book.officer, meeting["id"], PDF + bytes(most))).status_code == 413
    assert (await add(book.officer, meeting["id"], PDF + bytes(2 << 20))).status_code == 201
    folder = Path(registry.app.state.settings.files_url.removeprefix("file://")) / "review-minutes"
    assert len([file for file in folder.rglob("*") if file.is_file()]) == 2


async def test_a_decided_review_takes_no_more_minutes(
    book: Book, chair: httpx2.AsyncClient, meeting: dict[str, Any]
) -> None:
    await book.step(meeting["review_id"], "postings", POSTING)
    await book.step(meeting["review_id"], "decision", DECISION, chair)
    answer = await add(book.officer, meeting["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "review-is-decided")


async def test_another_communes_officer_neither_adds_nor_lists_nor_fetches(
    registry: Service, book: Book, stranger: httpx2.AsyncClient, meeting: dict[str, Any]
) -> None:
    made = (await add(book.officer, meeting["id"])).json()
    for unknown in (meeting["id"], str(new_id())):
        for answer in (await add(stranger, unknown), await stranger.get(MINUTES, params={"meeting_id": unknown})):
            assert (answer.status_code, answer.json()["code"]) == (404, "meeting-not-found")
    fetched = await stranger.get(f"{MINUTES}/{made['id']}")
    assert (fetched.status_code, fetched.json()["code"]) == (404, "minutes-not-found")
    assert len(await registry.sql("select 1 from review_minutes")) == 1
    auditor, treasurer = await registry.signed_in("auditor"), await registry.signed_in("treasurer")
    assert (await auditor.get(f"{MINUTES}/{made['id']}")).status_code == 200
    assert (await add(auditor, meeting["id"])).status_code == 403
    assert (await treasurer.get(f"{MINUTES}/{made['id']}")).status_code == 403


async def test_a_list_of_minutes_takes_a_fixed_number_of_statements(
    registry: Service, book: Book, meeting: dict[str, Any]
) -> None:
    async def taken() -> int:
        with statements(registry) as seen:
            assert (await book.officer.get(MINUTES, params={"meeting_id": meeting["id"]})).status_code == 200
        return len(seen)

    await add(book.officer, meeting["id"])
    few = await taken()
    for page in range(5):
        await add(book.officer, meeting["id"], PDF + bytes([page]))
    assert await taken() == few
