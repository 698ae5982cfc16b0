"""The pages as a person meets them, in a real browser on the running platform."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.swagger import Swagger
from tests.running import Platform

pytestmark = pytest.mark.browser


def _hosts(page: Page) -> set[str]:
    asked: set[str] = set()
    # A worker made from a blob and a picture in the page itself ask nobody.
    page.on("request", lambda request: asked.update({urlsplit(request.url).netloc} - {""}))
    return asked


@pytest.mark.parametrize(
    ("path", "seen"), [("/", "Try the API"), ("/docs", "Record a donation"), ("/redoc", "For the Poor")]
)
def test_a_page_opens_without_asking_anybody_else(platform: Platform, page: Page, path: str, seen: str) -> None:
    hosts = _hosts(page)
    page.goto(f"{platform.gateway}{path}")
    expect(page.get_by_text(seen).first).to_be_visible(timeout=90_000)
    assert hosts == {urlsplit(platform.gateway).netloc}


def test_a_treasurer_signs_in_and_records_a_donation_from_the_documents(platform: Platform, page: Page) -> None:
    documents = Swagger(page, platform.gateway)
    documents.sign_in("treasurer")
    operation = documents.open("record_donation", "Donations")
    assert operation.execute().shown == "201"
    operation.block.locator(".live-responses-table").first.scroll_into_view_if_needed()
    where = os.environ.get("SAVE_SCREENSHOT")
    if where:
        page.screenshot(path=where)
