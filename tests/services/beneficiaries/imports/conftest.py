"""Files of households, sent to a registry whose worker runs beside it."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import httpx2
import pytest
import xlsxwriter

from kit.crypto import Vault
from kit.database import Database
from kit.files import Files
from kit.jobs import Worker
from services.beneficiaries.worker import handlers
from tests.conftest import Service
from tests.running import eventually

IMPORTS = "/v1/beneficiaries/imports"
COLUMNS = (
    "household",
    "area_code",
    "village",
    "registered_on",
    "full_name",
    "sex",
    "birth_date",
    "ethnicity",
    "relation",
    "identity_number",
    "phone",
    "mother",
    "father",
)
Row = dict[str, str]
Sent = Callable[..., Awaitable[dict[str, Any]]]


def person(household: str = "1", name: str = "Lò Thị Đôi", **more: str) -> Row:
    """A row: the head of a household of Mai Sơn, unless told otherwise."""
    return {
        "household": household,
        "area_code": "04105",
        "village": "Bản Mé",
        "registered_on": "2026-01-15",
        "full_name": name,
        "sex": "female",
        "birth_date": "1984-03-02",
        "ethnicity": "03",
        "relation": "head",
        **more,
    }


def child(household: str = "1", name: str = "Cà Văn Minh", **more: str) -> Row:
    return person(household, name, **{"sex": "male", "birth_date": "2012-05-20", "relation": "child", **more})


def as_csv(rows: Sequence[Row], columns: Sequence[str] = COLUMNS, **how: Any) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", **how)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_workbook(
    *sheets: tuple[str, Sequence[Row]], touch: Callable[[xlsxwriter.Workbook], None] | None = None
) -> bytes:
    """Return a workbook with these sheets; what starts with an equals sign is a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(COLUMNS):
                value = row.get(column, "")
                if value:
                    sheet.write(number, place, value) if value.startswith("=") else sheet.write_string(
                        number, place, value
                    )
    if touch is not None:
        touch(book)
    book.close()
    return target.getvalue()


@pytest.fixture
async def working(registry: Service) -> AsyncIterator[None]:
    """The worker of the registry, at work during the test."""
    settings = registry.app.state.settings
    database = Database(settings.database_url.get_secret_value(), pool=4)
    vault = Vault.from_settings(settings)
    worker = Worker(
        settings.database_url.get_secret_value(),
        handlers(database, Files.from_settings(settings, vault), vault, settings),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    yield
    stop.set()
    await running
    await database.close()


async def finished(http: httpx2.AsyncClient, import_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        answer = await http.get(f"{IMPORTS}/{import_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return await eventually(look, lambda found: found["finished_at"] is not None)


@pytest.fixture
def sent(officer: httpx2.AsyncClient, working: None) -> Sent:
    """Give a function that sends a file and returns its import once that is finished."""

    async def send(
        content: bytes, *, by: httpx2.AsyncClient = officer, kind: str = "text/csv", **asked: Any
    ) -> dict[str, Any]:
        answer = await by.post(IMPORTS, content=content, params=asked, headers={"Content-Type": kind})
        assert answer.status_code == 202, answer.text
        return await finished(by, answer.json()["id"])

    return send


async def mistakes(http: httpx2.AsyncClient, found: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    """Return row, column and code of everything that was wrong."""
    answer = await http.get(f"{IMPORTS}/{found['id']}/errors", params={"limit": 200})
    assert answer.status_code == 200, answer.text
    return [(one["row"], one["column"], one["code"]) for one in answer.json()["items"]]
