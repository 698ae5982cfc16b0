import base64

import pytest
from pydantic import ValidationError

from kit.settings import Settings

_KEY = base64.b64encode(bytes(range(32))).decode()
_PRODUCTION = {
    "environment": "production",
    "database_url": "postgresql://funds:of-its-own@db/ftp_funds",
    "encryption_keys": {"2026": _KEY},
    "encryption_key_id": "2026",
    "index_key": _KEY,
    "client_secret": "of-its-own",
    "issuer": "https://id.example.vn/realms/ftp",
    "public_url": "https://api.example.vn",
}


def test_a_developers_machine_starts_with_the_defaults() -> None:
    assert Settings(database_url="postgresql://a@b/c").environment == "development"


def test_production_starts_with_secrets_of_its_own() -> None:
    assert Settings(**_PRODUCTION).encryption_key_bytes["2026"] == bytes(range(32))


@pytest.mark.parametrize("left", ["index_key", "client_secret", "issuer", "public_url"])
def test_production_refuses_a_default_by_name(left: str) -> None:
    given = {name: value for name, value in _PRODUCTION.items() if name != left}
    with pytest.raises(ValidationError, match=left.upper()):
        Settings(**given)


def test_production_refuses_the_default_encryption_key() -> None:
    given = {name: value for name, value in _PRODUCTION.items() if not name.startswith("encryption")}
    with pytest.raises(ValidationError, match="ENCRYPTION_KEYS"):
        Settings(**given)


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_key_of_the_wrong_size_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        Settings(database_url="postgresql://a@b/c", index_key=key)


def test_the_current_key_must_exist() -> None:
    with pytest.raises(ValidationError, match="ENCRYPTION_KEY_ID"):
        Settings(database_url="postgresql://a@b/c", encryption_key_id="none")


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    assert "of-its-own" not in repr(Settings(**_PRODUCTION))
