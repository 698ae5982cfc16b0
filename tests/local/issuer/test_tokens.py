import stat
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from local.issuer.grants import GRANTS, every_scope, granted
from local.issuer.tokens import Keys, access_token
from local.people import COMMUNES, UnknownLoginError, everybody, find

ISSUER = "http://127.0.0.1:8080"


def read(keys: Keys, token: str) -> jwt.Token:
    published = KeySet([ECKey.import_key(key) for key in keys.jwks()["keys"]])
    return jwt.decode(token, published, algorithms=["ES256"])


def test_a_token_carries_what_rfc_9068_asks_for_and_the_reach_of_its_person() -> None:
    keys = Keys.generate()
    token = read(keys, access_token(keys, "commune-officer:04105", issuer=ISSUER, now=1000))
    assert token.header == {"typ": "at+jwt", "alg": "ES256", "kid": keys.signing_key.kid}
    assert token.claims.pop("jti")
    assert token.claims == {
        "iss": ISSUER,
        "aud": "forthepoor",
        "sub": "commune-officer:04105",
        "client_id": "development",
        "iat": 1000,
        "exp": 1900,
        "scope": "beneficiaries.read beneficiaries.write changes.propose changes.decide impact.read",
        "roles": ["commune-officer"],
        "area": "04105",
        "name": "Lò Thị Hương",
    }


def test_a_banks_token_names_the_bank_as_its_own_client_and_is_bound_to_a_key() -> None:
    keys = Keys.generate()
    claims = read(keys, access_token(keys, "partner-bank:vbsp", issuer=ISSUER, thumbprint="abc")).claims
    assert (claims["client_id"], claims["bank"], claims["cnf"]) == (
        "partner-bank:vbsp",
        "vbsp",
        {"jkt": "abc"},
    )


def test_a_service_is_a_role_of_its_own() -> None:
    keys = Keys.generate()
    claims = read(keys, access_token(keys, "service:funds", issuer=ISSUER)).claims
    assert (claims["sub"], claims["roles"]) == ("service:funds", ["service:funds"])
    assert claims["scope"] == "households.status events.write"


def test_a_claim_can_be_replaced_or_left_out() -> None:
    keys = Keys.generate()
    claims = read(keys, access_token(keys, "treasurer", issuer=ISSUER, scope="funds.read", jti=None)).claims
    assert claims["scope"] == "funds.read"
    assert "jti" not in claims


def test_no_two_tokens_have_the_same_identifier() -> None:
    keys = Keys.generate()
    tokens = [access_token(keys, "donor", issuer=ISSUER, now=1) for _ in range(50)]
    assert len({read(keys, token).claims["jti"] for token in tokens}) == 50


def test_keys_stay_between_runs_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first = Keys.load(tmp_path / "issuer")
    again = Keys.load(tmp_path / "issuer")
    assert first.jwks() == again.jwks()
    (file,) = (tmp_path / "issuer").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_file_opened_to_others_is_closed_again(tmp_path: Path) -> None:
    Keys.load(tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    Keys.load(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_published_keys_hold_nothing_private() -> None:
    assert all("d" not in key for key in Keys.generate().rotated().jwks()["keys"])


def test_after_a_change_of_key_old_tokens_are_still_good_and_new_ones_name_the_new_key() -> None:
    old = Keys.generate()
    token = access_token(old, "auditor", issuer=ISSUER)
    new = old.rotated()
    assert new.verify(token).claims["sub"] == "auditor"
    assert new.verify(access_token(new, "auditor", issuer=ISSUER)).header["kid"] == new.signing_key.kid
    assert new.signing_key.kid != old.signing_key.kid


def test_a_token_signed_by_strangers_is_not_ours() -> None:
    token = access_token(Keys.generate(), "auditor", issuer=ISSUER)
    with pytest.raises(JoseError):
        Keys.generate().verify(token)


def test_every_person_on_the_page_has_a_role_with_scopes() -> None:
    people = list(everybody())
    assert len({person.login for person in people}) == len(people) == 2 * len(COMMUNES) + 7
    assert all(granted(person.role) for person in people)
    assert {find(person.login) for person in people} == set(people)
    assert {person.role for person in people} | {"partner-bank", "social-registry"} == set(GRANTS)


@pytest.mark.parametrize(
    "login",
    [
        "",
        "commune-officer",
        "commune-officer:4105",
        "commune-officer:041055",
        "commune-officer:٠٤١٠٥",
        "commune-officer:04105\n",
        "partner-bank:",
        "partner-bank:VBSP",
        "treasurer:04105",
        "Treasurer",
        "service:funds",
    ],
)
def test_other_logins_are_nobody(login: str) -> None:
    with pytest.raises(UnknownLoginError):
        find(login)


def test_an_officer_of_any_area_may_sign_in() -> None:
    officer = find("commune-officer:99999")
    assert (officer.area, officer.role) == ("99999", "commune-officer")


def test_scopes_are_those_asked_for_that_the_role_may_have() -> None:
    assert granted("treasurer", ["funds.read", "support.approve"]) == ("funds.read",)
    assert granted("treasurer", ["support.approve"]) == ()
    assert granted("treasurer", ["openid"]) == granted("treasurer") == GRANTS["treasurer"]
    assert granted("nobody") == ()


def test_nobody_can_both_propose_and_approve_support() -> None:
    assert not [role for role, scopes in GRANTS.items() if {"support.propose", "support.approve"} <= {*scopes}]
    assert {"openid", "support.propose", "events.write"} <= set(every_scope())
