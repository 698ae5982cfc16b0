import asyncio
import re
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from kit.values.dates import today
from kit.values.reference import read_reference

PATH = "/v1/funds/receipts"
GIFTS = "/v1/funds/donations"
WHY = {"reason": "Rách trước khi giao."}


async def _issue(fund: Any, gift: dict[str, Any], **body: Any) -> Any:
    return await fund.treasurer.post(f"{GIFTS}/{gift['id']}/receipts", json=body, headers=fund.new_key())


async def _issued(fund: Any, gift: dict[str, Any]) -> dict[str, Any]:
    answer = await _issue(fund, gift)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _print(fund: Any, receipt: dict[str, Any], language: str = "en", **headers: str) -> Any:
    headers = {**fund.new_key(), "Accept-Language": language, **headers}
    return await fund.treasurer.post(f"{PATH}/{receipt['id']}/prints", headers=headers)


async def test_a_receipt_has_the_next_number_of_its_book_and_year(fund: Any) -> None:
    campaign = await fund.campaign()
    receipts = [await _issued(fund, await fund.given(campaign)) for _ in range(3)]
    assert [receipt["number"] for receipt in receipts] == [1, 2, 3]
    assert {(one["book"], one["year"], one["issued_on"]) for one in receipts} == {
        ("QVNN", today().year, today().isoformat())
    }
    assert (await fund.auditor.get(f"{PATH}/{receipts[0]['id']}")).json() == receipts[0]


async def test_numbers_have_no_gap_whatever_is_refused_or_rolled_back_meanwhile(fund: Any) -> None:
    campaign = await fund.campaign()
    gifts = [await fund.given(campaign) for _ in range(8)]
    # Each gift is asked for twice at once, and now and then with an id that is taken: one in three is refused.
    taken = str(uuid4())
    asked = [_issue(fund, gift) for gift in gifts for _ in range(2)]
    asked += [_issue(fund, gift, id=taken) for gift in gifts[:4]]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {201, 409}
    numbers = [answer.json()["number"] for answer in answers if answer.status_code == 201]
    assert sorted(numbers) == list(range(1, 9))


async def test_a_number_taken_by_a_transaction_that_is_undone_is_given_again(fund: Any) -> None:
    campaign = await fund.campaign()
    first, second = await fund.given(campaign), await fund.given(campaign)
    connection = await asyncpg.connect(fund.service.runtime_url)
    try:
        await connection.execute("select set_config('app.reach', 'all', false)")
        undone = connection.transaction()
        await undone.start()
        insert = (
            "insert into receipts (id, donation_id, book, year, number, code, issued_on, issued_by)"
            " values ($1, $2, 'QVNN', 1900, 77, $3, '1900-01-01', 'x') returning number"
        )
        assert await connection.fetchval(insert, uuid4(), first["id"], "BL-X") == 1  # not 77: nobody chooses it
        waiting = asyncio.create_task(_issue(fund, second))
        waited = "select count(*) from pg_locks where not granted"
        async with asyncio.timeout(20):
            while not await connection.fetchval(waited) and not waiting.done():
                await asyncio.sleep(0)
        assert not waiting.done()
        await undone.rollback()
        assert (await waiting).json()["number"] == 1
    finally:
        await connection.close()


async def test_a_gift_has_one_valid_receipt_and_another_after_it_is_void(fund: Any) -> None:
    gift = await fund.given(await fund.campaign())
    first = await _issued(fund, gift)
    assert (await _issue(fund, gift)).json()["code"] == "receipt-exists"
    voided = await fund.treasurer.post(f"{PATH}/{first['id']}/voiding", json=WHY, headers=fund.new_key())
    assert (voided.status_code, voided.json()["state"], voided.json()["void_reason"]) == (200, "void", WHY["reason"])
    again = await fund.treasurer.post(f"{PATH}/{first['id']}/voiding", json=WHY, headers=fund.new_key())
    assert again.json()["code"] == "receipt-is-void"
    assert (await _print(fund, first)).json()["code"] == "receipt-is-void"
    assert (await _issued(fund, gift))["number"] == 2


async def test_anybody_checks_a_code_and_learns_no_name(fund: Any) -> None:
    campaign = await fund.campaign()
    donor = await fund.person(name="Trần Văn Kín")
    gift = await fund.given(campaign, donor_id=donor["id"])
    receipt = await _issued(fund, gift)
    assert read_reference(receipt["code"], "BL") == receipt["code"]
    seen = await fund.nobody.get(f"{PATH}/codes/{receipt['code'].lower()}")
    assert (seen.status_code, seen.json()["state"], seen.json()["value"]) == (200, "valid", gift["value"])
    assert "Kín" not in seen.text
    await fund.treasurer.post(f"{PATH}/{receipt['id']}/voiding", json=WHY, headers=fund.new_key())
    assert (await fund.nobody.get(f"{PATH}/codes/{receipt['code']}")).json()["state"] == "void"
    for code in ("BL-0000000000", "x", "DN-" + receipt["code"][3:]):
        assert (await fund.nobody.get(f"{PATH}/codes/{code}")).json()["code"] == "receipt-not-found"


@pytest.mark.parametrize("way", ["reversal", "correction"])
async def test_a_receipt_goes_with_its_gift(fund: Any, way: str) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    receipt = await _issued(fund, gift)
    right = {"campaign_id": campaign["id"], "value": {"amount": 1}, "received_on": "2024-01-15"}
    body = WHY | ({"donation": right} if way == "correction" else {})
    taken = await fund.treasurer.post(f"{GIFTS}/{gift['id']}/{way}", json=body, headers=fund.new_key())
    assert taken.status_code == 201, taken.text
    assert (await fund.nobody.get(f"{PATH}/codes/{receipt['code']}")).json()["state"] == "void"
    assert (await _issue(fund, gift)).json()["code"] == "donation-reversed"


async def test_no_receipt_outlives_a_gift_that_is_taken_back_at_the_same_instant(fund: Any) -> None:
    campaign = await fund.campaign()
    gifts = [await fund.given(campaign) for _ in range(4)]
    back = [fund.treasurer.post(f"{GIFTS}/{g['id']}/reversal", json=WHY, headers=fund.new_key()) for g in gifts]
    answers = await asyncio.gather(*(_issue(fund, gift) for gift in gifts), *back)
    assert {answer.status_code for answer in answers[4:]} == {201}
    assert await fund.service.sql("select from receipts where state = 'valid'") == []


async def test_the_first_sheet_is_the_original_and_every_other_a_duplicate_in_the_readers_language(fund: Any) -> None:
    donor = await fund.person(name="Đỗ Thị Hường")
    receipt = await _issued(fund, await fund.given(await fund.campaign(), donor_id=donor["id"]))
    sheets = [await _print(fund, receipt, language) for language in ("vi", "vi", "en", "fr")]
    assert {sheet.headers["Content-Type"] for sheet in sheets} == {"application/pdf"}
    titles = [_title(sheet.content) for sheet in sheets]
    code = receipt["code"]
    assert titles == [code, f"{code} BẢN SAO", f"{code} DUPLICATE", f"{code} DUPLICATA"]
    assert (await fund.auditor.get(f"{PATH}/{receipt['id']}")).json()["prints"] == 4


def _title(document: bytes) -> str:
    """Return a title as the format writes it: plain letters in brackets, others in UTF-16 as hexadecimals."""
    plain, coded = re.search(rb"/Title (?:\(([^)]*)\)|<([0-9A-Fa-f]+)>)", document).groups()
    return plain.decode() if coded is None else bytes.fromhex(coded.decode()).decode("utf-16")


async def test_a_sheet_whose_answer_was_lost_comes_again_without_a_mark(fund: Any) -> None:
    receipt = await _issued(fund, await fund.given(await fund.campaign()))
    key = fund.new_key()
    first, again = await _print(fund, receipt, **key), await _print(fund, receipt, **key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert (await fund.auditor.get(f"{PATH}/{receipt['id']}")).json()["prints"] == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update receipts set number = 9",
        "update receipts set donation_id = gen_random_uuid()",
        "delete from receipts",
        "truncate receipts",
        "update receipt_counters set last = 9",
        "insert into receipt_counters values ('QVNN', 1999, 1)",
        "update receipts set prints = prints + 2",
    ],
)
async def test_nobody_rewrites_a_number(fund: Any, statement: str) -> None:
    await _issued(fund, await fund.given(await fund.campaign()))
    connection = await asyncpg.connect(fund.service.runtime_url)
    try:
        await connection.execute("select set_config('app.reach', 'all', false)")
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_book_that_there_is_not_is_refused(fund: Any) -> None:
    gift = await fund.given(await fund.campaign())
    assert (await _issue(fund, gift, book="XX")).json()["code"] == "receipt-book-not-found"


@pytest.mark.parametrize("who", ["donor", "nobody"])
async def test_receipts_are_for_the_funds_own_people(fund: Any, who: str) -> None:
    assert (await getattr(fund, who).get(PATH)).status_code in {401, 403}


async def test_a_list_runs_two_statements_and_takes_its_filters(fund: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    gifts = [await fund.given(campaign) for _ in range(3)]
    receipts = [await _issued(fund, gift) for gift in gifts]
    for params, expected in (
        ({"book": "QVNN", "year": today().year}, receipts[::-1]),
        ({"state": "void"}, []),
        ({"donation": gifts[1]["id"]}, [receipts[1]]),
    ):
        with statements(fund.service) as seen:
            page = (await fund.auditor.get(PATH, params=params)).json()
        assert (page["items"], len(seen)) == (expected, 2)
