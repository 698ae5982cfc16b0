"""What anybody can do without signing in: file, follow with code and secret, reopen once; and nothing besides."""

from datetime import date
from typing import Any

import httpx2
import pytest

from kit.values.dates import today
from kit.values.ids import new_id
from tests.conftest import Service, StartService
from tests.services.beneficiaries.conftest import CHIENG_SUNG, CO_NOI, MAI_SON, Register
from tests.services.beneficiaries.grievances.conftest import GRIEVANCES, Handle, Key, Take, answered, follow, words

OFFICER = "commune-officer:04105"


async def test_a_grievance_filed_without_a_name_is_followed_with_code_and_secret(
    registry: Service, nobody: httpx2.AsyncClient, officer: httpx2.AsyncClient, handle: Handle, new_key: Key
) -> None:
    filed = await nobody.post(GRIEVANCES, json=words(), headers=new_key())
    assert (filed.status_code, filed.headers["cache-control"]) == (201, "no-store")
    receipt = filed.json()
    assert len(receipt["secret"]) == 32
    before = await follow(nobody, receipt)
    assert (before["state"], before["level"], before["answers"]) == ("received", "commune", [])
    [listed] = (await officer.get(GRIEVANCES)).json()["items"]
    await answered(handle, officer, listed["id"], OFFICER)
    after = await follow(nobody, receipt | {"code": receipt["code"].lower().replace("-", "- ")})
    assert (after["state"], after["answers"][0]["outcome"]) == ("answered", "upheld")
    assert after["answers"][0]["text"] == "Hộ đã được đưa vào danh sách rà soát."


async def test_what_was_written_and_the_secret_are_nowhere_in_the_clear(
    registry: Service, nobody: httpx2.AsyncClient, new_key: Key
) -> None:
    body = words(contact="0987 654 321")
    receipt = (await nobody.post(GRIEVANCES, json=body, headers=new_key())).json()
    rows = await registry.sql("select to_jsonb(g)::text as whole, text_sealed, contact_sealed from grievances g")
    kept = rows[0]["whole"].encode() + rows[0]["text_sealed"] + rows[0]["contact_sealed"]
    for table in ("idempotency_keys", "audit_log", "outbox_events", "grievance_steps", "grievance_visits"):
        kept += b"".join(
            row["whole"].encode() for row in await registry.sql(f"select to_jsonb(t)::text as whole from {table} t")
        )
    for written in (body["text"], "Nhà tôi", body["contact"], receipt["secret"]):
        assert written.encode() not in kept


async def test_the_same_key_and_words_give_the_same_receipt_and_other_words_are_refused(
    registry: Service, nobody: httpx2.AsyncClient, new_key: Key
) -> None:
    key = new_key()
    first, again = [await nobody.post(GRIEVANCES, json=words(), headers=key) for _ in range(2)]
    assert first.json() == again.json()
    other = await nobody.post(GRIEVANCES, json=words(text="Việc khác."), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    assert len(await registry.sql("select 1 from grievances")) == 1
    without = await nobody.post(GRIEVANCES, json=words())
    assert (without.status_code, without.json()["code"]) == (400, "idempotency-key-missing")
    short = await nobody.post(GRIEVANCES, json=words(), headers={"Idempotency-Key": "12345678"})
    assert (short.status_code, short.json()["code"]) == (400, "malformed")


async def test_an_officer_who_repeats_somebodys_key_learns_no_secret(
    nobody: httpx2.AsyncClient, officer: httpx2.AsyncClient, new_key: Key
) -> None:
    key = new_key()
    theirs = (await nobody.post(GRIEVANCES, json=words(), headers=key)).json()
    own = await officer.post(f"{GRIEVANCES}/intake", json=words(channel="app"), headers=key)
    assert own.status_code == 201
    assert own.json()["secret"] != theirs["secret"]
    assert own.json()["code"] != theirs["code"]


async def test_a_wrong_code_and_a_wrong_secret_are_told_alike(nobody: httpx2.AsyncClient, take_in: Take) -> None:
    one, other = await take_in(), await take_in()
    answers = [
        await nobody.post(f"{GRIEVANCES}/{what}", json={"code": code, "secret": secret, **more})
        for what, more in (("following", {}), ("reopening", {"text": "x"}))
        for code, secret in (
            (one["code"], other["secret"]),
            (one["code"], "A" * 32),
            ("GR-0000000000", one["secret"]),
            ("x", "x"),
        )
    ]
    assert {(a.status_code, a.json()["code"], a.json()["title"]) for a in answers} == {
        (404, "grievance-not-found", answers[0].json()["title"])
    }


async def test_nobody_reads_lists_or_handles_without_signing_in(nobody: httpx2.AsyncClient, take_in: Take) -> None:
    one = await take_in()
    assert (await nobody.get(GRIEVANCES)).status_code == 401
    assert (await nobody.get(f"{GRIEVANCES}/{one['id']}")).status_code == 401
    assert (await nobody.post(f"{GRIEVANCES}/intake", json=words(channel="app"))).status_code == 401


async def test_one_address_files_so_many_an_hour_and_looks_so_often(start: StartService, new_key: Key) -> None:
    registry = await start("beneficiaries", grievance_filings_per_hour=2, grievance_looks_per_hour=2)
    nobody = await registry.signed_in(None)
    here, there = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
    statuses = [(await nobody.post(GRIEVANCES, json=words(), headers=new_key() | here)).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    refused = await nobody.post(GRIEVANCES, json=words(), headers=new_key() | here)
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("too-many-requests", "600")
    assert (await nobody.post(GRIEVANCES, json=words(), headers=new_key() | there)).status_code == 201
    # A wrong guess counts although what it did is undone.
    guess = {"code": "GR-0000000000", "secret": "A" * 32}
    looks = [(await nobody.post(f"{GRIEVANCES}/following", json=guess, headers=here)).status_code for _ in range(3)]
    assert looks == [404, 404, 429]
    kept = await registry.sql("select origin from grievance_visits")
    assert all(b"203.0.113" not in row["origin"] for row in kept)


async def test_what_is_too_long_or_unknown_is_refused(nobody: httpx2.AsyncClient, new_key: Key) -> None:
    padded = b'{"area_id": "' + MAI_SON.encode() + b'", "text": "x"' + b" " * (24 << 10) + b"}"
    headers = new_key() | {"Content-Type": "application/json"}
    assert (await nobody.post(GRIEVANCES, content=padded, headers=headers)).status_code == 413
    for body, status, code in (
        (words(text="x" * 4001), 422, "invalid"),
        (words(text="x\u0000"), 422, "invalid"),
        (words(channel="letter"), 422, "invalid"),
        (words(received_on="2020-01-01"), 422, "invalid"),
        (words(household_id=str(new_id())), 422, "invalid"),
        (words(kind="palace"), 422, "grievance-kind-unknown"),
        (words(str(new_id())), 404, "area-not-found"),
    ):
        answer = await nobody.post(GRIEVANCES, json=body, headers=new_key())
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_answer_is_disputed_once_within_its_term(
    registry: Service, nobody: httpx2.AsyncClient, officer: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    one = await take_in()
    why = {"code": one["code"], "secret": one["secret"], "text": "Cán bộ chưa đến nhà tôi."}

    async def reopened() -> Any:
        answer = await nobody.post(f"{GRIEVANCES}/reopening", json=why)
        return answer.status_code, answer.json().get("code"), answer.json().get("state")

    assert await reopened() == (409, "reopening-refused", None)
    await answered(handle, officer, one["id"], OFFICER)
    assert (await follow(nobody, one))["reopen_until"] is not None
    assert await reopened() == (200, one["code"], "reopened")
    shown = (await officer.get(f"{GRIEVANCES}/{one['id']}")).json()
    assert (shown["steps"][-1]["text"], shown["steps"][-1]["by"]) == ("Cán bộ chưa đến nhà tôi.", "anybody")
    for what, body in (
        ("assignment", {"officer": OFFICER}),
        ("answer", {"outcome": "partly_upheld", "text": "Đã đến nhà ngày hôm nay."}),
    ):
        assert (await handle(officer, one["id"], what, **body)).status_code == 200
    assert [told["outcome"] for told in (await follow(nobody, one))["answers"]] == ["upheld", "partly_upheld"]
    assert await reopened() == (409, "reopening-refused", None)
    late = await take_in()
    await answered(handle, officer, late["id"], OFFICER)
    await registry.sql("update grievances set reopen_until = $2 where id = $1", late["id"], today().replace(year=2025))
    why |= {"code": late["code"], "secret": late["secret"]}
    assert await reopened() == (409, "reopening-refused", None)


async def test_an_officer_takes_in_for_the_own_commune_and_household_only(
    officer: httpx2.AsyncClient, stranger: httpx2.AsyncClient, register: Register, new_key: Key
) -> None:
    home = (await register(MAI_SON))["id"]

    async def taken(client: httpx2.AsyncClient, **more: Any) -> tuple[int, str]:
        body = words(channel="letter", **more)
        answer = await client.post(f"{GRIEVANCES}/intake", json=body, headers=new_key())
        return answer.status_code, answer.json()["code"][:10]

    assert (await taken(officer, household_id=home))[0] == 201
    assert (await taken(officer, area_id=CO_NOI, received_on="2024-05-06"))[0] == 201
    assert await taken(stranger) == (404, "area-not-f")
    assert await taken(stranger, area_id=CO_NOI) == (404, "area-not-f")
    assert await taken(stranger, area_id=CHIENG_SUNG, household_id=home) == (404, "household-")
    assert await taken(officer, household_id=str(new_id())) == (404, "household-")
    assert await taken(officer, received_on="2199-01-01") == (422, "dates-disa")


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2025-08-28", 2, "2025-09-03"),
        ("2025-04-24", 2, "2025-04-26"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-08-20", 3, "2026-08-24"),
    ],
)
async def test_a_deadline_counts_working_days_over_weekends_holidays_and_days_worked_instead(
    registry: Service, since: str, days: int, due: str
) -> None:

    [row] = await registry.sql("select working_day_after($1, $2) as due", date.fromisoformat(since), days)
    assert str(row["due"]) == due
