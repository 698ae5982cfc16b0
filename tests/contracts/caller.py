"""Calls of the gateway by which real rows come into being."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2

from kit.values.dates import today

Row = dict[str, Any]

MAP_BEGINS = date(2025, 7, 1)
"""First day of the communes of today; everything made here happens since."""


class Caller:
    """Calls as anybody who may; `recently` is ten days ago."""

    def __init__(self, gateway: str, token: Callable[[str], str]) -> None:
        self._token = token
        self._http = httpx2.Client(base_url=gateway, timeout=30, trust_env=False)
        self._numbers = itertools.count(1)
        self.now = today()
        self.recently = self.now - timedelta(days=10)

    def close(self) -> None:
        self._http.close()

    def number(self) -> int:
        """Return a number that no call before had."""
        return next(self._numbers)

    def word(self) -> str:
        """Return a word of letters that no call before had."""
        return "kind_" + "".join(chr(ord("a") + int(digit)) for digit in str(self.number()))

    def get(self, path: str, login: str | None = None, **query: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._token(login)}"} if login else {}
        return self._http.get(path, params=query, headers=headers).raise_for_status()

    def send(self, login: str, path: str, content: bytes, **query: Any) -> Row:
        """Send a file."""
        headers = {"Authorization": f"Bearer {self._token(login)}"}
        row: Row = (
            self._http.post(f"/v1/{path}", params=query, content=content, headers=headers).raise_for_status().json()
        )
        return row

    def _make(self, login: str, path: str, body: Any = None, **headers: str) -> Row:
        headers |= {
            "Authorization": f"Bearer {self._token(login)}",
            "Idempotency-Key": f"row-of-the-contract-test-{self.number()}",
        }
        answer = self._http.post(f"/v1/{path}", json=body, headers=headers)
        assert answer.is_success, (path, body, answer.text)
        row: Row = answer.json()
        return row
