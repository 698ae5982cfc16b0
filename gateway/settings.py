"""What the gateway is told by its environment; no prefix, JSON where a value has parts."""

import ipaddress
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Seconds = Annotated[float, Field(gt=0, le=3600)]
Count = Annotated[int, Field(ge=1)]
_MEBIBYTE = 1 << 20


class RouteLimits(BaseModel):
    """Limits of one part of the address space; what is left out is the general limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_body_bytes: int | None = Field(default=None, ge=0)
    deadline_seconds: Seconds | None = None


_IMPORT = RouteLimits(max_body_bytes=64 * _MEBIBYTE, deadline_seconds=300)
_SCAN = RouteLimits(max_body_bytes=15 * _MEBIBYTE, deadline_seconds=120)
_ATTACHMENT = RouteLimits(max_body_bytes=8 * _MEBIBYTE, deadline_seconds=120)


class Settings(BaseSettings):
    """Environment of the gateway process.

    `UPSTREAMS` is the whole routing table: `{"funds": "http://…"}` sends `/v1/funds/…` there. `ROUTES` widens or
    narrows the limits below a path: `{"/v1/funds/imports": {"max_body_bytes": 67108864, "deadline_seconds": 300}}`.
    `TRUSTED_PROXIES` lists networks whose `X-Forwarded-For` is believed; empty means nobody's is.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_file=None)

    environment: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    public_url: str = "http://127.0.0.1:8000"
    issuer: str = "http://127.0.0.1:8080"
    issuer_internal_url: str | None = None
    docs_client_id: str = "docs"
    upstreams: dict[str, str] = {
        "beneficiaries": "http://127.0.0.1:8001",
        "funds": "http://127.0.0.1:8002",
        "loans": "http://127.0.0.1:8003",
    }
    trusted_proxies: list[Network] = []
    metrics_token: SecretStr | None = None

    max_body_bytes: Count = _MEBIBYTE
    max_header_bytes: Count = 32 * 1024
    max_header_count: Count = 100
    max_target_bytes: Count = 8 * 1024
    max_answer_bytes: Count = 16 * _MEBIBYTE
    deadline_seconds: Seconds = 30
    header_seconds: Seconds = 15
    connect_seconds: Seconds = 3
    routes: dict[str, RouteLimits] = {
        **{f"/v1/{service}/imports": _IMPORT for service in ("beneficiaries", "funds", "loans")},
        "/v1/beneficiaries/review-minutes": _SCAN,
        "/v1/beneficiaries/change-request-attachments": _ATTACHMENT,
    }

    upstream_concurrency: Count = 64
    upstream_queue: int = Field(default=128, ge=0)
    upstream_queue_seconds: Seconds = 2
    upstream_keep_alive_seconds: Seconds = 4
    retry_seconds: float = Field(default=0.1, ge=0, le=5)  # a restarted service listens again after about as long
    breaker_failures: Count = 5
    breaker_open_seconds: Seconds = 5

    rate_per_second: float = Field(default=200, gt=0)
    rate_burst: Count = 1000
    anonymous_rate_per_second: float = Field(default=50, gt=0)
    anonymous_rate_burst: Count = 300
    address_rate_per_second: float = Field(default=1000, gt=0)
    address_rate_burst: Count = 5000
    rate_callers: Count = 20_000

    openapi_seconds: Seconds = 30
    readiness_seconds: Seconds = 1
    readiness_timeout_seconds: Seconds = 2
    drain_seconds: float = Field(default=0, ge=0, le=300)
    shutdown_seconds: int = Field(default=30, ge=1, le=300)

    @model_validator(mode="after")
    def _production_is_public_over_tls(self) -> Self:
        wrong = [
            name
            for name, value in (("ISSUER", self.issuer), ("PUBLIC_URL", self.public_url))
            if self.environment == "production" and not value.startswith("https://")
        ]
        if wrong:
            raise ValueError(f"production needs an https:// address in {', '.join(wrong)}")
        return self

    @cached_property
    def limits(self) -> tuple[tuple[bytes, int, float], ...]:
        """Rows of (path prefix, body bytes, seconds), the longest prefix first; the last row matches everything."""
        rows = [
            (
                prefix.rstrip("/").encode("ascii"),
                self.max_body_bytes if own.max_body_bytes is None else own.max_body_bytes,
                self.deadline_seconds if own.deadline_seconds is None else own.deadline_seconds,
            )
            for prefix, own in self.routes.items()
        ]
        rows.sort(key=lambda row: -len(row[0]))
        return (*rows, (b"", self.max_body_bytes, self.deadline_seconds))

    def limits_of(self, path: bytes) -> tuple[int, float]:
        """Return the body bytes and the seconds that a request to `path` may take."""
        for prefix, size, seconds in self.limits:
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in {b"", b"/"}:
                return size, seconds
        return self.max_body_bytes, self.deadline_seconds
