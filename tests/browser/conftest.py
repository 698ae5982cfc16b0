import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.swagger import Swagger
from tests.running import Platform, platform

__all__ = ["browser", "page", "platform", "swagger", "told"]

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
_QUIETLY = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "a browser is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIETLY.split())
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh profile; whatever the page complains of in its console fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    complaints = _complaints(opened)
    yield opened
    context.close()
    assert not complaints


@pytest.fixture(scope="session")
def told(platform: Platform) -> Platform:
    """The platform after the demonstration has told its story."""
    where = {"GATEWAY_URL": platform.gateway, "ISSUER": platform.issuer}
    # In a process of its own, as anybody runs it: this one has the browser's event loop.
    done = subprocess.run(
        [sys.executable, "-m", "demo"], env=os.environ | where, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return platform


@pytest.fixture(scope="session")
def _window(browser: Browser, told: Platform) -> Iterator[tuple[Swagger, list[str]]]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    complaints = _complaints(opened)
    yield Swagger(opened, told.gateway), complaints
    context.close()


@pytest.fixture
def swagger(_window: tuple[Swagger, list[str]]) -> Iterator[Swagger]:
    """The window that all these tests share, so that nobody signs in for each; its complaints fail each test."""
    window, complaints = _window
    yield window
    unforeseen = [complaint for complaint in complaints if not any(one in complaint for one in window.foreseen)]
    complaints.clear()
    window.foreseen.clear()
    assert not unforeseen


def _complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
