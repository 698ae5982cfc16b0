from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funds.payment_codes import errors, tlv
from services.funds.payment_codes.vietqr import LIMIT, Transfer, parse, write

DYNAMIC = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E"
)
STATIC = "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52"
TO_ACCOUNT = Transfer(
    bank_bin="970403",
    number="0011012345678",
    amount=180_000,
    dynamic=True,
    details={"bill": "NPS6869", "purpose": "thanh toan don hang"},
)
TO_CARD = Transfer(bank_bin="970403", number="9704031101234567", target="card")

_printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=25)
_details = st.dictionaries(
    st.sampled_from(["bill", "mobile", "store", "loyalty", "reference", "customer", "terminal", "purpose"]),
    _printable,
    max_size=3,
)
transfers = st.builds(
    Transfer,
    bank_bin=st.from_regex(r"[0-9]{6}", fullmatch=True).filter(str.isascii),
    number=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, LIMIT - 1),
    dynamic=st.booleans(),
    details=_details,
)


@pytest.mark.parametrize(("text", "transfer"), [(DYNAMIC, TO_ACCOUNT), (STATIC, TO_CARD)])
def test_the_published_codes_are_written_and_read_to_the_letter(text: str, transfer: Transfer) -> None:
    assert write(transfer) == text
    assert parse(text) == transfer


@given(transfers)
def test_what_is_written_is_read_back(transfer: Transfer) -> None:
    assert parse(write(transfer)) == transfer


@given(transfers, st.data())
def test_any_single_changed_character_is_refused(transfer: Transfer, data: st.DataObject) -> None:
    text = write(transfer)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=0x2FF, exclude_characters=text[place]))
    with pytest.raises((errors.CodeChecksumWrong, errors.CodeStructureBroken)):
        parse(text[:place] + other + text[place + 1 :])


@given(st.text(max_size=120) | st.text(st.sampled_from("0123456789AVN"), max_size=120).map(tlv.sealed))
def test_whatever_is_read_is_a_transfer_or_a_named_refusal(text: str) -> None:
    try:
        transfer = parse(text)
    except errors.ALL:
        return
    assert parse(write(transfer)) == transfer


def _resealed(text: str) -> str:
    """Return a changed text with the checksum that fits it."""
    return tlv.sealed(text)


_HEAD = "000201010211"
_ACCOUNT = "38560010A0000007270126000697040301120123456789010208QRIBFTTA"
_TAIL = "53037045802VN"


@pytest.mark.parametrize(
    ("body", "refusal", "place"),
    [
        (_HEAD + "3899" + _TAIL, errors.CodeStructureBroken, "38"),
        (_HEAD + _ACCOUNT + _TAIL + "5802VN", errors.CodeStructureBroken, "58"),
        (_HEAD + _ACCOUNT + "5300" + "5802VN", errors.CodeStructureBroken, "53"),
        (_HEAD + _ACCOUNT + _TAIL + "6", errors.CodeStructureBroken, "6"),
        (_HEAD + _ACCOUNT + _TAIL + "AB02xx", errors.CodeStructureBroken, "AB"),
        (_HEAD + _ACCOUNT.replace("0126", "0127") + _TAIL, errors.CodeStructureBroken, "38.20"),
        (_HEAD + _ACCOUNT.replace("0112", "0113") + _TAIL, errors.CodeStructureBroken, "38.01.01"),
        (_HEAD + _ACCOUNT + _TAIL + "62060108AB", errors.CodeStructureBroken, "62.01"),
        (_HEAD + _ACCOUNT + _TAIL + "62060902AB", errors.CodeNotVietQr, "62.09"),
        (_HEAD + _ACCOUNT + _TAIL + "6230" + "0126" + "A" * 26, errors.CodeNotVietQr, "62.01"),
        (_HEAD + _ACCOUNT + _TAIL + "5903Anh", errors.CodeNotVietQr, "59"),
        (_HEAD + _TAIL, errors.CodeNotVietQr, "38"),
        ("010211000201" + _ACCOUNT + _TAIL, errors.CodeNotVietQr, "00"),
        ("000202010211" + _ACCOUNT + _TAIL, errors.CodeNotVietQr, "00"),
        ("000201010213" + _ACCOUNT + _TAIL, errors.CodeNotVietQr, "01"),
        (_HEAD + _ACCOUNT + "53038405802VN", errors.CodeNotVietQr, "53"),
        (_HEAD + _ACCOUNT + "53037045802LA", errors.CodeNotVietQr, "58"),
        (_HEAD + _ACCOUNT.replace("QRIBFTTA", "QRPUSHXX") + _TAIL, errors.CodeNotVietQr, "38.02"),
        (_HEAD + _ACCOUNT.replace("A000000727", "A000000728") + _TAIL, errors.CodeNotVietQr, "38.00"),
        (_HEAD + _ACCOUNT.replace("970403", "97040X") + _TAIL, errors.CodeNotVietQr, "38.01.00"),
        (_HEAD + _ACCOUNT.replace("QRIBFTTA", "QRIBFTTC") + _TAIL, errors.CodeNotVietQr, "38.01.01"),
        (_HEAD + _ACCOUNT + "5303704" + "54010" + "5802VN", errors.CodeNotVietQr, "54"),
        (_HEAD + _ACCOUNT + "5303704" + "5402-1" + "5802VN", errors.CodeNotVietQr, "54"),
        (_HEAD + _ACCOUNT + "5303704" + "54041.50" + "5802VN", errors.CodeNotVietQr, "54"),
        (_HEAD + _ACCOUNT + "5303704" + "54141234567890.000" + "5802VN", errors.CodeNotVietQr, "54"),
    ],
)
def test_a_right_checksum_over_a_broken_structure_is_refused_with_its_place(
    body: str, refusal: type[Any], place: str
) -> None:
    with pytest.raises(refusal) as refused:
        parse(_resealed(body))
    assert refused.value.facts == {"place": place}


def test_a_transfer_stays_below_the_limit_of_the_system() -> None:
    with pytest.raises(errors.TransferTooLarge):
        parse(tlv.sealed(_HEAD + _ACCOUNT + "53037045409500000000" + "5802VN"))
    with pytest.raises(errors.TransferTooLarge):
        Transfer(bank_bin="970403", number="1", amount=LIMIT)
    assert Transfer(bank_bin="970403", number="1", amount=LIMIT - 1).amount == LIMIT - 1


def test_noughts_behind_the_point_are_read_as_the_whole_amount() -> None:
    assert parse(tlv.sealed(_HEAD + _ACCOUNT + "53037045409180000.00" + "5802VN")).amount == 180_000


def test_details_are_short_and_short_in_all() -> None:
    full = "A" * 25
    with pytest.raises(errors.CodeNotVietQr):
        Transfer(bank_bin="970403", number="1", details={"purpose": "Quà Tết"})
    with pytest.raises(errors.CodeNotVietQr):
        Transfer(
            bank_bin="970403", number="1", details={"bill": full, "store": full, "purpose": full, "customer": full}
        )
