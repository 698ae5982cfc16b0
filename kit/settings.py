"""What a process is told by its environment."""

import base64
import binascii
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Good enough to start on one's own machine, and refused by name anywhere else.
_DEVELOPMENT_KEY = base64.b64encode(b"development-only-key-32-bytes-xx").decode()
_DEVELOPMENT_SECRET = "development-only"  # noqa: S105 - the point is that it is refused outside development


def _key_of_32_bytes(text: SecretStr) -> SecretStr:
    try:
        size = len(base64.b64decode(text.get_secret_value(), validate=True))
    except binascii.Error as error:
        raise ValueError("is not base64") from error
    if size != 32:  # noqa: PLR2004 - AES-256 and HMAC-SHA256
        raise ValueError(f"holds {size} bytes, 32 are needed")
    return text


Key = Annotated[SecretStr, AfterValidator(_key_of_32_bytes)]


class EventTarget(BaseModel):
    """One of our own services that wants this service's events."""

    url: str
    secret: SecretStr


class Settings(BaseSettings):
    """Environment of one service process; a default exists only where a developer's machine needs it.

    Outside `development` and `test` a secret that was left at its default is refused, by name.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_file=None)

    environment: Literal["development", "test", "production"] = "development"
    database_url: SecretStr
    database_pool: int = 10
    issuer: str = "http://127.0.0.1:8080"
    issuer_internal_url: str | None = None
    audience: str = "forthepoor"
    jwks: dict[str, Any] | None = None
    public_url: str = "http://127.0.0.1:8000"
    encryption_keys: dict[str, Key] = {"development": SecretStr(_DEVELOPMENT_KEY)}
    encryption_key_id: str = "development"
    index_key: Key = SecretStr(_DEVELOPMENT_KEY)
    event_targets: list[EventTarget] = []
    inbox_secrets: dict[str, SecretStr] = {}
    registry_url: str | None = None
    client_id: str | None = None
    client_secret: SecretStr = SecretStr(_DEVELOPMENT_SECRET)
    otlp_endpoint: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    max_body_bytes: int = 1 << 20
    # A folder (`file:///…`) that service and worker share, or a bucket (`s3://bucket/folder`).
    files_url: str = f"file://{Path.cwd() / '.local' / 'files'}"

    @model_validator(mode="after")
    def _no_default_secret_outside_development(self) -> Self:
        if self.environment != "production":
            return self
        keys = {key.get_secret_value() for key in self.encryption_keys.values()}
        left = [
            name
            for name, is_default in (
                ("ENCRYPTION_KEYS", _DEVELOPMENT_KEY in keys),
                ("INDEX_KEY", self.index_key.get_secret_value() == _DEVELOPMENT_KEY),
                ("CLIENT_SECRET", self.client_secret.get_secret_value() == _DEVELOPMENT_SECRET),
                ("ISSUER", not self.issuer.startswith("https://")),
                ("PUBLIC_URL", not self.public_url.startswith("https://")),
            )
            if is_default
        ]
        if left:
            raise ValueError(f"production needs values of its own for {', '.join(left)}")
        return self

    @model_validator(mode="after")
    def _current_key_exists(self) -> Self:
        if self.encryption_key_id not in self.encryption_keys:
            raise ValueError("ENCRYPTION_KEY_ID names no key of ENCRYPTION_KEYS")
        return self

    @cached_property
    def encryption_key_bytes(self) -> dict[str, bytes]:
        return {name: base64.b64decode(key.get_secret_value()) for name, key in self.encryption_keys.items()}

    @cached_property
    def index_key_bytes(self) -> bytes:
        return base64.b64decode(self.index_key.get_secret_value())
