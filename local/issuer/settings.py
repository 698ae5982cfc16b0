"""The issuer's environment, and its refusal to be anything but a tool of one machine."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from local.people import Client

#: The only names under which this issuer may listen and be addressed.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Read from ISSUER, HOST, PORT, DATA_DIR, SERVICE_CLIENTS, GATEWAY_URL and ENVIRONMENT.

    ValidationError where an address is not loopback, or where the environment is production.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, frozen=True)

    environment: Literal["development", "test", "production"] = "development"
    issuer: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    #: None: the port of `issuer`.
    port: int | None = Field(default=None, ge=0, le=65535)
    #: Signing keys and registered clients are kept here between runs.
    data_dir: Path
    #: Secrets of our own services by client id (`service:<name>`).
    service_clients: dict[str, SecretStr] = {}
    #: Public address of the gateway, whose API pages sign people in.
    gateway_url: str = "http://127.0.0.1:8000"

    @field_validator("environment")
    @classmethod
    def _no_production(cls, value: str) -> str:
        if value == "production":
            raise ValueError("the development issuer asks for no password and never runs in production")
        return value

    @field_validator("host")
    @classmethod
    def _loopback_host(cls, value: str) -> str:
        if value not in LOOPBACK:
            raise ValueError(f"the development issuer listens on {', '.join(sorted(LOOPBACK))} only")
        return value

    @field_validator("issuer", "gateway_url")
    @classmethod
    def _loopback_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or value != f"http://{parts.netloc}":
            raise ValueError("must read http://127.0.0.1:<port> (or [::1] or localhost), with nothing behind the port")
        if parts.username is not None or parts.port == 0:
            raise ValueError("must name a port and no user")
        return value

    @model_validator(mode="after")
    def _service_ids(self) -> Self:
        for client_id in self.service_clients:
            Client(client_id)
        return self

    @property
    def listening_port(self) -> int:
        """Port to bind; 0 lets the system choose."""
        return self.port if self.port is not None else urlsplit(self.issuer).port or 80

    @property
    def gateway_origins(self) -> tuple[str, ...]:
        """Spellings of the gateway's origin: a person may open its pages as 127.0.0.1 or as localhost."""
        port = urlsplit(self.gateway_url).port
        suffix = "" if port is None else f":{port}"
        return tuple(dict.fromkeys((self.gateway_url, f"http://127.0.0.1{suffix}", f"http://localhost{suffix}")))
