"""Swagger UI as a person uses it: signs in on the issuer's page, opens an operation, executes what stands there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Locator, Page, Response, expect

PATIENCE = 90_000
"""Milliseconds."""
_PAGES = count(1)


@dataclass(frozen=True)
class Answer:
    """What came back, and what the page says of it. `example` names the body that was sent, where there are several."""

    status: int
    text: str
    replayed: bool
    shown: str
    example: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300 or self.status == 304

    def __str__(self) -> str:
        return f"{self.example}: {self.status} {self.text[:2000]}"


class Swagger:
    """One window with /docs open.

    `who` is the login signed in just now, None for nobody. `foreseen` are complaints of the console that a test provokes.
    """

    def __init__(self, page: Page, gateway: str) -> None:
        self.page = page
        self.who: str | None = None
        self.foreseen: list[str] = []
        self._tag = ""
        page.goto(f"{gateway}/docs")
        expect(page.locator(".opblock").first).to_be_visible(timeout=PATIENCE)

    def sign_in(self, login: str | None) -> None:
        """Sign in with all scopes that the person may have, after signing out whoever was in."""
        if login == self.who:
            return
        self.page.get_by_role("button", name="Authorize").first.click()
        dialog = self.page.locator(".modal-ux")
        if self.who is not None:
            dialog.get_by_role("button", name="Remove authorization").first.click()
        if login is not None:
            dialog.locator("a", has_text="select all").first.click()
            with self.page.expect_popup() as popup:
                dialog.get_by_role("button", name="Apply given OAuth2 credentials").first.click()
            popup.value.locator(f'button[value="{login}"]').click()
            expect(dialog.get_by_role("button", name="Remove authorization").first).to_be_visible(timeout=PATIENCE)
        dialog.get_by_role("button", name="Close").first.click()
        self.who = login

    def open(self, operation_id: str, tag: str) -> "Operation":
        """Open an operation for trying out, with only those of its tag on the page: all of them make it slow."""
        if tag != self._tag:
            self.page.locator(".operation-filter-input").fill(tag)
            self._tag = tag
        found = self.page.locator(f'.opblock[id$="-{operation_id}"]')
        found.locator(".opblock-summary-control").click()
        expect(found.locator(".try-out")).to_be_visible(timeout=PATIENCE)
        if found.locator(".try-out__btn:not(.cancel)").count():
            found.locator(".try-out__btn").click()
        return Operation(self.page, found)


class Operation:
    """One operation, opened and ready to be executed."""

    def __init__(self, page: Page, block: Locator) -> None:
        self._page, self.block = page, block
        expect(block.locator(".execute")).to_be_visible(timeout=PATIENCE)

    def each_example(self) -> Iterator[str]:
        """Put one example of the body after the other in its field; yield their names, or `-` where there is one."""
        choice = self.block.locator(".opblock-section-request-body .examples-select-element")
        if not choice.count():
            yield "-"
            return
        for name in [option.get_attribute("value") or "" for option in choice.locator("option").all()]:
            choice.select_option(name)
            yield name

    def execute(self, example: str = "-") -> Answer:
        """Send what stands in the fields, and wait until the page shows the answer."""
        self._choose_file()
        assert not (empty := self._empty()), f"the documents have no example for {', '.join(empty)}"
        if self.block.locator(".btn-clear").count():
            self.block.locator(".btn-clear").click()
        with self._page.expect_response(_of_the_api, timeout=PATIENCE) as coming:
            self.block.locator(".execute").click()
        response = coming.value
        status = self.block.locator(".live-responses-table tbody .response-col_status").first
        expect(status).to_be_visible(timeout=PATIENCE)
        return Answer(
            status=response.status,
            text=response.text(),
            replayed=response.headers.get("idempotency-replayed") == "true",
            shown=status.inner_text().split()[0],
            example=example,
        )

    def _choose_file(self) -> None:
        """Choose a document where the body is a file, as a person has to: the page fills in none. Another each time."""
        for chooser in self.block.locator('.opblock-section-request-body input[type="file"]').all():
            scan = f"%PDF-1.7\n% page {next(_PAGES)}\n%%EOF\n".encode()
            chooser.set_input_files({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scan})

    def _empty(self) -> list[str]:
        """Return the parameters that must be given and stand empty: the page sends nothing then, and says nothing."""
        needed = self.block.locator("tr[data-param-name]:has(.parameter__name.required)")
        return [
            row.get_attribute("data-param-name") or ""
            for row in needed.all()
            if not row.locator("input, select, textarea").last.input_value()
        ]

    def close(self) -> None:
        self.block.locator(".opblock-summary-control").click()


def _of_the_api(response: Response) -> bool:
    return "/v1/" in response.url
