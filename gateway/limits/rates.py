"""Token buckets per caller, told to clients as draft-ietf-httpapi-ratelimit-headers says.

A caller is its access token, or its address where it has none. Because nobody checks tokens here, inventing one would
buy a fresh bucket: so each address has a wider bucket of its own, which all its callers share.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from math import ceil
from secrets import token_bytes
from time import monotonic

from gateway.asgi import Headers
from gateway.settings import Settings
from kit.problems import TooManyRequests


class Buckets:
    """Buckets of `burst` requests that refill by `rate` a second; at most `kept` of them are remembered.

    Where there are more callers than that, the one unseen for longest is forgotten, which means: full again.
    """

    def __init__(self, rate: float, burst: int, kept: int, clock: Callable[[], float] = monotonic) -> None:
        self.rate, self.burst = rate, burst
        self._kept, self._clock = kept, clock
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, caller: bytes) -> float:
        """Take one request out of the caller's bucket; return what is left, or what is short as a negative number."""
        levels = self._levels
        now = self._clock()
        known = levels.get(caller)
        if known is None:
            level = float(self.burst)
            if len(levels) >= self._kept:
                levels.popitem(last=False)
        else:
            level = min(self.burst, known[0] + (now - known[1]) * self.rate)
        if level < 1:
            levels[caller] = (level, now)
            levels.move_to_end(caller)
            return level - 1
        levels[caller] = (level - 1, now)
        levels.move_to_end(caller)
        return level - 1

    def headers(self, name: bytes, left: float) -> Headers:
        """Return `RateLimit-Policy` (quota, its window) and `RateLimit` (what is left, seconds until it is whole)."""
        whole = ceil((self.burst - max(left, 0)) / self.rate)
        return [
            (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (name, self.burst, ceil(self.burst / self.rate))),
            (b"ratelimit", b'"%b";r=%d;t=%d' % (name, max(left, 0), whole)),
        ]

    def wait(self, left: float) -> int:
        """Return the whole seconds after which one request fits again, at least 1."""
        return max(1, ceil(-left / self.rate))


class RateLimits:
    """The three buckets of a request: signed-in caller or anonymous address, and the address whoever calls."""

    def __init__(self, settings: Settings) -> None:
        kept = settings.rate_callers
        self._callers = Buckets(settings.rate_per_second, settings.rate_burst, kept)
        self._anonymous = Buckets(settings.anonymous_rate_per_second, settings.anonymous_rate_burst, kept)
        self._addresses = Buckets(settings.address_rate_per_second, settings.address_rate_burst, kept)
        self._secret = token_bytes(32)

    def admit(self, authorization: bytes, address: str) -> Headers:
        """Count the request; return the headers of its answer, or raise TooManyRequests with them."""
        place = address.encode()
        left = self._addresses.take(place)
        if left < 0:
            raise self._refused(self._addresses, b"address", left)
        if authorization:
            # Tokens are not kept: a keyed hash tells them apart just as well.
            caller = blake2b(authorization, digest_size=16, key=self._secret).digest()
            buckets, name = self._callers, b"caller"
        else:
            caller, buckets, name = place, self._anonymous, b"anonymous"
        left = buckets.take(caller)
        if left < 0:
            raise self._refused(buckets, name, left)
        return buckets.headers(name, left)

    @staticmethod
    def _refused(buckets: Buckets, name: bytes, left: float) -> TooManyRequests:
        headers = {key.decode(): value.decode() for key, value in buckets.headers(name, left)}
        return TooManyRequests(headers={**headers, "retry-after": str(buckets.wait(left))})
