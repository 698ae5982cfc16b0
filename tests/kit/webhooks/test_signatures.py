import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.webhooks import (
    BadSignature,
    StaleMessage,
    UnusableSecret,
    new_key_pair,
    new_secret,
    public_key,
    sign,
    verify,
)

SECRET = new_secret()
PRIVATE, PUBLIC = new_key_pair()


def test_the_published_example_of_the_standard_is_reproduced() -> None:
    # The example vector of the Standard Webhooks reference libraries.
    headers = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(("signing", "checking"), [(SECRET, SECRET), (PRIVATE, PUBLIC)], ids=["shared", "own key"])
@given(body=st.binary(), message_id=st.uuids())
def test_a_signed_message_is_accepted(signing: str, checking: str, body: bytes, message_id: object) -> None:
    headers = sign(signing, str(message_id), int(time.time()), body)
    assert verify(checking, headers, body) == str(message_id)


@pytest.mark.parametrize(("signing", "checking"), [(SECRET, SECRET), (PRIVATE, PUBLIC)], ids=["shared", "own key"])
@given(body=st.binary(), other=st.binary())
def test_another_body_id_or_time_is_refused(signing: str, checking: str, body: bytes, other: bytes) -> None:
    now = int(time.time())
    headers = sign(signing, "id", now, body)
    changed = [{"webhook-id": "di"}, {"webhook-timestamp": str(now + 1)}]
    for change in changed:
        with pytest.raises(BadSignature):
            verify(checking, headers | change, body)
    if other != body:
        with pytest.raises(BadSignature):
            verify(checking, headers, other)


def test_during_rotation_the_old_and_the_new_secret_both_count() -> None:
    fresh = new_secret()
    both = sign([SECRET, fresh, PRIVATE], "id", int(time.time()), b"{}")
    assert both["webhook-signature"].count(" ") == 2
    for secret in (SECRET, fresh, PUBLIC, [new_secret(), fresh]):
        assert verify(secret, both, b"{}") == "id"
    with pytest.raises(BadSignature):
        verify([new_secret(), new_key_pair()[1]], both, b"{}")


@pytest.mark.parametrize("shift", [-301, 301])
def test_a_message_too_old_or_from_the_future_is_refused(shift: int) -> None:
    headers = sign(SECRET, "id", 1_700_000_000 + shift, b"{}")
    with pytest.raises(StaleMessage):
        verify(SECRET, headers, b"{}", now=1_700_000_000)


@pytest.mark.parametrize("shift", [-300, 0, 300])
def test_clocks_may_differ_by_the_tolerance(shift: int) -> None:
    assert verify(SECRET, sign(SECRET, "id", 1_700_000_000 + shift, b""), b"", now=1_700_000_000) == "id"


def test_an_unsigned_stale_message_is_told_only_that_it_is_unsigned() -> None:
    headers = sign(new_secret(), "id", 1, b"{}")
    with pytest.raises(BadSignature):
        verify(SECRET, headers, b"{}")


def test_header_names_are_compared_without_regard_to_case() -> None:
    headers = {name.title(): value for name, value in sign(SECRET, "id", int(time.time()), b"").items()}
    assert verify(SECRET, headers, b"") == "id"


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text(), max_size=3)
)
def test_rubbish_in_the_headers_is_a_bad_signature(headers: dict[str, str]) -> None:
    for secret in (SECRET, PUBLIC):
        with pytest.raises(BadSignature):
            verify(secret, headers, b"{}")


def test_a_signature_of_the_other_kind_does_not_count() -> None:
    headers = sign(SECRET, "id", int(time.time()), b"{}")
    headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v1a,")
    for secret in (SECRET, PUBLIC):
        with pytest.raises(BadSignature):
            verify(secret, headers, b"{}")


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_$$$",
        "secret",
        "whsec_" + base64.b64encode(b"short").decode(),
        "whsk_" + "A" * 8,
        "whpk_AAAA",
    ],
)
def test_an_unusable_secret_is_refused_by_name(secret: str) -> None:
    with pytest.raises(UnusableSecret):
        sign(secret, "id", 1, b"")


def test_the_public_key_follows_from_the_private_one() -> None:
    assert public_key(PRIVATE) == PUBLIC
