"""The pages as a person meets them, in a real browser on the running platform."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

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
    expect(page.get_by_text(seen).first).to_be_visible(timeout=30_000)
    assert hosts == {urlsplit(platform.gateway).netloc}


def test_a_treasurer_signs_in_and_records_a_donation_from_the_documents(platform: Platform, page: Page) -> None:
    page.goto(f"{platform.gateway}/docs")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    dialog.locator("a", has_text="select all").first.click()
    with page.expect_popup() as popup:
        dialog.get_by_role("button", name="Apply given OAuth2 credentials").first.click()
    popup.value.get_by_role("button").filter(has_text="Trần Thị Lan").click()
    expect(dialog.get_by_role("button", name="Remove authorization").first).to_be_visible(timeout=30_000)
    dialog.get_by_role("button", name="Close").first.click()

    operation = page.locator(".opblock", has=page.get_by_text("Record a donation", exact=True))
    operation.locator(".opblock-summary").click()
    if operation.get_by_role("button", name="Try it out").count():
        operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody .response-col_status").first
    expect(answer).to_contain_text("201", timeout=30_000)
    answer.scroll_into_view_if_needed()
    where = os.environ.get("SAVE_SCREENSHOT")
    if where:
        page.screenshot(path=where)
