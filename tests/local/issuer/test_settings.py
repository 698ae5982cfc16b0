import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey
from joserfc.util import int_to_base64
from pydantic import ValidationError

from local.issuer.clients import register_client
from local.issuer.proofs import new_proof_key, public_jwk
from local.issuer.settings import Settings


def _weak_key() -> object:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": int_to_base64(numbers.n), "e": int_to_base64(numbers.e)}


def build(**values: object) -> Settings:
    return Settings.model_validate({"data_dir": Path("data"), **values})


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.10", "127.0.0.2", "example.org", "localhost.example.org"]
)
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValidationError, match="host"):
        build(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_each_name_of_loopback_is_good(host: str) -> None:
    assert build(host=host).host == host


@pytest.mark.parametrize("field", ["issuer", "gateway_url"])
@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.10:8080",
        "http://127.0.0.1.example.org:8080",
        "http://127.0.0.1:8080@example.org",
        "http://user@127.0.0.1:8080",
        "https://127.0.0.1:8080",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1:8080?query",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "127.0.0.1:8080",
        "",
    ],
)
def test_an_address_that_is_not_a_plain_loopback_origin_is_refused(field: str, url: str) -> None:
    with pytest.raises(ValidationError, match=field):
        build(**{field: url})


@pytest.mark.parametrize("environment", ["production", "staging", ""])
def test_it_does_not_run_in_production_or_anywhere_unknown(environment: str) -> None:
    with pytest.raises(ValidationError, match="environment"):
        build(environment=environment)


def test_a_secret_for_something_that_is_no_service_is_refused_and_not_shown() -> None:
    with pytest.raises(ValidationError) as refused:
        build(service_clients={"funds": "hush-hush"})
    assert "service:<name>" in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_the_port_is_that_of_the_issuers_address_unless_another_is_given() -> None:
    assert build(issuer="http://127.0.0.1:8123").listening_port == 8123
    assert build(issuer="http://127.0.0.1:8123", port=8200).listening_port == 8200


def test_registered_keys_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    register_client(tmp_path, "partner-bank:vbsp", {"keys": [public_jwk(new_proof_key())]})
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("client_id", ["docs", "service:funds", "treasurer", "partner-bank:", "partner-bank:A"])
def test_only_partner_banks_register_keys(tmp_path: Path, client_id: str) -> None:
    with pytest.raises(ValueError, match="partner-bank:<code>"):
        register_client(tmp_path, client_id, {"keys": [public_jwk(new_proof_key())]})


@pytest.mark.parametrize(
    "key",
    [
        new_proof_key().as_dict(private=True),
        OctKey.generate_key(256).as_dict(),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        _weak_key(),
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC"},
        {"kty": "unknown"},
        "no key",
        None,
    ],
    ids=["private", "shared", "other-curve", "weak", "off-curve", "empty", "unknown", "text", "null"],
)
def test_a_key_that_is_private_weak_or_of_another_kind_is_refused(tmp_path: Path, key: object) -> None:
    with pytest.raises(ValueError, match="key"):
        register_client(tmp_path, "partner-bank:vbsp", {"keys": [key]})
    assert not list(tmp_path.iterdir())
