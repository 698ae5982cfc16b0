"""How this platform speaks HTTP: idempotent writes, versions, pages, and nothing unknown let through."""

from kit.http.idempotency import DirectIdempotencyKey, IdempotencyKey, UnansweredKey
from kit.http.pages import Keyset, ListQuery, Page, set_next_link
from kit.http.route import Route, router
from kit.http.rows import row_id
from kit.http.state import vault_of
from kit.http.versions import IfMatch, etag, expect_version

__all__ = [
    "DirectIdempotencyKey",
    "IdempotencyKey",
    "IfMatch",
    "Keyset",
    "ListQuery",
    "Page",
    "Route",
    "UnansweredKey",
    "etag",
    "expect_version",
    "router",
    "row_id",
    "set_next_link",
    "vault_of",
]
