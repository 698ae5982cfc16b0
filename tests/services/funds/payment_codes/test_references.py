from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funds.payment_codes.references import campaign_reference, for_memo, found_in


@given(st.uuids(), st.sampled_from(["{}", "MBVCB.69161.{}.CT tu 0011", "QR{}FT24", "ung ho {} Lo Thi Doi", "x{}"]))
def test_a_reference_is_found_wherever_a_bank_sets_it(campaign: UUID, memo: str) -> None:
    reference = campaign_reference(campaign)
    assert len(for_memo(reference)) <= 25
    assert for_memo(reference).isascii()
    assert found_in(memo.format(for_memo(reference).lower())) == reference
    assert found_in(memo.format(reference)) == reference


@given(st.uuids(), st.data())
def test_a_misread_reference_is_not_taken_for_another(campaign: UUID, data: st.DataObject) -> None:
    memo = for_memo(campaign_reference(campaign))
    place = data.draw(st.integers(2, len(memo) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ").filter(lambda one: one != memo[place]))
    assert found_in(memo[:place] + other + memo[place + 1 :]) is None


@pytest.mark.parametrize("memo", ["", "ung ho nguoi ngheo", "CD", "CD-12345", "CD1234567890"])
def test_a_memo_without_one_has_none(memo: str) -> None:
    assert found_in(memo) is None


@given(st.uuids(), st.uuids())
def test_where_two_contend_neither_is_taken(one: UUID, other: UUID) -> None:
    first, second = campaign_reference(one), campaign_reference(other)
    assert found_in(f"{first} {second}") == (first if first == second else None)
