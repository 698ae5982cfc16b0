"""Where a request comes from."""

import ipaddress
from collections.abc import Sequence

from gateway.asgi import Scope
from gateway.settings import Network


def client_address(scope: Scope, trusted: Sequence[Network]) -> str:
    """Return the caller's address: the peer's, or what trusted proxies in front of us say, read from the right.

    A chain is believed only as far as its links are ours: the first address that is not a trusted proxy is the caller.
    """
    peer = scope.get("client")
    address: str = peer[0] if peer else "unknown"
    if not trusted or not _within(address, trusted):
        return address
    chain = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for link in reversed(chain.decode("latin-1").split(",")):
        try:
            stated = str(ipaddress.ip_address(link.strip()))
        except ValueError:
            break
        address = stated
        if not _within(address, trusted):
            break
    return address


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
