import base64
import json
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.crypto import CryptoError, Undecipherable, UnknownKey, Vault, WrongKeySize
from kit.settings import Settings

OLD = {"2025": b"o" * 32}
BOTH = OLD | {"2026": b"n" * 32}
INDEX = b"i" * 32
VAULT = Vault(BOTH, "2026", INDEX)
UNICODE = st.text(st.characters(exclude_categories=["Cs"]))


@given(value=UNICODE, context=UNICODE)
def test_what_is_sealed_opens_again_in_its_own_context(value: str, context: str) -> None:
    assert VAULT.open(VAULT.seal(value, context=context), context=context) == value


@given(value=UNICODE, context=UNICODE, other=UNICODE)
def test_a_value_moved_to_another_row_does_not_open(value: str, context: str, other: str) -> None:
    blob = VAULT.seal(value, context=context)
    if other != context:
        with pytest.raises(Undecipherable):
            VAULT.open(blob, context=other)


@given(value=UNICODE, data=st.data())
def test_any_flipped_bit_is_noticed(value: str, data: st.DataObject) -> None:
    blob = bytearray(VAULT.seal(value, context="c"))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CryptoError):
        VAULT.open(bytes(blob), context="c")


@given(st.binary())
def test_rubbish_is_refused_by_name(blob: bytes) -> None:
    with pytest.raises(CryptoError):
        VAULT.open(blob, context="c")


@given(value=UNICODE, size=st.integers(0, 100))
def test_a_truncated_value_is_refused_by_name(value: str, size: int) -> None:
    blob = VAULT.seal(value, context="c")
    with pytest.raises(CryptoError):
        VAULT.open(blob[: min(size, len(blob) - 1)], context="c")


def test_two_seals_of_one_value_differ() -> None:
    assert VAULT.seal("014203000123", context="c") != VAULT.seal("014203000123", context="c")


def test_a_value_under_the_old_key_still_opens_and_asks_for_rotation() -> None:
    blob = Vault(OLD, "2025", INDEX).seal("0912345678", context="people.phone:1")
    assert VAULT.needs_rotation(blob)
    renewed = VAULT.seal(VAULT.open(blob, context="people.phone:1"), context="people.phone:1")
    assert not VAULT.needs_rotation(renewed)


def test_a_removed_key_is_named_as_unknown_and_the_error_tells_nothing() -> None:
    blob = VAULT.seal("014203000123", context="people.identity_number:42")
    with pytest.raises(UnknownKey) as refusal:
        Vault(OLD, "2025", INDEX).open(blob, context="people.identity_number:42")
    told = "".join(traceback.format_exception(refusal.value, chain=True)).split("kit.crypto.errors")[-1]
    for secret in ("014203000123", "identity_number", "2026", "n" * 32, repr(blob)):
        assert secret not in told


def test_an_altered_value_is_told_without_the_cause() -> None:
    blob = VAULT.seal("014203000123", context="c")
    with pytest.raises(Undecipherable) as refusal:
        VAULT.open(blob[:-1] + bytes([blob[-1] ^ 1]), context="c")
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33, 64])
def test_a_key_of_the_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(WrongKeySize):
        Vault({"a": b"x" * size}, "a", INDEX)
    with pytest.raises(WrongKeySize):
        Vault({"a": b"x" * 32}, "a", b"x" * size)


def test_a_current_key_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownKey):
        Vault(BOTH, "2027", INDEX)
    with pytest.raises(UnknownKey):
        Vault({"": b"x" * 32}, "", INDEX)


@given(value=UNICODE, other=UNICODE, context=UNICODE, elsewhere=UNICODE)
def test_the_index_is_equal_exactly_for_equal_values_of_one_column(
    value: str, other: str, context: str, elsewhere: str
) -> None:
    same = (value, context) == (other, elsewhere)
    assert (VAULT.index(value, context=context) == VAULT.index(other, context=elsewhere)) is same


def test_the_index_does_not_change_when_the_encryption_key_does() -> None:
    assert VAULT.index("1", context="c") == Vault(OLD, "2025", INDEX).index("1", context="c")
    assert VAULT.index("1", context="c") != Vault(OLD, "2025", b"j" * 32).index("1", context="c")


def test_a_vault_is_made_from_the_settings_and_never_prints_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    monkeypatch.setenv("DATABASE_URL", "postgresql://")
    monkeypatch.setenv("ENCRYPTION_KEYS", json.dumps({"2026": key}))
    monkeypatch.setenv("ENCRYPTION_KEY_ID", "2026")
    monkeypatch.setenv("INDEX_KEY", key)
    monkeypatch.setenv("EVENT_TARGETS", "[]")
    monkeypatch.setenv("INBOX_SECRETS", "{}")
    vault = Vault.from_settings(Settings())
    assert vault.open(vault.seal("x", context="c"), context="c") == "x"
    assert repr(vault) == "<Vault of 1 keys>"
