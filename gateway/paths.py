"""Which addresses are understood in one way only, and therefore forwarded as they are."""

import re

from gateway.errors import UnsafeAddress
from kit.problems import UriTooLong

# Segments of RFC 3986 pchars; encoded ones too, save those that would change the path's shape once decoded:
# %00-%1F and %7F (control), %2E (dot), %2F and %5C (slashes). An empty or a dot segment never passes.
_SEGMENT = (
    rb"(?!\.{1,2}(?:/|\Z))"
    rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%(?:[89A-Fa-f][0-9A-Fa-f]|2[0-9A-Da-d]|[346][0-9A-Fa-f]|5[0-9ABD-Fabd-f]|7[0-9A-Ea-e]))+"
)
_PATH = re.compile(rb"/(?:" + _SEGMENT + rb"(?:/" + _SEGMENT + rb")*/?)?")
# RFC 3986 query characters, and the few that browsers leave as they are: [ ] | { } ^ ` and quotes.
_QUERY = re.compile(rb"""(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]|{}^`"\\]|%[0-9A-Fa-f]{2})*""")


def check_target(path: bytes, query: bytes, longest: int) -> None:
    """Refuse an address that is too long (UriTooLong) or ambiguous (UnsafeAddress)."""
    if len(path) + len(query) > longest:
        raise UriTooLong
    if not _PATH.fullmatch(path) or (query and not _QUERY.fullmatch(query)):
        raise UnsafeAddress
