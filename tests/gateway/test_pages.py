"""Pages for people, and the documentation: whole, in three languages, from nowhere but here."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from gateway.docs import vendored_folder
from gateway.errors import OWN
from tests.gateway.conftest import Front, OpenFront, Service, StartService
from tests.gateway.openapi.test_document import discovery, documented

PAGES = ("/", "/impact", "/problems", "/problems/not-found", "/docs", "/redoc", "/docs/oauth2-redirect")


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts_inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.scripts_inside += tag == "script" and "src" not in dict(attrs)

    def links(self) -> list[str]:
        return [value for _, attrs in self.tags for name in ("href", "src") if (value := attrs.get(name))]


async def page(gate: Front, path: str, language: str = "en") -> tuple[Page, str]:
    async with gate.client.get(path, headers={"accept-language": language}) as response:
        assert response.status == 200, path
        text = await response.text()
        return Page(text), response.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_comes_from_anywhere_else_and_nothing_may(front: OpenFront, funds: Service, path: str) -> None:
    gate = await front(funds=funds)
    found, policy = await page(gate, path)
    assert found.scripts_inside == 0, "an inline script would need a hole in the policy"
    for link in found.links():
        assert not urlsplit(link).netloc, link
        if link.startswith(("/assets/", "/problems", "/docs", "/redoc", "/openapi.json", "/?", "/#")):
            async with gate.client.get(link) as response:
                assert response.status == 200, link
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self';" in policy or "script-src" not in policy
    assert not re.search(r"https?://", policy)


@pytest.mark.parametrize(
    ("query", "accept", "language", "title"),
    [
        ("", "", "vi", "Không để ai bị bỏ lại phía sau"),
        ("", "en-GB", "en", "No one is left behind"),
        ("", "fr", "fr", "Que personne ne soit laissé de côté"),
        ("?lang=fr", "en", "fr", "Que personne ne soit laissé de côté"),
        ("?lang=xx", "en", "en", "No one is left behind"),
    ],
)
async def test_the_first_page_speaks_three_languages(
    front: OpenFront, funds: Service, query: str, accept: str, language: str, title: str
) -> None:
    gate = await front(funds=funds)
    async with gate.client.get("/" + query, headers={"accept-language": accept}) as response:
        text = await response.text()
        assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in text
    assert title in text
    tags = Counter(tag for tag, _ in Page(text).tags)
    assert (tags["h1"], tags["main"], tags["title"], tags["script"]) == (1, 1, 1, 0)
    assert 'href="/docs"' in text
    assert 'href="/impact"' in text


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
async def test_every_problem_has_a_page(front: OpenFront, funds: Service, language: str) -> None:
    gate = await front(funds=funds)
    for kind in OWN:
        async with gate.client.get(f"/problems/{kind.slug()}?lang={language}") as response:
            assert response.status == 200
            assert str(int(kind.status)) in await response.text()


async def test_a_services_problems_have_pages_and_their_words_are_no_markup(
    front: OpenFront, service: StartService
) -> None:
    gate = await front(funds=await documented(service, "funds"))
    found = {}
    for language in ("vi", "en", "fr"):
        async with gate.client.get("/problems/funds-closed", headers={"accept-language": language}) as response:
            assert response.status == 200
            found[language] = await response.text()
    assert "funds &lt;closed&gt;" in found["en"]
    assert "funds đóng" in found["vi"]
    assert "<closed>" not in found["vi"]


@pytest.mark.parametrize("path", ["/problems/no-such", "/problems/", "/problems/a/b", "/assets/none.js", "/assets/"])
async def test_an_unknown_page_is_not_found(front: OpenFront, funds: Service, path: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get(path) as response:
        assert (response.status, response.headers["content-type"]) == (404, "application/problem+json")


async def test_signing_in_from_the_docs_may_reach_the_issuer_and_nobody_else(
    front: OpenFront, service: StartService, funds: Service
) -> None:
    issuer = await discovery(service)
    gate = await front(funds=funds, issuer=issuer.url, public_url="https://api.example")
    found, policy = await page(gate, "/docs")
    assert "connect-src 'self' https://login.example;" in policy
    viewer = next(attrs for tag, attrs in found.tags if attrs.get("id") == "swagger-ui")
    assert viewer["data-client-id"] == "docs"
    assert viewer["data-public-url"] == "https://api.example"


async def test_the_viewer_signs_in_with_pkce(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    async with gate.client.get("/assets/docs.js", headers={"accept-encoding": "identity"}) as response:
        script = await response.text()
    for option in (
        "usePkceWithAuthorizationCodeGrant: true",
        "persistAuthorization: true",
        "tryItOutEnabled: true",
        "validatorUrl: null",
    ):
        assert option in script


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "site.css"])
async def test_assets_are_kept_by_browsers_and_revalidated(front: OpenFront, funds: Service, name: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get(f"/assets/{name}", headers={"accept-encoding": "identity"}) as response:
        whole = await response.read()
        assert response.headers["cache-control"].startswith("public, max-age=")
        etag = response.headers["etag"]
    async with gate.client.get(f"/assets/{name}", headers={"accept-encoding": "gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["etag"] != etag
        assert len(await response.read()) < len(whole) / 2
    headers = {"if-none-match": etag, "accept-encoding": "identity"}
    async with gate.client.get(f"/assets/{name}", headers=headers) as response:
        assert (response.status, await response.read()) == (304, b"")


async def test_redoc_asks_its_maker_for_nothing(front: OpenFront, funds: Service) -> None:
    assert b"cdn.redoc.ly" in (vendored_folder() / "redoc.standalone.js").read_bytes(), "nothing left to replace?"
    gate = await front(funds=funds)
    async with gate.client.get("/assets/redoc.standalone.js", headers={"accept-encoding": "identity"}) as response:
        assert b"cdn.redoc.ly" not in await response.read()
