"""Files of change requests: streamed, looked at, sealed, given to who sent them and who decides."""

from pathlib import Path

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.change_requests.conftest import (
    ATTACHMENTS,
    KINDS,
    REQUESTS,
    Family,
    Propose,
    Step,
    refused,
)

_PLACE = {"village": "Bản Nà Bó"}
_PDF = b"%PDF-1.7 " + b"a page of a family book " * 40_000
_PNG = b"\x89PNG\r\n\x1a\n picture"


def _stored(registry: Service) -> list[Path]:
    folder = Path(registry.app.state.settings.files_url.removeprefix("file://"))
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_document_is_sealed_and_given_to_proposer_and_checker(
    registry: Service,
    admin: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    second: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    step: Step,
) -> None:
    await admin.patch(f"{KINDS}/place", json={"attachment_needed": True}, headers={"If-Match": '"1"'})
    treasurer = await registry.signed_in("treasurer")
    auditor = await registry.signed_in("auditor")
    home = await family()
    made = await propose(treasurer, "place", home["id"], _PLACE)
    assert refused(await step(second, made, "approval")) == (409, "attachment-missing")
    query = {"change_request": made["id"], "name": "sổ hộ khẩu.pdf"}
    answer = await treasurer.post(ATTACHMENTS, params=query, content=_PDF)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["media_type"], shown["size"], shown["name"]) == ("application/pdf", len(_PDF), "sổ hộ khẩu.pdf")
    again = await treasurer.post(ATTACHMENTS, params=query, content=_PDF)
    assert again.json() == shown
    [file] = _stored(registry)
    assert b"family book" not in file.read_bytes()
    for client in (treasurer, second):
        got = await client.get(f"{ATTACHMENTS}/{shown['id']}")
        assert (got.content, got.headers["content-type"]) == (_PDF, "application/pdf")
        assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''s%E1%BB%95")
    assert refused(await auditor.get(f"{ATTACHMENTS}/{shown['id']}")) == (404, "attachment-not-found")
    listed = (await second.get(REQUESTS)).json()["items"]
    assert [one["attachments"] for one in listed] == [1]
    assert [one["id"] for one in (await second.get(f"{REQUESTS}/{made['id']}")).json()["files"]] == [shown["id"]]
    assert (await step(second, made, "approval")).status_code == 200
    late = await treasurer.post(ATTACHMENTS, params=query, content=_PNG)
    assert refused(late) == (409, "change-request-step-refused")
    read = await registry.sql("select actor from audit_log where action = 'change_request.attachment_read' order by id")
    assert [row["actor"] for row in read] == ["treasurer", "commune-officer-2:04105"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>", (415, "attachment-kind-refused")),
        (b"", (415, "attachment-kind-refused")),
        (b"PK\x03\x04", (415, "attachment-kind-refused")),
        (b"%PDF-" + bytes(9 << 20), (413, "too-large")),
    ],
)
async def test_nothing_is_left_of_a_file_that_is_refused(
    registry: Service,
    officer: httpx2.AsyncClient,
    family: Family,
    propose: Propose,
    content: bytes,
    why: tuple[int, str],
) -> None:
    made = await propose(officer, "place", (await family())["id"], _PLACE)
    query = {"change_request": made["id"], "name": "a.pdf"}
    assert refused(await officer.post(ATTACHMENTS, params=query, content=content)) == why
    assert _stored(registry) == []
    assert await registry.sql("select 1 from change_request_attachments") == []


async def test_only_the_proposer_attaches_and_ten_files_at_most(
    registry: Service, officer: httpx2.AsyncClient, second: httpx2.AsyncClient, family: Family, propose: Propose
) -> None:
    made = await propose(officer, "place", (await family())["id"], _PLACE)
    query = {"change_request": made["id"], "name": "a.png"}
    assert refused(await second.post(ATTACHMENTS, params=query, content=_PNG)) == (403, "proposer-only")
    for number in range(10):
        answer = await officer.post(ATTACHMENTS, params=query, content=_PNG + bytes([number]))
        assert answer.status_code == 201
    assert refused(await officer.post(ATTACHMENTS, params=query, content=_PNG)) == (409, "too-many-attachments")
    assert len(_stored(registry)) == 10
