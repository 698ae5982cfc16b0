"""Keeps a partner's address from pointing our sender at our own network (server-side request forgery).

An address is looked at as text, when it is registered and again before each attempt, and as the network
addresses that its name stands for at the moment of connecting. The connection goes to the address that was
looked at, so a name that answers differently the second time gains nothing.
"""

import asyncio
import re
import socket
from ipaddress import ip_address
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from kit.webhooks.addresses import is_loopback, is_public
from kit.webhooks.problems import UnsafeEndpoint, UnsafeHost

_PORTS: Final = (443, 8443)
_LONGEST: Final = 2048
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")
"""Visible ASCII without the backslash, which some parsers take for a slash."""
_AUTHORITY: Final = re.compile(r"[^/?]*//([^/?]*).*", re.DOTALL)
_NAME: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
"""At least two labels, the last not a number: `2130706433`, `0x7f.1` and `0177.1` are addresses in cover."""
_OURS: Final = (".localhost", ".local", ".internal", ".home.arpa", ".onion", ".test", ".example", ".invalid")


class Guard:
    """Which addresses outside the house may be written to.

    allow_loopback: development only: also http and https to 127.0.0.1, [::1] and localhost, on any port.
    """

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback

    def check(self, address: str) -> URL:
        """Return the address as it will be used. Errors: UnsafeEndpoint, or its kind UnsafeHost."""
        if len(address) > _LONGEST or not _PLAIN.fullmatch(address):
            raise UnsafeEndpoint
        try:
            url = URL(address)
            host, port = url.raw_host or "", url.port
        except ValueError as error:
            raise UnsafeEndpoint from error
        if not host or "#" in address or "@" in _AUTHORITY.sub(r"\1", address):
            raise UnsafeEndpoint
        if self._is_own_machine(url, host):
            return url
        if url.scheme != "https" or port not in _PORTS:
            raise UnsafeEndpoint
        if _is_literal(host):
            if not is_public(host):
                raise UnsafeHost
        elif not _NAME.fullmatch(host.lower()) or host.lower().endswith(_OURS):
            raise UnsafeHost
        return url

    def resolver(self) -> AbstractResolver:
        """Give the connector of one client session its resolver."""
        return _CheckingResolver(allow_loopback=self._allow_loopback)

    def _is_own_machine(self, url: URL, host: str) -> bool:
        return self._allow_loopback and url.scheme in {"http", "https"} and (host == "localhost" or is_loopback(host))


class _CheckingResolver(AbstractResolver):
    """Resolves a name once and hands on what may be connected to; one forbidden address spoils the name."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._look_up(host, port, family)
        allowed = is_loopback if self._allow_loopback and host == "localhost" else is_public
        if not found or not all(allowed(result["host"]) for result in found):
            raise UnsafeHost
        return found

    async def close(self) -> None:
        """Nothing is kept."""

    async def _look_up(self, host: str, port: int, family: int) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        try:
            infos = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise UnsafeHost from error
        return [
            ResolveResult(
                hostname=host,
                host=str(sockaddr[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, sockaddr in infos
        ]


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
