"""The interactive documentation, with every byte served from here: no other host is asked, and the policy forbids it.

Swagger UI and Redoc come from the installed package `fastapi_offline`, of which only the files are used.
"""

import asyncio
import gzip
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import Template

from gateway.answers import SAFE, Answer, Asked, etag_of, page_answer, revalidated
from gateway.openapi.source import MergedDocument
from gateway.settings import Settings
from kit.problems import NotFound

_HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_VENDORED = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js")
_OURS = ("site.css", "docs.js", "redoc.js", "oauth2-redirect.js", "mark.svg")
# Redoc shows its maker's picture from the maker's host; ours is shown in its place.
_FOREIGN_PICTURE, _OWN_PICTURE = b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"/assets/mark.svg"


@dataclass(frozen=True, slots=True)
class Asset:
    content_type: str
    body: bytes
    packed: bytes
    etag: str


def vendored_folder() -> Path:
    """Return where Swagger UI and Redoc lie; RuntimeError where the package is not installed."""
    spec = find_spec("fastapi_offline")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("/docs needs the files of the package fastapi-offline, which is not installed")
    return Path(spec.submodule_search_locations[0]) / "static"


@cache
def load_asset(name: str) -> Asset:
    body = ((vendored_folder() if name in _VENDORED else _HERE / "static") / name).read_bytes()
    body = body.replace(_FOREIGN_PICTURE, _OWN_PICTURE)
    return Asset(_TYPES[Path(name).suffix], body, gzip.compress(body, 6, mtime=0), etag_of(body))


def template(name: str) -> Template:
    return Template((_HERE / "templates" / name).read_text(encoding="utf-8"))


class Docs:
    def __init__(self, settings: Settings, document: MergedDocument) -> None:
        vendored_folder()
        self._settings, self._document = settings, document
        self._swagger, self._redoc, self._redirect = (
            template(name) for name in ("docs.html", "redoc.html", "oauth2-redirect.html")
        )

    async def swagger(self, _: Asked) -> Answer:
        """Return Swagger UI; its policy lets it talk to us and to the issuer's token endpoint, and to nobody else."""
        await self._document.fresh()
        html = self._swagger.substitute(
            client_id=self._settings.docs_client_id,
            public_url=self._settings.public_url.rstrip("/"),
        )
        return page_answer(html, "en", policy=self._policy(*sorted(self._document.issuer_origins)))

    async def redoc(self, _: Asked) -> Answer:
        return page_answer(self._redoc.substitute(), "en", policy=self._policy())

    async def oauth2_redirect(self, _: Asked) -> Answer:
        return page_answer(self._redirect.substitute(), "en", policy=self._policy())

    @staticmethod
    def _policy(*connect: str) -> str:
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                # Both viewers write style attributes and elements of their own.
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self' data:",
                "worker-src 'self' blob:",
                " ".join(("connect-src 'self'", *connect)),
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    async def asset(self, asked: Asked) -> Answer:
        name = asked.path.rpartition("/")[2]
        if name not in _VENDORED and name not in _OURS:
            raise NotFound
        asset = await asyncio.to_thread(load_asset, name)
        # The packages' files change with the package only; a day is short enough to notice a new version unasked.
        headers = {
            "cache-control": "public, max-age=86400, stale-while-revalidate=604800",
            "vary": "accept-encoding",
        }
        body, etag = asset.body, asset.etag
        if b"gzip" in asked.headers.get(b"accept-encoding", b""):
            body, etag = asset.packed, f'{asset.etag[:-1]}-gz"'
            headers["content-encoding"] = "gzip"
        return revalidated(asked, Answer(body, asset.content_type, headers={**SAFE, **headers}), etag)
